"""Strategies: added, changed, deleted, made of a session."""

from decimal import Decimal

import msgspec
from msgspec import UNSET

from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.crafting.actions.sessions import locked_session
from guildhall.packs.poe2.crafting.errors import (
    NothingToShare,
    SessionOpen,
    StrategyNotFound,
    StrategyWithheld,
    TooManyStrategies,
)
from guildhall.packs.poe2.crafting.queries import sessions
from guildhall.packs.poe2.crafting.queries import strategies as queries
from guildhall.packs.poe2.crafting.rules.units import NEW_BASE
from guildhall.packs.poe2.crafting.schemas.sessions import LoggedStep
from guildhall.packs.poe2.crafting.schemas.strategies import (
    Expected,
    SharedSession,
    StrategyChange,
    StrategyRequest,
    StrategyRow,
    StrategyStep,
)
from guildhall.packs.poe2.ids import CraftingSessionId, StrategyId
from guildhall.text import clean_line

_STEPS = 20
"""Steps of a strategy that is made of a session: the last ones of the last item."""


async def add_strategy(
    tx: Transaction, wanted: StrategyRequest, expected_cost: Decimal | None, expected: Expected | None, most: int
) -> StrategyRow:
    """Add a strategy. Raises TooManyStrategies, BadText."""
    user = tx.viewer.id
    await sessions.lock_crafter.one(tx, user)
    if await queries.strategies_count.one(tx, user) >= most:
        raise TooManyStrategies(most=most)
    id = StrategyId(uuid7())
    await queries.add_strategy.run(
        tx, id, user, await queries.account_name.one(tx, user), clean_line(wanted.name, 1, 255),
        wanted.description or None, wanted.item_base and clean_line(wanted.item_base, 1, 255),
        wanted.item_class and clean_line(wanted.item_class, 1, 100), wanted.steps, wanted.plan, wanted.patch,
        wanted.league and clean_line(wanted.league, 1, 100), expected_cost, expected, wanted.is_public, tx.now,
    )  # fmt: skip
    return await queries.strategy.one(tx, id)


async def own_strategy(tx: Transaction, id: StrategyId) -> StrategyRow:
    """Lock a strategy of the viewer. Raises StrategyNotFound, also for another person's."""
    row = await queries.strategy_to_change.one_or_none(tx, id)
    if row is None or row.user_id != tx.viewer.id:
        raise StrategyNotFound
    return row


async def change_strategy(tx: Transaction, id: StrategyId, change: StrategyChange) -> StrategyRow:
    """Change what is said of a strategy, or who sees it. Raises StrategyNotFound, StrategyWithheld, BadText."""
    row = await own_strategy(tx, id)
    if change.is_public is True and row.withheld_at is not None:
        raise StrategyWithheld
    return await queries.change_strategy.one(
        tx,
        id,
        row.name if change.name is UNSET else clean_line(change.name, 1, 255),
        row.description if change.description is UNSET else change.description or None,
        row.is_public if change.is_public is UNSET else change.is_public,
        tx.now,
    )


async def delete_strategy(tx: Transaction, id: StrategyId) -> None:
    """Delete a strategy; sessions that name it stay. Raises StrategyNotFound."""
    await own_strategy(tx, id)
    await queries.drop_strategy.run(tx, id)


async def share_session(tx: Transaction, id: CraftingSessionId, wanted: SharedSession, most: int) -> StrategyRow:
    """Make a strategy of what was done to the last item of a completed session, which is its first use.

    Raises SessionNotFound, SessionOpen, NothingToShare, TooManyStrategies, BadText.
    """
    row = await locked_session(tx, id)
    if row.completed_at is None:
        raise SessionOpen
    logged = msgspec.convert(await sessions.step_page.many(tx, id, 0, row.step_count), list[LoggedStep])
    steps = _told(logged)
    if not steps:
        raise NothingToShare
    request = StrategyRequest(
        name=wanted.name, description=wanted.description, item_base=row.item_base, item_class=row.item_class,
        steps=steps, patch=row.patch, league=row.league, is_public=wanted.is_public,
    )  # fmt: skip
    made = await add_strategy(tx, request, None, None, most)
    if row.strategy_id is None:
        await sessions.change_session.one(tx, id, row.title, row.note, made.id, row.success, row.prices)
    return await queries.strategy.one(tx, made.id)


def _told(steps: list[LoggedStep]) -> list[StrategyStep]:
    """Return what was done to the last item, equal uses after each other as one step."""
    found: list[tuple[str, list[str], int]] = []
    for step in steps:
        if step.action == NEW_BASE:
            found = []
        elif found and found[-1][:2] == (step.action, step.omens):
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((step.action, step.omens, 1))
    return [
        StrategyStep(use=use, omens=omens, note=f"{times} times" if times > 1 else None)
        for use, omens, times in found[-_STEPS:]
    ]
