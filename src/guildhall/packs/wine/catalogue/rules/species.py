"""The rule by which a wine of the real world becomes a species. docs/wine.md says it in words.

**Rule 1.** It follows from the wine's style, body, acidity, sweetness, alcohol and grapes alone, never from chance: the
same facts are the same species, on every machine. Rarity is no part of it, for it follows from the whole catalogue
(`settle_rarities`).
"""

from typing import Literal

from msgspec import Struct

from guildhall.packs.wine.catalogue.rules.given import GivenWine
from guildhall.packs.wine.catalogue.rules.grapes import Trait, grape_of
from guildhall.packs.wine.world.rules.types import WineType

RULE = 1
"""The version of the rule, which each species has beside what follows from it."""

Growth = Literal["early", "steady", "measured", "slow", "blooming", "lingering"]
Trigger = Literal["none", "time", "experience", "level", "season"]
_SECOND_LEAST = 5
"""The score that a second type has at least."""
_OF_STYLE: dict[str, WineType] = {"sparkling": "sparkling", "dessert": "sweet", "fortified": "fortified"}
_GROUPS = {
    "red": "dark", "white": "pale", "rose": "blush", "sparkling": "foam", "dessert": "nectar", "fortified": "spirit",
}  # fmt: skip


class Derived(Struct, frozen=True):
    """The species that follows from the facts of a wine. Base stats are in the order of STATS."""

    primary_type: WineType
    secondary_type: WineType | None
    base_stats: list[int]
    growth_curve: Growth
    evolution_trigger: Trigger
    breeding_group: list[str]


def derived(wine: GivenWine) -> Derived:
    """Return the species of a wine by the rule."""
    traits = _traits(wine)
    first, second = _types(wine, traits)
    return Derived(
        first, second, _base_stats(wine, traits), _growth(wine), _trigger(wine, first), _breeding_group(wine)
    )  # fmt: skip


def _traits(wine: GivenWine) -> dict[Trait, float]:
    """Return how much of each trait the grapes have, from 0 to 1."""
    found: dict[Trait, float] = {"aromatic": 0.0, "tannic": 0.0, "earthy": 0.0, "juicy": 0.0}
    for name in wine.grapes:
        for trait in grape_of(name).traits:
            found[trait] += 1 / len(wine.grapes)
    return found


def _scores(wine: GivenWine, traits: dict[Trait, float]) -> dict[WineType, float]:
    red = wine.style in ("red", "fortified")
    light = max(0, 4 - wine.body)
    return {
        "crisp": 1.5 * wine.acidity + light + (0 if red else 1.5) - wine.sweetness,
        "aromatic": 8 * traits["aromatic"] + (1 if wine.style in ("white", "rose") else 0) + min(wine.sweetness, 2),
        "rich": 1.6 * wine.body + (3 - wine.acidity) + 2.5 * traits["juicy"] - (0 if wine.body >= 3 else 3),
        "tannic": (5 * traits["tannic"] + 1.2 * wine.body) if red else 0.0,
        "earthy": 7 * traits["earthy"] + (1.5 + 0.8 * light if red else 0.0),
        "sweet": 2.5 * wine.sweetness,
        "sparkling": 0.0,
        "fortified": 2.0 * max(0.0, wine.alcohol - 14.5) if wine.style in ("red", "dessert") else 0.0,
    }


def _types(wine: GivenWine, traits: dict[Trait, float]) -> tuple[WineType, WineType | None]:
    scores = _scores(wine, traits)
    # of equal scores the earlier in the table counts: `max` and `sorted` keep the order
    own = _OF_STYLE.get(wine.style)
    first: WineType = max(scores, key=lambda one: scores[one]) if own is None else own
    others = sorted((one for one in scores if one != first), key=lambda one: -scores[one])
    return first, others[0] if scores[others[0]] >= _SECOND_LEAST else None


def _base_stats(wine: GivenWine, traits: dict[Trait, float]) -> list[int]:
    bubbles, still_red = wine.style == "sparkling", wine.style == "red"
    strength = max(0.0, wine.alcohol - 8)
    skins = 60 if still_red else 45 if wine.style == "fortified" else 25 if wine.style == "rose" else 15
    found = (
        25 + 17 * wine.body + 2 * strength,
        20 + 26 * wine.acidity - 5 * wine.sweetness + 3 * (3 - min(wine.body, 3)),
        skins + 45 * traits["tannic"] + 15 * traits["earthy"] + 4 * wine.body,
        45 + 45 * traits["aromatic"] + 25 * traits["juicy"] + 20 * traits["earthy"] + 5 * wine.sweetness,
        30 + 8 * wine.body + 6 * wine.acidity + 9 * wine.sweetness + 2 * strength,
        110 - 13 * wine.body + 25 * bubbles + 5 * wine.acidity - 4 * wine.sweetness,
    )
    return [min(255, max(1, round(value))) for value in found]


def _growth(wine: GivenWine) -> Growth:
    if wine.style in ("dessert", "fortified"):
        return "blooming" if wine.sweetness >= 3 else "slow"
    if wine.style == "red":
        return "slow" if wine.body >= 5 else "measured" if wine.body == 4 else "steady"
    if wine.style == "sparkling":
        return "lingering"
    return "early" if wine.body <= 2 else "steady"


def _trigger(wine: GivenWine, first: WineType) -> Trigger:
    if wine.style in ("dessert", "fortified") or first == "tannic" or (wine.style == "red" and wine.body >= 5):
        return "time"
    if wine.style == "sparkling":
        return "season"
    if wine.style == "rose":
        return "none"
    return "level" if wine.style == "red" else "experience"


def _breeding_group(wine: GivenWine) -> list[str]:
    """Return one group of the style, and one of the grapes' colour where that is another."""
    colours = {grape_of(name).colour for name in wine.grapes}
    groups = [_GROUPS[wine.style]]
    for colour, group in (("red", "dark"), ("white", "pale")):
        if colours == {colour} and group not in groups:
            groups.append(group)
    return groups
