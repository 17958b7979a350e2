"""Structs of odds: requests and answers."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.packs.poe2.crafting.rules.game import Id
from guildhall.packs.poe2.crafting.rules.items import CraftItem
from guildhall.packs.poe2.crafting.rules.outcomes import CraftOutcome
from guildhall.packs.poe2.crafting.rules.plan import MOST_TARGETS, CraftPlan, CraftTarget
from guildhall.packs.poe2.crafting.rules.prices import GivenPrice, GivenPrices
from guildhall.packs.poe2.crafting.schemas.game import Patch
from guildhall.text import LINE

League = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Runes of Aldur"])]
Share = Annotated[float, Meta(gt=0, lt=1)]
Shares = Annotated[list[Share], Meta(min_length=1, max_length=10)]


class Estimate(Struct, frozen=True):
    """The ground of odds. All of them are estimated: the game does not tell its weights.

    `source` is where modifiers are from, `weight_source` where weights are; unknown ones are taken as `usual_weight`.
    """

    patch: str
    source: str
    weight_source: str
    usual_weight: float
    rules_source: str
    estimated: Literal[True] = True


class StepOddsRequest(Struct, frozen=True, kw_only=True):
    """A use of a currency on an item. `most` is the number of outcomes that are listed."""

    patch: Patch | None = None
    item: CraftItem
    use: Id
    omens: Annotated[list[Id], Meta(max_length=4)] = []
    targets: Annotated[list[CraftTarget], Meta(max_length=MOST_TARGETS)] = []
    most: Annotated[int, Meta(ge=1, le=200)] = 20


class TargetOdds(Struct, frozen=True):
    """The probability that the item meets a target afterwards. `before` says whether it does already."""

    target: int
    before: bool
    probability: float


class StepOdds(Struct, frozen=True):
    """The odds of one use: for each target, for all at once, and for the likeliest outcomes.

    `others` is the probability of all outcomes that are not listed.
    """

    estimate: Estimate
    targets: list[TargetOdds]
    all_targets: float
    outcomes: list[CraftOutcome]
    others: float
    units: dict[str, int]


class PlanOddsRequest(Struct, frozen=True, kw_only=True):
    """A plan, with prices to count its cost in.

    Prices of the market are taken where `league` names one that it knows; those of `prices` come first. `item_price` is
    what an item to begin with costs.
    """

    patch: Patch | None = None
    plan: CraftPlan
    league: League | None = None
    price_base: Id | None = None
    prices: GivenPrices = {}
    item_price: GivenPrice | None = None
    confidences: Shares | None = None


class Tries(Struct, frozen=True):
    """The attempts after which one has succeeded with a confidence, and what so many cost on average."""

    confidence: float
    attempts: int
    cost: float | None


class CostQuantile(Struct, frozen=True):
    """The cost that is not exceeded with a probability."""

    probability: float
    cost: float


class PlanCost(Struct, frozen=True):
    """The cost of a plan up to its end, in `base`: the mean exactly, the distribution within a cell of a grid.

    `market_at` is the time of the oldest price of the market that was used, null where all were given.
    """

    base: str
    league: str | None
    mean: float
    deviation: float
    quantiles: list[CostQuantile]
    attempt: float
    market_at: datetime | None
    given: list[str]


class StepUses(Struct, frozen=True):
    """The expected uses of a step up to the end of the plan."""

    step: int
    uses: float


class PlanOdds(Struct, frozen=True):
    """The odds of a plan. An attempt is one item, from the first step on.

    `cost` is null when a price is not known; `unknown_prices` are those currencies, 'item' among them for the item to
    begin with.
    """

    estimate: Estimate
    success: float
    success_an_attempt: float
    attempts: float
    tries: list[Tries]
    steps: list[StepUses]
    units: dict[str, float]
    cost: PlanCost | None
    unknown_prices: list[str]
