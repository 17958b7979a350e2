"""Classes and ascendancies: the game, its API and calculators name them in several ways.

The table is data of a patch, with its source; a later patch is another entry.
"""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

# Source: the game's table of ascendancies, patch 0.5 (ascendancy.datc64, read 2026-05-31); unused rows left out
ASCENDANCIES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "0.5": (
        ("Warrior1", "Titan", "Warrior"), ("Warrior2", "Warbringer", "Warrior"),
        ("Warrior3", "Smith of Kitava", "Warrior"),
        ("Ranger1", "Deadeye", "Ranger"), ("Ranger3", "Pathfinder", "Ranger"),
        ("Huntress1", "Amazon", "Huntress"), ("Huntress2", "Spirit Walker", "Huntress"),
        ("Huntress3", "Ritualist", "Huntress"),
        ("Witch1", "Infernalist", "Witch"), ("Witch2", "Blood Mage", "Witch"), ("Witch3", "Lich", "Witch"),
        ("Witch3b", "Abyssal Lich", "Witch"),
        ("Sorceress1", "Stormweaver", "Sorceress"), ("Sorceress2", "Chronomancer", "Sorceress"),
        ("Sorceress3", "Disciple of Varashta", "Sorceress"),
        ("Mercenary1", "Tactician", "Mercenary"), ("Mercenary2", "Witchhunter", "Mercenary"),
        ("Mercenary3", "Gemling Legionnaire", "Mercenary"),
        ("Druid1", "Oracle", "Druid"), ("Druid2", "Shaman", "Druid"),
        ("Monk1", "Martial Artist", "Monk"), ("Monk2", "Invoker", "Monk"), ("Monk3", "Acolyte of Chayula", "Monk"),
    ),
}  # fmt: skip
"""The internal id, the name and the class of each ascendancy, by patch."""


class ClassName(Struct, frozen=True):
    """A class and, once there is one, its ascendancy."""

    class_name: str
    ascendancy: str | None


@cache
def _known() -> Mapping[str, ClassName]:
    """All spellings; where patches differ the later one counts."""
    found: dict[str, ClassName] = {}
    for patch in sorted(ASCENDANCIES):
        for internal, ascendancy, class_name in ASCENDANCIES[patch]:
            found[class_name.casefold()] = ClassName(class_name, None)
            found[ascendancy.casefold()] = found[internal.casefold()] = ClassName(class_name, ascendancy)
    return found


def named_class(class_name: str, ascendancy: str | None) -> ClassName:
    """Return a class and an ascendancy by their names, however somebody calls them.

    They may be called by internal ids, or one as the other; what is in no table stays as it is. An ascendancy that the
    class alone tells is taken from there.
    """
    called = _known().get(class_name.strip().casefold()) or ClassName(class_name, None)
    if ascendancy is None:
        return called
    known = _known().get(ascendancy.strip().casefold())
    return ClassName(called.class_name, ascendancy if known is None or known.ascendancy is None else known.ascendancy)


def read_class(text: str) -> ClassName:
    """Read what the API calls a character's class: a class, an ascendancy or its internal id.

    What is in no table is a class of that name: a patch may bring one before the table has it.
    """
    return _known().get(text.strip().casefold()) or ClassName(text.strip(), None)
