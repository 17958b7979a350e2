"""Made-up items in the shapes that the API has used: modifiers as texts, and as objects."""

import random
from collections.abc import Sequence
from typing import Any, Literal
from zlib import crc32

from guildhall.packs.poe2.sandbox.names import FIRST, MODS, SECOND, SKILLS, SLOTS, SUPPORTS

Shape = Literal["texts", "objects", "mixed"]

WORN = {
    "Weapon": "Weapon 1", "Offhand": "Weapon 2", "Weapon2": "Weapon 1 Swap", "Offhand2": "Weapon 2 Swap",
    "Helm": "Helmet", "BodyArmour": "Body Armour", "Gloves": "Gloves", "Boots": "Boots", "Amulet": "Amulet",
    "Ring": "Ring 1", "Ring2": "Ring 2", "Belt": "Belt",
}  # fmt: skip
"""Places of the API, and the slots of names for them."""
_RARITIES = (("Rare", 2), ("Rare", 2), ("Rare", 2), ("Unique", 3), ("Magic", 1))
_RUNES = ("Iron Rune", "Desert Rune", "Glacial Rune", "Storm Rune")
_ELEMENTS = ("Fire Resistance", "Cold Resistance", "Lightning Resistance")
_JEWELS = ("Ruby", "Emerald", "Sapphire")


class ItemMaker:
    """Makes items; the same dice make the same ones. `shape` is that of modifiers, which changes no item."""

    def __init__(self, dice: random.Random, shape: Shape) -> None:
        self._dice = dice
        self._shape = shape
        self._turn = 0

    def worn(self, place: str, level: int) -> dict[str, Any]:
        """An item for a place of the body."""
        dice = self._dice
        rarity, frame = dice.choice(_RARITIES)
        base = dice.choice(SLOTS[WORN[place]])
        item = self._item(base, rarity, frame, min(82, level + dice.randint(0, 6)))
        item["implicitMods"] = self._mods(["+10% to [Resistances|Chaos Resistance]"])
        item["explicitMods"] = self._mods(
            [self._mod() for _ in range(dice.randint(2, 6) if rarity != "Magic" else 2)], tiers=True
        )
        if dice.random() < 0.4:
            item["sockets"] = [{"group": 0, "type": "rune"}]
            item["socketedItems"] = [self._rune()]
            item["runeMods"] = self._mods(["16% increased [Armour]"])
        if dice.random() < 0.08:
            item["corrupted"] = True
        return {**item, "inventoryId": place, "x": 0, "y": 0}

    def flask(self, place: int, charges: int) -> dict[str, Any]:
        """A flask or a charm, whose charges change while it is used."""
        kinds = ("Ultimate Life Flask", "Ultimate Mana Flask", "Thawing Charm", "Silver Charm")
        item = self._item(kinds[place % len(kinds)], "Magic", 1, 60)
        item["properties"] = [
            {"name": "[Quality]", "values": [["+20%", 1]], "displayMode": 0, "type": 6},
            {"name": "Currently has {0} Charges", "values": [[str(charges), 0]], "displayMode": 3},
        ]
        return {**item, "explicitMods": self._mods([self._mod()]), "inventoryId": "Flask", "x": place, "y": 0}

    def jewel(self, place: int) -> dict[str, Any]:
        """A jewel in a socket of the passive tree."""
        item = self._item(self._dice.choice(_JEWELS), "Rare", 2, 70)
        item["explicitMods"] = self._mods([self._mod() for _ in range(4)], tiers=True)
        return {**item, "inventoryId": "PassiveJewels", "x": place, "y": 0}

    def gem(self, level: int) -> dict[str, Any]:
        """A skill gem with its supports."""
        dice = self._dice
        item = self._gem(dice.choice(SKILLS), f"{min(20, 1 + level // 5)}{' (Max)' if level >= 95 else ''}")
        supports = dice.sample(SUPPORTS, min(len(SUPPORTS), dice.randint(1, 1 + level // 22)))
        item["socketedItems"] = [
            {**self._gem(name, "1"), "support": True, "socket": place} for place, name in enumerate(supports)
        ]
        item["gemSockets"] = ["W"] * len(supports)
        return item

    def _gem(self, name: str, level: str) -> dict[str, Any]:
        item = self._item(name, "Normal", 4, 0)
        item["properties"] = [
            {"name": "Level", "values": [[level, 0]], "displayMode": 0, "type": 5},
            {"name": "[Quality]", "values": [["+20%", 1]], "displayMode": 0, "type": 6},
        ]
        return item

    def _item(self, base: str, rarity: str, frame: int, level: int) -> dict[str, Any]:
        dice = self._dice
        name = f"{dice.choice(FIRST)} {dice.choice(SECOND)}" if rarity in ("Rare", "Unique") else ""
        item: dict[str, Any] = {
            "realm": "poe2", "verified": False, "w": 2, "h": 2, "icon": f"https://web.poecdn.com/{base}.png",
            "id": f"{dice.getrandbits(256):064x}", "name": f"<<set:MS>><<set:M>><<set:S>>{name}" if name else "",
            "typeLine": base, "baseType": base, "rarity": rarity, "frameType": frame, "ilvl": level,
            "identified": True,
        }  # fmt: skip
        if level:
            item["requirements"] = [{"name": "Level", "values": [[str(level), 0]], "displayMode": 0, "type": 62}]
        return item

    def _rune(self) -> dict[str, Any]:
        item = self._item(self._dice.choice(_RUNES), "Normal", 5, 0)
        # nested items have kept the old shape beside the new one
        return {**item, "socket": 0, "explicitMods": ["Martial Weapons: 14% increased Physical Damage"]}

    def _mod(self) -> str:
        dice = self._dice
        if dice.random() < 0.3:
            return f"+{dice.randint(5, 45)}% to [Resistances|{dice.choice(_ELEMENTS)}]"
        return dice.choice(MODS).format(a=dice.randint(10, 180), b=dice.randint(4, 45), c=dice.randint(1, 9))

    def _mods(self, texts: Sequence[str], *, tiers: bool = False) -> list[Any]:
        self._turn += 1
        objects = self._shape == "objects" or (self._shape == "mixed" and self._turn % 2 == 0)
        return [_as_object(text, tiers) for text in texts] if objects else list(texts)


def _as_object(text: str, tiers: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"description": text, "domain": "item", "hash": f"explicit.stat_{crc32(text.encode())}"}
    if tiers:
        magnitudes = [{"min": "10", "max": "20"}]
        made["mods"] = [{"name": "of the Sandbox", "tier": "S2", "level": 45, "magnitudes": magnitudes}]
        made["flags"] = {"fractured": False}
    return made
