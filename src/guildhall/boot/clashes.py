"""Names that packs take: each belongs to one slice, and a pack that takes another's is left out.

Those of parts are in `part_names.py`, for who loads parts.
"""

from typing import TYPE_CHECKING

from pydantic_settings import BaseSettings

from guildhall.boot.faults import blaming, packages_of
from guildhall.db.branch import Branch
from guildhall.errors import Misconfigured, Miswired
from guildhall.pack import Pack

if TYPE_CHECKING:
    from guildhall.boot.configuration import Configuration

CORE = "Guildhall"
"""The owner of names that belong to no slice."""


class Names:
    """The names that are taken, and by whom."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], tuple[str, object]] = {}

    def take(self, owner: str, what: str, name: str, thing: object = None) -> None:
        """Take a name for a thing. Raises Miswired if it is another's, or another thing's of the same slice."""
        taken_by, taken_for = self._taken.setdefault((what, name), (owner, thing))
        if thing is not None and taken_for is thing:
            return  # a message that several slices handle
        if taken_by != owner:
            raise Miswired(f"{what} '{name}' belongs to {_named(taken_by)}")
        if taken_for is not thing:
            raise Miswired(f"{what} '{name}' stands for two things")


def _named(owner: str) -> str:
    return owner if owner == CORE else f"'{owner}'"


def require_own_names(configuration: "Configuration") -> None:
    """Check what every process knows of the slices: settings and migrations. Raises PackFailed."""
    names = Names()
    for settings in (configuration.main, configuration.web, configuration.cache, configuration.jobs):
        _take_settings(names, CORE, settings)
    for one in configuration.slices:
        with blaming(one, "takes a name of another"):
            _take_settings(names, one.name, configuration.of_slices[one.name])
            if one.migrations is not None:
                names.take(one.name, "the branch of migrations", one.migrations.label)
        if one.migrations is not None and isinstance(one, Pack) and not _is_built_in(one):
            with blaming(one, "has unfit migrations"):
                _require_own_migrations(one.name, one.migrations)


def _take_settings(names: Names, owner: str, settings: BaseSettings) -> None:
    """Take the variables of a group of settings."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    for field in type(settings).model_fields:
        names.take(owner, "the setting", f"{prefix}{field}".upper())


def _require_own_migrations(name: str, branch: Branch) -> None:
    try:
        branch.require_own(name)
    except Misconfigured as error:  # the words are the branch's, the fault is the pack's and no operator's
        raise Miswired(str(error)) from error


def _is_built_in(one: Pack) -> bool:
    return all(package.startswith("guildhall.packs.") for package in packages_of(one))
