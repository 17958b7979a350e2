"""The list of packs, and of those that are active."""

import re
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from msgspec import Struct

from guildhall.boot.faults import PackFault, fault_of
from guildhall.boot.features import FEATURES
from guildhall.db.branch import Branch
from guildhall.errors import Misconfigured
from guildhall.log import get_logger
from guildhall.pack import Pack
from guildhall.packs.dota2.pack import DOTA2
from guildhall.packs.eve.pack import EVE
from guildhall.packs.poe2.pack import POE2
from guildhall.packs.realm.pack import REALM
from guildhall.packs.wine.pack import WINE
from guildhall.references import Reference

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from guildhall.boot.settings import Settings

log = get_logger(__name__)

GROUP = "guildhall.packs"
"""The entry-point group by which an installed distribution brings a pack."""

BUILT_IN: tuple[Pack, ...] = (DOTA2, EVE, REALM, POE2, WINE)

CORE = (
    Branch("db", "guildhall.db.migrations"),
    Branch("jobs", "guildhall.core.jobs.migrations"),
    Branch("cache", "guildhall.core.cache.migrations"),
    Branch("upstream", "guildhall.core.upstream.migrations"),
)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset(
    {
        "cache", "core", "db", "demo", "dev", "docs", "guildhall", "information_schema", "jobs", "main", "new", "pack",
        "packs", "public", "sandbox", "serve", "upstream", "users", "web", *(one.name for one in FEATURES),
    }
)  # fmt: skip
"""Names that no pack may have: commands, schemas, branches and beginnings of settings of Guildhall itself."""

_unfit_requirement: "Reference[Callable[[Distribution], str | None]]" = Reference(
    "guildhall.boot.versions:unfit_requirement"
)


class Found(Struct, frozen=True):
    """The packs that are installed, and why some of those could not even be read."""

    packs: tuple[Pack, ...]
    faults: tuple[PackFault, ...]


def find_packs() -> Found:
    """The packs here and those of other distributions, by name. One that does not load, or takes a name, is a fault."""
    packs: dict[str, Pack] = {pack.name: pack for pack in BUILT_IN}
    faults: list[PackFault] = []
    for point in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        found = _read(point)
        if isinstance(found, Pack) and found.name in packs:
            words = f"there is another pack of the name '{found.name}'"
            found = PackFault(found.name, "takes a name of another", words, point.value)
        if isinstance(found, PackFault):
            faults.append(found)
        else:
            packs[found.name] = found
    return Found(tuple(packs.values()), tuple(faults))


def _read(point: EntryPoint) -> Pack | PackFault:
    """The pack of an entry point."""
    unfit = None if point.dist is None else _unfit_requirement.load()(point.dist)
    if unfit is not None:
        return PackFault(point.name, "is for another Guildhall", f"it requires {unfit}", point.value)
    try:
        pack = point.load()
    except (Exception, SystemExit) as error:
        return fault_of(point.name, frozenset({point.module.partition(".")[0]}), "does not load", error, point.value)
    if not isinstance(pack, Pack):
        return PackFault(point.name, "does not load", f"{type(pack).__name__} is no Pack", point.value)
    wrong = _wrong_name(pack.name)
    return PackFault(pack.name, "has an unfit name", wrong, point.value) if wrong else pack


def _wrong_name(name: str) -> str:
    """Return a reason why no pack can have the name, or nothing."""
    if _NAME.fullmatch(name) is None:
        return f"'{name}' is not lower-case letters, digits and underscores"
    if name in RESERVED or name.startswith("pg_"):
        return f"'{name}' is a name of Guildhall or PostgreSQL"
    return ""


def tell_not_installed(labels: Sequence[str]) -> None:
    """Log the packs of which the database has tables and that are not installed any more, a line each."""
    if labels:
        found = find_packs()
        there = {pack.name for pack in found.packs} | {fault.pack for fault in found.faults}
        for label in sorted(set(labels) - there):
            log.warning(
                "pack_not_installed", pack=label, left="its tables, and the jobs that wait",
                do="to remove it, install it again: docs/operations/packs.md",
            )  # fmt: skip


def all_packs() -> list[Pack]:
    """The packs that can be read, here and of other distributions."""
    return list(find_packs().packs)


def active_packs(settings: "Settings") -> list[Pack]:
    """The packs that the settings turn on and that can be read. Raises Misconfigured for a name that is unknown."""
    return list(active(find_packs(), settings).packs)


def active(found: Found, settings: "Settings") -> Found:
    """The packs and faults of those that the settings turn on. Raises Misconfigured for a name that is unknown.

    Raises it for a fault too, where the settings are strict.
    """
    named = settings.packs
    if named is not None:
        known = [pack.name for pack in found.packs] + [fault.pack for fault in found.faults]
        unknown = set(named) - set(known)
        if unknown:
            raise Misconfigured(f"GUILDHALL_PACKS: there is no pack '{min(unknown)}'; there are {', '.join(known)}.")
        found = Found(
            tuple(pack for pack in found.packs if pack.name in named),
            tuple(fault for fault in found.faults if fault.pack in named),
        )
    if settings.packs_strict and found.faults:
        raise Misconfigured(f"{found.faults[0]}.")
    return found


def branches(packs: Sequence[Pack]) -> list[Branch]:
    """The migrations of the core and of packs."""
    return [*CORE, *(one.migrations for one in (*FEATURES, *packs) if one.migrations is not None)]
