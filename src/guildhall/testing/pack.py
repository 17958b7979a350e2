"""The pack under test, found by the project's configuration."""

from collections.abc import Sequence
from importlib.metadata import entry_points

import pytest

from guildhall.boot.packs import BUILT_IN, GROUP
from guildhall.boot.packs import find_packs as installed_packs
from guildhall.pack import Pack
from guildhall.references import Reference
from guildhall.testing.clones import Clones

_HELP = (
    'Install the project (pip install -e .), or set pythonpath = ["."] (or ["src"]) in [tool.pytest.ini_options] of '
    "pyproject.toml"
)


class PackUnderTest:
    """A pack, and the databases on which it is checked.

    `together` are all packs that are on in the tests. `origin` is the pack's own place, `module:ATTRIBUTE`, if known.
    """

    def __init__(self, manifest: Pack, origin: str | None, together: Sequence[Pack], clones: Clones) -> None:
        self.manifest = manifest
        self.origin = origin
        self.together = tuple(together)
        self.clones = clones

    def __repr__(self) -> str:
        return f"<PackUnderTest {self.name}>"

    @property
    def name(self) -> str:
        """The pack's name."""
        return self.manifest.name


def find_packs(names: Sequence[str]) -> dict[str, Pack]:
    """Return the packs of these names (or `module:ATTRIBUTE`). Raises UsageError with what to do about it."""
    return {name: _by_reference(name) if ":" in name else _by_name(name) for name in names}


def origin_of(name: str) -> str | None:
    """Return the place of a pack under test by the name that the project gives it; None for a built-in pack."""
    if ":" in name:
        return name
    return next((point.value for point in entry_points(group=GROUP) if point.name == name), None)


def _by_reference(name: str) -> Pack:
    try:
        found: object = Reference[object](name).load()
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(f"The pack under test, {name}, does not load: {error}. {_HELP}.") from error
    if not isinstance(found, Pack):
        raise pytest.UsageError(f"The pack under test, {name}, is a {type(found).__name__}, and no Pack.")
    return found


def _by_name(name: str) -> Pack:
    by_name = {pack.name: pack for pack in BUILT_IN}
    if name in by_name:
        return by_name[name]
    found = installed_packs()
    for fault in found.faults:
        if fault.pack == name:
            raise pytest.UsageError(f"The pack under test: {fault}.")
    by_name = {pack.name: pack for pack in found.packs}
    if name not in by_name:
        raise pytest.UsageError(
            f"The pack under test, {name}, is not installed; there are {', '.join(by_name)}. {_HELP}, and name the "
            f"pack as module:ATTRIBUTE."
        )
    return by_name[name]
