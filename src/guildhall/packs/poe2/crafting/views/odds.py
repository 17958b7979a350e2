"""Odds of steps and plans."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from guildhall.packs.poe2.crafting.errors import PlanCannotSucceed
from guildhall.packs.poe2.crafting.rules import costs
from guildhall.packs.poe2.crafting.rules.chain import RESTART, SUCCESS, Attempt, Chain
from guildhall.packs.poe2.crafting.rules.chances import tries_for
from guildhall.packs.poe2.crafting.rules.game import Game
from guildhall.packs.poe2.crafting.rules.outcomes import outcomes_of
from guildhall.packs.poe2.crafting.rules.plan import CraftPlan, ReadyPlan, make_ready
from guildhall.packs.poe2.crafting.rules.prices import Prices
from guildhall.packs.poe2.crafting.rules.uses import use_of
from guildhall.packs.poe2.crafting.schemas.odds import (
    CostQuantile,
    Estimate,
    PlanCost,
    PlanOdds,
    StepOdds,
    StepOddsRequest,
    StepUses,
    TargetOdds,
    Tries,
)
from guildhall.packs.poe2.settings import Poe2Settings

Result = TypeVar("Result")
ITEM = "item"
"""The name of the item to begin with among currencies without a price."""
_CONFIDENCES = (0.5, 0.8, 0.95)


class PlanPrices(Struct, frozen=True):
    """The prices that the cost of a plan is counted in."""

    prices: Prices
    league: str | None = None
    item_price: float | None = None


class Calculator:
    """Calculates odds beside the event loop, a few at once. One for each web process."""

    def __init__(self, settings: Poe2Settings) -> None:
        self._most = settings.crafting_transitions
        self._turns = asyncio.Semaphore(settings.crafting_calculations)

    async def step(self, game: Game, asked: StepOddsRequest) -> StepOdds:
        """Return the odds of a step. Raises what `outcomes_of` raises."""
        return await self._beside(lambda: step_odds(game, asked))

    async def plan(
        self, game: Game, plan: CraftPlan, priced: PlanPrices | None = None, confidences: list[float] | None = None
    ) -> PlanOdds:
        """Return the odds of a plan. Raises what `plan_odds` raises."""
        chosen = sorted(set(confidences or _CONFIDENCES))
        return await self._beside(lambda: plan_odds(game, plan, priced, chosen, self._most))

    async def _beside(self, calculation: Callable[[], Result]) -> Result:
        async with self._turns:
            return await asyncio.to_thread(calculation)


def estimate_of(game: Game) -> Estimate:
    """Return what the odds of a game stand on."""
    return Estimate(game.patch, game.source, game.weight_source, game.usual_weight, game.rules.source)


def step_odds(game: Game, asked: StepOddsRequest) -> StepOdds:
    """Return the odds of a step. Raises what `outcomes_of` raises."""
    found = outcomes_of(game, asked.item, asked.use, asked.omens, asked.targets)
    numbers = range(1, len(asked.targets) + 1)
    targets = [
        TargetOdds(number, number in found.before, sum(one.probability for one in found.ways if number in one.met))
        for number in numbers
    ]
    every = sum(one.probability for one in found.ways if len(one.met) == len(numbers))
    listed = found.ways[: asked.most]
    others = sum(one.probability for one in found.ways[asked.most :])
    units = use_of(game, asked.use, asked.omens).units
    return StepOdds(estimate_of(game), targets, every, listed, others, units)


def plan_odds(game: Game, plan: CraftPlan, priced: PlanPrices | None, confidences: list[float], most: int) -> PlanOdds:
    """Return the odds of a plan.

    Raises what `make_ready` raises; PlanStuck, PlanNeverEnds, PlanTooLarge; PlanCannotSucceed.
    """
    ready = make_ready(game, plan)
    attempt = Chain(ready, most).solve()
    success = attempt.ends(SUCCESS)
    if success <= 0:
        raise PlanCannotSucceed
    attempts = 1 / (1 - attempt.ends(RESTART))
    units = costs.expected_units(attempt, [step.effect.use.units for step in ready.steps], attempts)
    unknown = _unknown_prices(ready, attempt, priced)
    cost = None if unknown or priced is None else _cost(ready, attempt, priced, attempts, confidences)
    tries = [
        Tries(one, number, None if cost is None else number * cost.attempt)
        for one in confidences
        if (number := tries_for(one, success)) is not None
    ]
    return PlanOdds(
        estimate=estimate_of(game),
        success=costs.success_of(attempt),
        success_an_attempt=success,
        attempts=attempts,
        tries=tries,
        steps=[StepUses(index + 1, attempt.uses(index) * attempts) for index in range(len(ready.steps))],
        units=units,
        cost=cost,
        unknown_prices=unknown,
    )


def _unknown_prices(ready: ReadyPlan, attempt: Attempt, priced: PlanPrices | None) -> list[str]:
    """Return the currencies that a plan uses and that have no price."""
    used = {
        currency
        for index, step in enumerate(ready.steps)
        if attempt.uses(index) > 0
        for currency in step.effect.use.units
    }
    if priced is None:
        return [*sorted(used), ITEM]
    unknown = sorted(one for one in used if priced.prices.find(one) is None)
    restarts = attempt.ends(RESTART) > 0
    return [*unknown, ITEM] if restarts and priced.item_price is None else unknown


def _cost(
    ready: ReadyPlan, attempt: Attempt, priced: PlanPrices, attempts: float, confidences: list[float]
) -> PlanCost:
    """Return the cost of a plan all of whose prices are known. The first item counts as those after it do."""
    found = {
        currency: price for step in ready.steps for currency, price in priced.prices.of(step.effect.use.units).items()
    }
    each = [
        sum(
            number * float(found[currency].price)
            for currency, number in step.effect.use.units.items()
            if currency in found
        )
        for step in ready.steps
    ]
    item = priced.item_price or 0.0
    spread = costs.spread_of(attempt, each, item, confidences)
    market = [price.at for price in found.values() if price.source == "market"]
    return PlanCost(
        base=priced.prices.base,
        league=priced.league,
        mean=spread.mean + item,
        deviation=spread.deviation,
        quantiles=[CostQuantile(one.probability, one.cost + item) for one in spread.quantiles],
        attempt=(spread.mean + item) / attempts,
        market_at=min(market, default=None),
        given=sorted(currency for currency, price in found.items() if price.source == "person"),
    )
