"""Rows of the table of American viticultural areas: a tree of regions that overlap."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from guildhall.packs.wine.catalogue.rules.names import name_key
from guildhall.packs.wine.catalogue.rules.set_aside import SetAside

SOURCE = "ava"
COLUMNS = ("ava_id", "name", "aka", "removed", "within", "valid_end")
COUNTRY, CODE = "United States", "US"
_LONGEST = 200


class Area(Struct, frozen=True):
    """An area as it is today, and the names of those that it lies within."""

    source_id: str
    name: str
    within: list[str]


class Unresolved(Struct, frozen=True):
    """A name that an area says to lie within, and that no area has."""

    area: str
    within: str


def read_area(row: Mapping[str, str]) -> Area:
    """Return the area of a row. Raises SetAside for one that is over, or has no name."""
    name = _line(row["name"])
    if row["removed"].strip() or row["valid_end"].strip():
        raise SetAside("an earlier state of an area")
    if not name or len(name) > _LONGEST or not row["ava_id"].strip():
        raise SetAside("no name or id")
    within = dict.fromkeys(one for one in (_line(part) for part in row["within"].split("|")) if one)
    return Area(row["ava_id"].strip()[:_LONGEST], name, list(within))


def tree(areas: Sequence[Area]) -> tuple[list[tuple[Area, list[str]]], list[Unresolved]]:
    """Return each area with the names of those it lies within, as they write themselves, and what does not resolve.

    An area that says to lie within itself, or within one that lies within it, does not: the row that says so last is
    left out, so that the result has no circle.
    """
    by_key = {name_key(area.name): area for area in areas}
    inside: dict[str, set[str]] = {}
    found, unresolved = [], []
    for area in areas:
        parents = []
        for name in area.within:
            parent = by_key.get(name_key(name))
            if parent is None or _reaches(inside, parent.name, area.name):
                unresolved.append(Unresolved(area.name, name))
            else:
                inside.setdefault(area.name, set()).add(parent.name)
                parents.append(parent.name)
        found.append((area, parents))
    return found, unresolved


def _reaches(inside: Mapping[str, set[str]], start: str, end: str) -> bool:
    """Return whether going from an area to those around it comes to another."""
    todo, seen = [start], set()
    while todo:
        one = todo.pop()
        if one == end:
            return True
        if one not in seen:
            seen.add(one)
            todo += inside.get(one, ())
    return False


def _line(text: str) -> str:
    return " ".join(text.split())
