"""Odds of a step and of a plan."""

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.crafting import errors
from guildhall.packs.poe2.crafting.api.parameters import READ
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.pricing import prices_at
from guildhall.packs.poe2.crafting.schemas.odds import PlanOdds, PlanOddsRequest, StepOdds, StepOddsRequest
from guildhall.packs.poe2.crafting.views.odds import Calculator, PlanPrices
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/poe2/crafting/odds")

UNKNOWN = (
    errors.PatchNotFound,
    errors.BaseNotFound,
    errors.UnknownModifier,
    errors.UnknownCurrency,
    errors.UnknownOmen,
    errors.OmenWithoutEffect,
    errors.NotCalculated,
    errors.BadItem,
    errors.BadTarget,
)
"""The errors of what a question about odds may name."""
UNSOLVED = (
    errors.BadPlan,
    errors.PlanStuck,
    errors.PlanNeverEnds,
    errors.PlanTooLarge,
    errors.PlanCannotSucceed,
)
"""The errors of plans that have no odds."""


@routes.post("/step", scope=PUBLIC, status=200, raises=(*UNKNOWN, errors.CurrencyUnusable))
async def step_odds(data: StepOddsRequest, db: Database, games: Games, calculator: Calculator) -> StepOdds:
    """Odds of one use of a currency.

    What the item becomes, with probabilities. They are estimated: `estimate` says what they stand on.
    """
    async with db.read() as tx:
        game = await games.of(tx, data.patch)
    return await calculator.step(game, data)


@routes.post("/plan", scope=READ, status=200, raises=(*UNKNOWN, *UNSOLVED))
async def plan_odds(
    data: PlanOddsRequest, viewer: Viewer, db: Database, games: Games, calculator: Calculator, settings: Poe2Settings
) -> PlanOdds:
    """Odds of a plan.

    The exact solution of the steps as a Markov chain: the probability of success, expected attempts and uses, the tries
    for a confidence, and the cost with its distribution. They are estimated: `estimate` says what they stand on.
    """
    async with db.read(viewer) as tx:
        game = await games.of(tx, data.patch)
        prices = await prices_at(tx, data.league, tx.now, settings.market_price_hours, data.price_base, data.prices)
    priced = PlanPrices(prices, data.league, data.item_price)
    return await calculator.plan(game, data.plan, priced, data.confidences)
