"""The crafting rules and modifiers of a patch, as data."""

import statistics
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Side = Literal["prefix", "suffix"]
SIDES: tuple[Side, Side] = ("prefix", "suffix")
Rarity = Literal["normal", "magic", "rare"]
ModKind = Literal["natural", "desecrated", "crafted"]
Action = Literal[
    "transmute", "augment", "regal", "alchemy", "exalt", "chaos", "annul", "fracture", "essence", "perfect_essence",
    "desecrate", "reveal", "divine", "artificer", "vaal", "chance",
]  # fmt: skip
OmenEffect = Literal["prefix", "suffix", "two", "lowest", "desecrated", "again", "faction", "other"]

Id = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["exalted"])]
Word = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Level = Annotated[int, Meta(ge=0, le=100)]
Weight = Annotated[float, Meta(ge=0, le=1e9)]


class Spawn(Struct, frozen=True):
    """The weight of a modifier on bases with a tag; of several tags of a base the first in the list counts.

    None is unknown.
    """

    tag: Id
    weight: Weight | None = None


class Mod(Struct, frozen=True, kw_only=True):
    """One tier of a modifier.

    `type` is the ladder of tiers it belongs to. An item has one modifier of each of `families`; without any the type
    is the family. `spawn` is empty for what no orb adds, such as the modifiers of essences.
    """

    id: Id
    type: Id
    side: Side
    level: Level
    name: Word = ""
    kind: ModKind = "natural"
    families: list[Id] = []
    stats: list[Word] = []
    faction: Word | None = None
    spawn: list[Spawn] = []

    @property
    def exclusive(self) -> frozenset[str]:
        """The families of which an item with it has no other."""
        return frozenset(self.families or (self.type,))


class Base(Struct, frozen=True):
    """A base type."""

    id: Id
    name: Id
    item_class: Id
    tags: list[Id]


_Slots = Annotated[int, Meta(ge=0, le=6)]


class Slots(Struct, frozen=True):
    """The prefixes and suffixes that an item may have."""

    prefix: _Slots
    suffix: _Slots


class ClassSlots(Struct, frozen=True):
    """Other numbers of modifiers for an item class."""

    item_class: Id
    magic: Slots
    rare: Slots


class Limits(Struct, frozen=True, kw_only=True):
    """The most modifiers of an item. `crafted` are those of essences and the like."""

    magic: Slots = Slots(1, 1)
    rare: Slots = Slots(3, 3)
    crafted: Annotated[int, Meta(ge=0, le=6)] = 1
    desecrated: Annotated[int, Meta(ge=0, le=6)] = 1
    classes: list[ClassSlots] = []

    def slots(self, item_class: str, rarity: Rarity) -> tuple[int, int]:
        """Return the most prefixes and suffixes of an item."""
        if rarity == "normal":
            return 0, 0
        own = next((one for one in self.classes if one.item_class == item_class), None)
        found = getattr(own or self, rarity)
        return found.prefix, found.suffix


class Gift(Struct, frozen=True):
    """The modifier that an essence gives to items of some classes; without classes to all others."""

    mod: Id
    classes: list[Id] = []


class Currency(Struct, frozen=True, kw_only=True):
    """An orb, essence or bone that is used on an item. Its id is that of trade, under which it has a price.

    `floor` is the least level of the modifiers that it adds, and `highest_item_level` that of items it can be used on.
    One that is `free` costs nothing.
    """

    id: Id
    name: Word
    action: Action
    floor: Level = 0
    highest_item_level: Level | None = None
    classes: list[Id] = []
    gives: list[Gift] = []
    free: bool = False
    source: Word = ""

    def gift(self, item_class: str) -> str | None:
        """Return the modifier that it guarantees on items of a class."""
        found = next((one.mod for one in self.gives if item_class in one.classes), None)
        return found or next((one.mod for one in self.gives if not one.classes), None)


class Omen(Struct, frozen=True, kw_only=True):
    """An omen, which changes the next use of a currency. An effect 'other' is known and not calculated."""

    id: Id
    name: Word
    effect: OmenEffect
    actions: list[Action]
    faction: Word | None = None
    source: Word = ""


class Rules(Struct, frozen=True, kw_only=True):
    """The rules of a patch. `revealed` are the kinds of modifiers among which a desecrated one is chosen."""

    source: Annotated[str, Meta(min_length=1, max_length=500)]
    limits: Limits = Limits()
    currencies: list[Currency] = []
    omens: list[Omen] = []
    revealed: Annotated[tuple[ModKind, ...], Meta(min_length=1, max_length=2)] = ("natural", "desecrated")
    options: Annotated[int, Meta(ge=1, le=3)] = 3

    def currency(self, id: str) -> Currency | None:
        """Return a currency by its id."""
        return next((one for one in self.currencies if one.id == id), None)

    def omen(self, id: str) -> Omen | None:
        """Return an omen by its id."""
        return next((one for one in self.omens if one.id == id), None)


class Game(Struct, frozen=True, kw_only=True):
    """All of a patch that crafting needs.

    `source` tells where the modifiers are from, and `weight_source` where their weights are. A weight that is not
    known is taken as `usual_weight`.
    """

    patch: str
    source: str
    weight_source: str
    usual_weight: float
    rules: Rules
    mods: dict[str, Mod]
    bases: dict[str, Base]

    def weight_on(self, mod: Mod, tags: frozenset[str]) -> float:
        """Return the weight with which orbs add a modifier to a base with tags; 0 for one that they do not add."""
        for one in mod.spawn:
            if one.tag in tags:
                return self.usual_weight if one.weight is None else one.weight
        return 0.0


EQUAL = "unknown, treated as equal"
"""The source of weights that nobody knows."""


def usual_weight(mods: Iterable[Mod]) -> float:
    """Return the median of the weights that are known and not 0; 1 where none is."""
    known = [one.weight for mod in mods for one in mod.spawn if one.weight]
    return float(statistics.median(known)) if known else 1.0


def with_weights(mods: Iterable[Mod], weights: dict[str, dict[str, float]]) -> list[Mod]:
    """Return modifiers with weights by id and tag; the tag '*' is for every tag that has no other."""
    found = []
    for mod in mods:
        of_mod = weights.get(mod.id)
        if of_mod is None:
            found.append(mod)
        else:
            spawn = [Spawn(one.tag, of_mod.get(one.tag, of_mod.get("*", one.weight))) for one in mod.spawn]
            found.append(msgspec.structs.replace(mod, spawn=spawn))
    return found
