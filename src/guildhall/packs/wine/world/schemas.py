"""Structs of the world: rows, requests and answers."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.wine.world.rules.stats import HIGHEST_LEVEL, Stat
from guildhall.packs.wine.world.rules.training import EV_MOST
from guildhall.packs.wine.world.rules.types import WineType

NAME = "^[a-z]{2,20}$"
"""The pattern of names of types, natures and curves."""

_Base = Annotated[int, Meta(ge=1, le=255)]
_Iv = Annotated[int, Meta(ge=0, le=31)]
_Ev = Annotated[int, Meta(ge=0, le=EV_MOST)]
_Gain = Annotated[int, Meta(ge=0, le=255)]


class TypeLine(Struct, frozen=True):
    """A type of wines. `effects` are the percents of its attack on each type that is not affected as usual."""

    type: WineType
    position: int
    description: str
    effects: dict[WineType, int]


class EffectLine(Struct, frozen=True):
    """The percent of an attacking type on a defending one on a day; `season` names the season that sets it."""

    attacking: WineType
    defending: WineType
    factor: int
    season: str | None


class Effect(Struct, frozen=True):
    """The effect of a type on a wine: the percent of each of its types, their product, and its meaning in words."""

    attacking: WineType
    factors: list[EffectLine]
    percent: int
    words: str


class RarityTier(Struct, frozen=True):
    """A tier of rarity; tier 1 is the most common. `share` is its part of all drops."""

    rarity: int
    name: str
    drop_weight: int
    share: float


class Nature(Struct, frozen=True):
    """A nature: the stat that it raises by a tenth and the one that it lowers. Of a neutral one they are the same."""

    nature: str
    raised: Stat
    lowered: Stat


class GrowthLine(Struct, frozen=True):
    """A growth curve, and the experience that level 100 and level 200 need in all."""

    growth_curve: str
    description: str
    at_100: int
    at_200: int


class GrowthLevel(Struct, frozen=True):
    """The experience that a level needs in all."""

    level: int
    experience: int


class BaseStats(Struct, frozen=True, forbid_unknown_fields=True):
    """The base stats of a species."""

    body: _Base
    acidity: _Base
    tannin: _Base
    aroma: _Base
    finish: _Base
    vigour: _Base


class IndividualValues(Struct, frozen=True, forbid_unknown_fields=True):
    """The individual values that make a wine unlike others of its species."""

    body: _Iv = 0
    acidity: _Iv = 0
    tannin: _Iv = 0
    aroma: _Iv = 0
    finish: _Iv = 0
    vigour: _Iv = 0


class EffortValues(Struct, frozen=True, forbid_unknown_fields=True):
    """The effort values that a wine has earned; 510 at most in all."""

    body: _Ev = 0
    acidity: _Ev = 0
    tannin: _Ev = 0
    aroma: _Ev = 0
    finish: _Ev = 0
    vigour: _Ev = 0


class Gains(Struct, frozen=True, forbid_unknown_fields=True):
    """The effort values that one activity gives."""

    body: _Gain = 0
    acidity: _Gain = 0
    tannin: _Gain = 0
    aroma: _Gain = 0
    finish: _Gain = 0
    vigour: _Gain = 0


class IndividualRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """An individual to calculate. `gains` are effort values that it earns first, times `multiplier`."""

    base: BaseStats
    level: Annotated[int, Meta(ge=1, le=HIGHEST_LEVEL)]
    nature: Annotated[str, Meta(pattern=NAME, max_length=20, examples=["zesty"])]
    ivs: IndividualValues = IndividualValues()
    evs: EffortValues = EffortValues()
    gains: Gains = Gains()
    multiplier: Annotated[int, Meta(ge=1, le=16)] = 1


class IndividualStats(Struct, frozen=True):
    """The stats of an individual, and the effort values that it has."""

    stats: dict[Stat, int]
    evs: dict[Stat, int]
    evs_left: int
