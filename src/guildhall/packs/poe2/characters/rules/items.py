"""Items without what means nothing: ids, icons, places in a grid, orders, the shape of modifiers, used charges.

The same item always reads the same, and so hashes the same.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

_MARKUP = re.compile(r"\[([^\[\]|]*\|)?([^\[\]|]*)\]")
_SET = re.compile(r"<<[^<>]*>>")
_SPACE = re.compile(r"\s+")
_LONGEST = 1000
"""Characters of a text that are kept."""
_NUMBERED = ("Flask", "Charm", "Chakra", "PassiveJewels")
"""Places of which there are several, told apart by their column."""
_FLAGS = ("corrupted", "doubleCorrupted", "sanctified", "duplicated", "split", "unmodifiable")
_OF_A_MOD = ("fractured", "desecrated", "crafted", "mutated")
_PROPERTIES = ("Quality", "Level")
"""The properties that are the item's own; the others follow from base and modifiers, or are used up."""


class WornItem(Struct, frozen=True, omit_defaults=True):
    """An item. `mods` are its modifiers by kind (explicit, implicit, rune, fractured, …); their order means nothing.

    `socketed` are its runes, or the supports of a gem.
    """

    slot: str
    name: str = ""
    base: str = ""
    rarity: str = ""
    item_level: int = 0
    properties: dict[str, str] = {}
    mods: dict[str, list[str]] = {}
    sockets: list[str] = []
    socketed: "list[WornItem]" = []
    flags: list[str] = []

    @property
    def title(self) -> str:
        """The name by which people know it."""
        return f"{self.name} ({self.base})" if self.name and self.base else self.name or self.base or "nothing"


def plain_text(value: object) -> str:
    """Return a text of the game without its markup: `[Resistances|Fire Resistance]` is Fire Resistance."""
    text = _SET.sub("", value) if isinstance(value, str) else ""
    text = _MARKUP.sub(r"\2", text)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()[:_LONGEST]


def read_items(given: Sequence[Mapping[str, Any]]) -> list[WornItem]:
    """Read items, in the order of their slots."""
    return sorted((read_item(one) for one in given), key=lambda one: (_by_number(one.slot), one.title))


def read_item(given: Mapping[str, Any]) -> WornItem:
    """Read an item, in either shape of its modifiers."""
    rarity = plain_text(given.get("rarity"))
    name, line, base = (plain_text(given.get(key)) for key in ("name", "typeLine", "baseType"))
    return WornItem(
        slot=_slot(given),
        name=name or (line if line != base else ""),
        base=base or line,
        rarity=rarity,
        item_level=_whole(given.get("ilvl")),
        properties=dict(_properties(given.get("properties"))),
        mods=_mods(given),
        sockets=[plain_text(one.get("type")) for one in _objects(given.get("sockets"))],
        socketed=_socketed(given),
        flags=[flag for flag in _FLAGS if given.get(flag) is True],
    )


def _slot(given: Mapping[str, Any]) -> str:
    place = plain_text(given.get("inventoryId"))
    return f"{place} {_whole(given.get('x')) + 1}" if place in _NUMBERED else place


def _socketed(given: Mapping[str, Any]) -> list[WornItem]:
    """The content of the sockets, in their order."""
    inside = sorted(_objects(given.get("socketedItems")), key=lambda one: _whole(one.get("socket")))
    return [read_item(one) for one in inside]


def _mods(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Modifiers by kind. A kind stands in the name of their list, or among the flags of a modifier."""
    found: dict[str, list[str]] = {}
    for key in sorted(given):
        if not key.endswith("Mods") or not isinstance(given[key], list):
            continue
        for one in given[key]:
            kind, text = key.removesuffix("Mods"), one
            if isinstance(one, Mapping):
                text = one.get("description")
                flags = one.get("flags")
                marked = flags if isinstance(flags, Mapping) else {}
                kind = next((name for name in _OF_A_MOD if marked.get(name) is True), kind)
            if line := plain_text(text):
                found.setdefault(kind, []).append(line)
    return {kind: sorted(found[kind]) for kind in sorted(found)}


def _properties(given: object) -> Iterator[tuple[str, str]]:
    for one in _objects(given):
        name, values = plain_text(one.get("name")), one.get("values")
        if name not in _PROPERTIES or not isinstance(values, list) or not values:
            continue
        first = values[0]
        yield name, plain_text(first[0] if isinstance(first, list) and first else first)


def _objects(given: object) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _by_number(slot: str) -> tuple[str, int]:
    name, _, number = slot.rpartition(" ")
    return (name, int(number)) if name and number.isdecimal() else (slot, 0)
