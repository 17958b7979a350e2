"""Files that were extracted from the game's own tables: modifiers, the tags of each, base types.

They have no weights, and of a modifier's tags only which there are. Tags that exclude (of weight 0) cannot be told from
those that include, but for 'ranged', which occurs to exclude alone. Classes whose own tags are not resolved in these
files are left out.
"""

import re
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from guildhall.packs.poe2.crafting.errors import BadGameFile
from guildhall.packs.poe2.crafting.rules.files import GivenGame, checked
from guildhall.packs.poe2.crafting.rules.game import Base, Mod, ModKind, Rules, Side, Spawn

Shape = TypeVar("Shape")
_DOMAINS: dict[int, ModKind] = {1: "natural", 11: "natural", 28: "desecrated"}
"""The domains of items, of jewels, and of what the Abyss adds."""
_WEAPON = ("weapon",)
_ONE, _TWO = ("one_hand_weapon", *_WEAPON), ("two_hand_weapon", *_WEAPON)
_CLASSES: dict[str, tuple[str, ...]] = {
    "Amulet": ("amulet",), "Belt": ("belt",), "Ring": ("ring",), "Quiver": ("quiver",), "Focus": ("focus",),
    "Body Armour": ("body_armour", "armour"), "Boots": ("boots", "armour"), "Gloves": ("gloves", "armour"),
    "Helmet": ("helmet", "armour"), "Shield": ("shield", "armour"), "Buckler": ("shield", "armour"),
    "Wand": ("wand",), "Staff": ("staff",), "Sceptre": ("sceptre",), "Bow": ("bow", "ranged", *_TWO),
    "Claw": ("claw", *_ONE), "Dagger": ("dagger", *_ONE), "One Hand Axe": ("axe", *_ONE),
    "One Hand Mace": ("mace", *_ONE), "One Hand Sword": ("sword", *_ONE), "Two Hand Axe": ("axe", *_TWO),
    "Two Hand Mace": ("mace", *_TWO), "Two Hand Sword": ("sword", *_TWO),
}  # fmt: skip
"""The tags of the classes that are made into bases."""
_JEWELS: dict[str, tuple[str, ...]] = {
    "JewelStr": ("strjewel",), "JewelDex": ("dexjewel",), "JewelInt": ("intjewel",),
    "JewelDiamond": ("strjewel", "dexjewel", "intjewel"),
}  # fmt: skip
_TIER = re.compile(r"_*\d*_*$")
_FACTION = re.compile(r"Amanamu|Ulaman|Kurgal")
_EXCLUDES = "ranged"


class _Stat(Struct, frozen=True):
    min_value: int
    max_value: int
    is_empty: bool = False
    stat_id: str = ""


class _Mod(Struct, frozen=True):
    mod_id: str
    display_name: str
    level_requirement: int
    domain: int
    generation_type_name: str
    type_key: int
    stats: list[_Stat] = []


class _Mods(Struct, frozen=True):
    mods: list[_Mod]


class _Tags(Struct, frozen=True):
    spawn_tags: dict[str, list[str]]


class _BaseItem(Struct, frozen=True):
    id: str
    name: str
    item_class: str


class _BaseItems(Struct, frozen=True):
    base_items: dict[str, _BaseItem]


def is_extract(raw: bytes) -> bool:
    """Return whether a file is one of modifiers as they stand in the game's tables."""
    return b'"type_key"' in raw[:5_000]


def read_extracts(mods: bytes, tags: bytes, bases: bytes, rules: Rules) -> GivenGame:
    """Read the three files. Raises BadGameFile."""
    made = _bases(_decoded(bases, _BaseItems, "bases"))
    known = {tag for base in made for tag in base.tags}
    spawn_tags = _decoded(tags, _Tags, "tags").spawn_tags
    rows = [one for one in _decoded(mods, _Mods, "modifiers").mods if one.domain in _DOMAINS]
    sides: dict[str, Side] = {"PREFIX": "prefix", "SUFFIX": "suffix"}
    rows = [one for one in rows if one.generation_type_name in sides]
    types = _types(rows)
    found = []
    for row in rows:
        kind: ModKind = "crafted" if row.mod_id.endswith("Crafted") else _DOMAINS[row.domain]
        spawn = [
            Spawn(tag, 0.0 if tag == _EXCLUDES else None)
            for tag in spawn_tags.get(row.mod_id, ())
            if tag in known and kind != "crafted"
        ]
        faction = _FACTION.search(row.mod_id) if kind == "desecrated" else None
        found.append(
            Mod(
                id=row.mod_id, type=types[_type_key(row)], side=sides[row.generation_type_name],
                level=row.level_requirement, name=row.display_name, kind=kind, families=[str(row.type_key)],
                stats=[_words(one) for one in row.stats if not one.is_empty], faction=faction and faction[0],
                spawn=spawn,
            )
        )  # fmt: skip
    return checked(GivenGame(found, made, rules))


_TypeKey = tuple[int, int, str, bool]


def _type_key(row: _Mod) -> _TypeKey:
    return row.type_key, row.domain, row.generation_type_name, row.mod_id.endswith("Crafted")


def _types(rows: list[_Mod]) -> dict[_TypeKey, str]:
    """Name each ladder of tiers after its lowest modifier."""
    lowest: dict[_TypeKey, _Mod] = {}
    for row in rows:
        known = lowest.get(_type_key(row))
        if known is None or row.level_requirement < known.level_requirement:
            lowest[_type_key(row)] = row
    found: dict[_TypeKey, str] = {}
    taken: set[str] = set()
    for key, row in lowest.items():
        name = _TIER.sub("", row.mod_id) or row.mod_id
        found[key] = name if name not in taken else f"{name}.{row.type_key}.{row.domain}"
        taken.add(found[key])
    return found


def _words(stat: _Stat) -> str:
    low, high = stat.min_value, stat.max_value
    return f"{stat.stat_id} {low}" if low == high else f"{stat.stat_id} {low} to {high}"


def _bases(given: _BaseItems) -> list[Base]:
    found = []
    for path, item in given.base_items.items():
        short = path.rpartition("/")[2]
        if item.item_class == "Jewel":
            tags: tuple[str, ...] = _JEWELS.get(short, ())
        elif item.item_class in _CLASSES and "Demigod" not in path and "Unique" not in path:
            tags = (*_CLASSES[item.item_class], *_attribute_tags(short.removesuffix("Cruel"), item.item_class))
        else:
            tags = ()
        if tags:
            found.append(Base(path, item.name, item.item_class, list(tags)))
    return found


def _attribute_tags(short: str, item_class: str) -> tuple[str, ...]:
    """Return the tags of the attributes in the id of a piece of armour."""
    if "armour" not in _CLASSES[item_class]:
        return ()
    found = re.search(r"(Str)?(Dex)?(Int)?\d", short)
    words = "_".join(one.lower() for one in (found.groups() if found else ()) if one)
    if not words:
        return ()
    own = (f"{words}_shield",) if item_class in ("Shield", "Buckler") else ()
    return (*own, f"{words}_armour")


def _decoded(raw: bytes, shape: type[Shape], what: Literal["modifiers", "tags", "bases"]) -> Shape:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadGameFile(why=f"the file of {what} is of another shape: {str(error)[:200]}") from error
