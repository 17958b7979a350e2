"""Sessions: begun, changed, completed, deleted."""

from datetime import datetime

import msgspec
from msgspec import UNSET, Struct

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.crafting.errors import (
    SessionClosed,
    SessionNotFound,
    SessionOpen,
    StrategyNotFound,
    TooManyOpenSessions,
    TooManySessions,
)
from guildhall.packs.poe2.crafting.messages import SessionCompleted
from guildhall.packs.poe2.crafting.queries import sessions as queries
from guildhall.packs.poe2.crafting.queries import strategies
from guildhall.packs.poe2.crafting.rules.prices import USUAL_BASE
from guildhall.packs.poe2.crafting.schemas.sessions import (
    CompletionRequest,
    CraftingSession,
    SessionChange,
    SessionRequest,
    SessionRow,
)
from guildhall.packs.poe2.ids import CraftingSessionId, StrategyId
from guildhall.packs.poe2.market.errors import LeagueNotFound
from guildhall.packs.poe2.market.views import known_league
from guildhall.text import clean_line


class SessionLimits(Struct, frozen=True):
    """The most sessions of a person, of those the open ones, and steps of a session."""

    kept: int
    open: int
    steps: int


def shown(row: SessionRow) -> CraftingSession:
    """Return a session as it is shown."""
    return msgspec.convert(row, CraftingSession, from_attributes=True)


async def begin_session(tx: Transaction, wanted: SessionRequest, limits: SessionLimits) -> CraftingSession:
    """Begin a session. Raises TooManySessions, TooManyOpenSessions, StrategyNotFound, BadText."""
    if await require_room(tx, limits) >= limits.open:
        raise TooManyOpenSessions(most=limits.open)
    await require_strategy(tx, wanted.strategy_id)
    id = CraftingSessionId(uuid7())
    await queries.add_session.run(
        tx, id, tx.viewer.id, clean_line(wanted.item_base, 1, 255), clean_line(wanted.item_class, 1, 100),
        wanted.item_level, wanted.target_mods, wanted.title and clean_line(wanted.title, 1, 120), wanted.note or None,
        wanted.league and clean_line(wanted.league, 1, 100), wanted.patch, wanted.strategy_id,
        await price_base_of(tx, wanted.league, wanted.price_base), wanted.prices, tx.now,
    )  # fmt: skip
    return shown(await queries.session.one(tx, id))


async def require_room(tx: Transaction, limits: SessionLimits) -> int:
    """Return how many sessions of the viewer are open; the viewer is locked from here on. Raises TooManySessions."""
    await queries.lock_crafter.one(tx, tx.viewer.id)
    kept, are_open = await queries.session_counts.one(tx, tx.viewer.id)
    if kept >= limits.kept:
        raise TooManySessions(most=limits.kept)
    return are_open


async def require_strategy(tx: Transaction, strategy: StrategyId | None) -> None:
    """Raises StrategyNotFound for a strategy that the viewer does not see."""
    if strategy is not None and await strategies.is_seen.one_or_none(tx, strategy) is None:
        raise StrategyNotFound


async def price_base_of(tx: Transaction, league: str | None, base: str | None) -> str:
    """Return the currency of a session's costs: the one given, the league's, or the usual one."""
    if base is not None or league is None:
        return base or USUAL_BASE
    try:
        return (await known_league(tx, league)).base_currency
    except LeagueNotFound:  # a private league, or one that the market has not seen
        return USUAL_BASE


async def locked_session(tx: Transaction, id: CraftingSessionId) -> SessionRow:
    """Lock a session of the viewer. Raises SessionNotFound."""
    row = await queries.session_to_change.one_or_none(tx, id)
    if row is None:
        raise SessionNotFound
    return row


async def change_session(tx: Transaction, id: CraftingSessionId, change: SessionChange) -> CraftingSession:
    """Change what is said about a session.

    Raises SessionNotFound, StrategyNotFound, BadText; SessionOpen for a success that comes before the end.
    """
    row = await locked_session(tx, id)
    if change.success is not UNSET and row.completed_at is None:
        raise SessionOpen
    if change.strategy_id is not UNSET and change.strategy_id != row.strategy_id:
        await require_strategy(tx, change.strategy_id)
    changed = await queries.change_session.one(
        tx,
        id,
        row.title if change.title is UNSET else change.title and clean_line(change.title, 1, 120),
        row.note if change.note is UNSET else change.note or None,
        row.strategy_id if change.strategy_id is UNSET else change.strategy_id,
        row.success if change.success is UNSET else change.success,
        row.prices if change.prices is UNSET else change.prices,
    )
    if row.completed_at is not None and (changed.success, changed.strategy_id) != (row.success, row.strategy_id):
        await send(tx, SessionCompleted(tx.viewer.id, id))
    return shown(changed)


async def complete_session(tx: Transaction, id: CraftingSessionId, end: CompletionRequest) -> CraftingSession:
    """Complete a session; its steps come into its row. Raises SessionNotFound, SessionClosed."""
    row = await locked_session(tx, id)
    if row.completed_at is not None:
        raise SessionClosed
    done = await queries.complete_session.one(tx, id, end.success, end.final_item, _end_of(row, tx.now))
    await queries.drop_steps.run(tx, id)
    await send(tx, SessionCompleted(tx.viewer.id, id))
    return shown(done)


def _end_of(row: SessionRow, now: datetime) -> datetime:
    """Return when a session ends: no process's clock lets it end before its beginning."""
    return max(now, row.created_at)


async def delete_session(tx: Transaction, id: CraftingSessionId) -> None:
    """Delete a session with its steps. Raises SessionNotFound."""
    if await queries.drop_session.one_or_none(tx, id) is None:
        raise SessionNotFound
