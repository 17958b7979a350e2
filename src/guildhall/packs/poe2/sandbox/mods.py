"""A made-up table of modifiers, in the shape of `guildhall poe2 crafting import`."""

import json
import random

from guildhall.packs.poe2.sandbox.names import FIRST, SECOND

_CLASSES = {
    "Ring": ("Copper Band", "ring"),
    "Amulet": ("Glass Pendant", "amulet"),
    "Body Armour": ("Patched Coat", "body_armour"),
    "Bow": ("Willow Bow", "bow"),
    "Jewel": ("Clouded Stone", "jewel"),
}
"""The base and the tag of each class."""
_FACTIONS = ("Amanamu", "Ulaman", "Kurgal")


def make_mods(seed: int, families: int = 20, *, weights: bool = False) -> bytes:
    """A table with some families of each side for each class; the same seed makes the same one."""
    dice = random.Random(seed)  # noqa: S311 (the same for everybody, no secret)
    mods: list[dict[str, object]] = []
    for item_class, (_, tag) in _CLASSES.items():
        short = item_class.replace(" ", "")
        for side in ("prefix", "suffix"):
            for number in range(families):
                mods += _tiers(dice, f"{short}{side.title()}{number}", side, tag, weights=weights)
        for number, faction in enumerate(_FACTIONS):
            for side in ("prefix", "suffix"):
                mods.append(
                    _mod(f"{short}Abyss{number}{side.title()}", side, 65, dice, kind="desecrated", faction=faction)
                    | {"spawn": [{"tag": tag}]}
                )
    mods.append(_mod("EssencePrefix", "prefix", 50, dice, kind="crafted"))
    bases = [
        {"id": name.replace(" ", ""), "name": name, "item_class": item_class, "tags": [tag]}
        for item_class, (name, tag) in _CLASSES.items()
    ]
    essences = [
        {"id": "greater-essence-of-glass", "name": "Greater Essence of Glass", "action": "essence",
         "gives": [{"mod": "EssencePrefix"}]},
        {"id": "perfect-essence-of-glass", "name": "Perfect Essence of Glass", "action": "perfect_essence",
         "gives": [{"mod": "EssencePrefix"}]},
    ]  # fmt: skip
    return json.dumps({"mods": mods, "bases": bases, "currencies": essences}).encode()


def _tiers(dice: random.Random, kind: str, side: str, tag: str, *, weights: bool) -> list[dict[str, object]]:
    found = []
    tiers = dice.choice((2, 3, 4, 5, 6, 8))
    for tier in range(1, tiers + 1):
        level = 1 if tier == 1 else min(82, 80 * tier // tiers)
        spawn = {"tag": tag, "weight": dice.choice((1000, 800, 500, 250))} if weights else {"tag": tag}
        found.append(_mod(f"{kind}T{tier}", side, level, dice) | {"type": kind, "spawn": [spawn]})
    return found


def _mod(id: str, side: str, level: int, dice: random.Random, **more: object) -> dict[str, object]:
    words = f"{dice.choice(FIRST)} {dice.choice(SECOND)}"
    name = words if side == "prefix" else f"of {words}"
    return {
        "id": id,
        "type": id,
        "side": side,
        "level": level,
        "name": name,
        "stats": [f"{level + 5}% more of it"],
        **more,
    }
