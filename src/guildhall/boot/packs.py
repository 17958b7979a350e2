"""The list of packs, and of those that are active."""

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from guildhall.boot.features import FEATURES
from guildhall.db.branch import Branch
from guildhall.errors import Misconfigured
from guildhall.pack import Pack
from guildhall.packs.dota2.pack import DOTA2
from guildhall.packs.eve.pack import EVE
from guildhall.packs.realm.pack import REALM

if TYPE_CHECKING:
    from guildhall.boot.settings import Settings

GROUP = "guildhall.packs"
"""The entry-point group by which an installed distribution brings a pack."""

BUILT_IN: tuple[Pack, ...] = (DOTA2, EVE, REALM)

CORE = (
    Branch("db", "guildhall.db.migrations"),
    Branch("jobs", "guildhall.core.jobs.migrations"),
    Branch("cache", "guildhall.core.cache.migrations"),
    Branch("upstream", "guildhall.core.upstream.migrations"),
)


def all_packs() -> list[Pack]:
    """The packs here and those of other distributions. Raises Misconfigured for one that does not load."""
    found = list(BUILT_IN)
    for point in entry_points(group=GROUP):
        try:
            pack = point.load()
        except Exception as error:
            raise Misconfigured(f"The pack '{point.name}' of {point.value} does not load: {error}") from error
        if not isinstance(pack, Pack):
            raise Misconfigured(f"The entry point '{point.name}' ({point.value}) is no Pack.")
        found.append(pack)
    names = [pack.name for pack in found]
    if len(set(names)) != len(names):
        raise Misconfigured(f"Two packs share a name: {sorted(n for n in names if names.count(n) > 1)[0]}.")
    return found


def active_packs(settings: "Settings") -> list[Pack]:
    """The packs that the settings turn on. Raises Misconfigured for a name that is unknown."""
    found = all_packs()
    if settings.packs is None:
        return found
    unknown = set(settings.packs) - {pack.name for pack in found}
    if unknown:
        raise Misconfigured(
            f"GUILDHALL_PACKS: there is no pack '{sorted(unknown)[0]}'; there are {', '.join(p.name for p in found)}."
        )
    return [pack for pack in found if pack.name in settings.packs]


def branches(packs: Sequence[Pack]) -> list[Branch]:
    """The migrations of the core and of packs."""
    return [*CORE, *(one.migrations for one in (*FEATURES, *packs) if one.migrations is not None)]
