"""Structs of the game's data: rows and answers."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.poe2.crafting.rules.game import Currency, Limits, ModKind, Omen, Rules, Side

PATCH = r"^[0-9]{1,3}(\.[0-9]{1,3}){1,3}[a-z]?$(?!\n)"
Patch = Annotated[str, Meta(max_length=20, pattern=PATCH, description="A patch of the game", examples=["0.5"])]


class PatchRow(Struct, frozen=True):
    """A patch's row, without what belongs to it."""

    patch: str
    source: str
    rules: Rules
    weight_source: str
    usual_weight: float
    imported_at: datetime


class PatchCard(Struct, frozen=True):
    """A patch whose data is imported.

    `source` is where its modifiers are from, `weight_source` where their weights are. A weight that is not known is
    taken as `usual_weight`. `weights` is how many are known, of `spawns`.
    """

    patch: str
    source: str
    weight_source: str
    usual_weight: float
    imported_at: datetime
    mods: int
    bases: int
    spawns: int
    weights: int


class PatchRules(Struct, frozen=True):
    """The rules of a patch: what is used on items, with floors and sources, and how many modifiers an item has."""

    patch: str
    source: str
    limits: Limits
    currencies: list[Currency]
    omens: list[Omen]


class BaseLine(Struct, frozen=True):
    """A base type."""

    id: str
    name: str
    item_class: str
    tags: list[str]


class ModRow(Struct, frozen=True):
    """A modifier's row; the columns of poe2.mods but the patch."""

    id: str
    type: str
    side: Side
    level: int
    name: str
    kind: ModKind
    families: list[str]
    stats: list[str]
    faction: str | None
    tags: list[str]
    weights: list[float | None]


class ModLine(Struct, frozen=True):
    """A tier of a modifier on a base. `weight` is null where it is not known, and 0 for what no orb adds."""

    id: str
    type: str
    side: Side
    level: int
    name: str
    kind: ModKind
    families: list[str]
    stats: list[str]
    faction: str | None
    weight: float | None


class ImportedGame(Struct, frozen=True):
    """The result of an import."""

    patch: str
    mods: int
    bases: int
    weights: int
    replaced: bool


class ImportedWeights(Struct, frozen=True):
    """The result of an import of weights. `unknown` are modifiers of the file that the patch does not have."""

    patch: str
    mods: int
    unknown: int
    usual_weight: float
