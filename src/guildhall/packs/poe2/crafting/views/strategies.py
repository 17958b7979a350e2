"""Strategies as they are shown and found, and what they are expected to cost."""

from datetime import datetime
from decimal import Decimal

import msgspec

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.crafting.errors import StrategyNotFound
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.pricing import prices_at
from guildhall.packs.poe2.crafting.queries import strategies as queries
from guildhall.packs.poe2.crafting.rules.chances import wilson
from guildhall.packs.poe2.crafting.rules.plan import CraftPlan, PlanStep
from guildhall.packs.poe2.crafting.schemas.odds import PlanOdds
from guildhall.packs.poe2.crafting.schemas.strategies import (
    Expected,
    Interval,
    Strategy,
    StrategyCard,
    StrategyLine,
    StrategyPlan,
    StrategyRequest,
    StrategyRow,
)
from guildhall.packs.poe2.crafting.views.odds import Calculator, PlanPrices
from guildhall.packs.poe2.ids import StrategyId
from guildhall.packs.poe2.settings import Poe2Settings

_FIELDS = PlanStep.__struct_fields__


def line_of(card: StrategyCard) -> StrategyLine:
    """Return a strategy as a list shows it."""
    values = {name: getattr(card, name) for name in StrategyLine.__struct_fields__ if name != "success_interval"}
    return StrategyLine(**values, success_interval=_interval(card))


def shown(row: StrategyRow, viewer: Viewer | None) -> Strategy:
    """Return a strategy as somebody sees it."""
    line = msgspec.structs.asdict(line_of(row))
    is_yours = viewer is not None and viewer.id == row.user_id
    told = {"strategy_steps": row.strategy_steps, "plan": row.plan, "expected": row.expected}
    return msgspec.convert(
        {
            **line, **told, "description": row.description, "is_yours": is_yours,
            "withheld_at": row.withheld_at, "success_interval": _interval(row),
        },
        Strategy,
        from_attributes=True,
    )  # fmt: skip


def _interval(card: StrategyCard) -> Interval | None:
    found = wilson(card.success_count, card.known_count)
    return None if found is None else Interval(*found, card.known_count)


async def seen_strategy(tx: Transaction, id: StrategyId) -> StrategyRow:
    """Return a strategy that the viewer sees. Raises StrategyNotFound."""
    row = await queries.strategy.one_or_none(tx, id)
    if row is None:
        raise StrategyNotFound
    return row


async def expected_of(
    db: Database, viewer: Viewer, wanted: StrategyRequest, games: Games, calculator: Calculator, settings: Poe2Settings
) -> tuple[Decimal | None, Expected | None]:
    """Return the expected cost of a strategy with a plan, and what it stands on.

    The cost is None where a price is not known. Raises PatchNotFound, and what `plan_odds` raises.
    """
    if wanted.plan is None:
        return None, None
    async with db.read(viewer) as tx:
        game = await games.of(tx, wanted.patch)
        hours = settings.market_price_hours
        prices = await prices_at(tx, wanted.league, tx.now, hours, wanted.price_base, wanted.prices)
        now = tx.now
    odds = await calculator.plan(
        game, plan_of(wanted, wanted.plan), PlanPrices(prices, wanted.league, wanted.item_price)
    )
    return expected_by(odds, prices.base, now)


def plan_of(wanted: StrategyRequest, rest: StrategyPlan) -> CraftPlan:
    """Return the plan of a strategy."""
    steps = [PlanStep(**{name: getattr(step, name) for name in _FIELDS}) for step in wanted.steps]
    return CraftPlan(item=rest.item, targets=rest.targets, steps=steps, goal=rest.goal, at_end=rest.at_end)


def expected_by(odds: PlanOdds, base: str, at: datetime) -> tuple[Decimal | None, Expected]:
    """Return the expected cost by the odds of a plan, at the prices of a time, and what it stands on."""
    cost = None if odds.cost is None else Decimal(repr(round(odds.cost.mean, 6)))
    expected = Expected(
        estimate=odds.estimate,
        success=odds.success,
        attempts=odds.attempts,
        units=odds.units,
        base=base,
        at=at,
        unknown_prices=odds.unknown_prices,
    )
    return cost, expected
