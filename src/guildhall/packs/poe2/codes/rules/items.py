"""The text of an item, as the game and Path of Building write it."""

import re
from functools import lru_cache

from msgspec import Struct

_FACT = re.compile(r"([A-Z][A-Za-z ]{1,30}): ?(.*)")
_FLAG = re.compile(r"\{([a-z]+)(?::([^}]*))?\}")


class Mod(Struct, frozen=True, omit_defaults=True):
    """One modifier. `flags` are how it came there: enchant, rune, implicit, fractured, desecrated, crafted."""

    text: str
    flags: list[str] = []


class ItemText(Struct, frozen=True, omit_defaults=True):
    """The content of an item's text. `facts` are its lines of a name and a value, such as `Item Level`."""

    rarity: str
    name: str
    base: str
    facts: dict[str, str] = {}
    mods: list[Mod] = []
    runes: list[str] = []

    @property
    def title(self) -> str:
        """The name by which people know it: a unique's own, another's base."""
        return self.name if self.rarity in ("UNIQUE", "RELIC") or not self.base else f"{self.name} ({self.base})"


@lru_cache(maxsize=4096)
def read_item(text: str) -> ItemText:
    """Read an item's text; a line that is neither known nor a fact counts as a modifier."""
    lines = text.split("\n")
    rarity, names, facts, mods, runes = "NORMAL", list[str](), dict[str, str](), list[Mod](), list[str]()
    implicits = 0
    for line in lines:
        fact = _FACT.fullmatch(line)
        if fact is not None and not names and fact[1] == "Rarity":
            rarity = fact[2].upper()
        elif (
            len(names) < (2 if rarity in ("RARE", "UNIQUE", "RELIC") else 1) and fact is None and not mods and not facts
        ):
            names.append(line)
        elif fact is not None and fact[1] == "Rune":
            runes.append(fact[2])
        elif fact is not None and fact[1] == "Implicits":
            implicits = int(fact[2]) if fact[2].isdecimal() and len(fact[2]) < 4 else 0
        elif fact is not None and not mods:
            facts[fact[1]] = fact[2]
        elif line:
            mods.append(_mod(line, implicit=len(mods) < implicits))
    return ItemText(rarity, names[0] if names else "", names[1] if len(names) > 1 else "", facts, mods, runes)


def _mod(line: str, *, implicit: bool) -> Mod:
    """A modifier's line without the braces before it."""
    flags = ["implicit"] if implicit else []
    while (found := _FLAG.match(line)) is not None:
        if found[2] is None:
            flags.append(found[1])
        line = line[found.end() :]
    return Mod(line, flags)
