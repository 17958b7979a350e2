"""Fetching the past of a league: item by item, the days first, then the hours back to a time."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from guildhall.core.jobs.actions import send
from guildhall.core.upstream.rows import Found
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.actions.prices import kept_since, save_prices, save_told_days
from guildhall.packs.poe2.market.errors import BackfillNotFound, LeagueNotFound, MarketItemNotFound
from guildhall.packs.poe2.market.messages import BackfillPrices
from guildhall.packs.poe2.market.queries import backfills, leagues
from guildhall.packs.poe2.market.rules.candles import DayRow
from guildhall.packs.poe2.market.rules.readings import HOUR, Reading, decimal_of, readings
from guildhall.packs.poe2.market.schemas.given import GivenDay
from guildhall.packs.poe2.market.schemas.stored import BackfillItem, BackfillPlace, BackfillRow, LeagueRow
from guildhall.packs.poe2.market.upstream import Poe2Scout, as_day, as_time
from guildhall.packs.poe2.settings import Poe2Settings

_HOURS, _DAYS = 500, 400
"""Prices and days that one call asks for."""
_MOST_CALLS = 20
"""Calls for the days of one item; a league has never lasted for as many years."""


async def start_backfill(tx: Transaction, league: str, days: int, settings: Poe2Settings) -> BackfillRow:
    """Begin to fetch the past of a league, from its first item on, at once. Raises LeagueNotFound."""
    row = await begin_backfill(tx, league, days, settings)
    await send(tx, BackfillPrices(league))
    return row


async def begin_backfill(tx: Transaction, league: str, days: int, settings: Poe2Settings) -> BackfillRow:
    """Note that the past of a league is to be fetched, from its first item on.

    Today and so many days before it by the hour, no further back than hours are kept; and the days before those.
    Raises LeagueNotFound.
    """
    if await leagues.league.one_or_none(tx, league) is None:
        raise LeagueNotFound(league=league)
    today = tx.now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = max(today - timedelta(days=days), kept_since(tx.now, settings))
    return await backfills.begin_backfill.one(tx, league, since, tx.now)


async def stop_backfill(tx: Transaction, league: str) -> BackfillRow:
    """Stop a fetch before its next call; what it has stays. Raises BackfillNotFound."""
    row = await backfills.set_backfill_state.one_or_none(tx, league, "stopped", tx.now)
    if row is None:
        raise BackfillNotFound(league=league)
    return row


async def resume_backfill(tx: Transaction, league: str) -> BackfillRow:
    """Let a fetch go on from where it is. Raises BackfillNotFound for one that is done, or was never begun."""
    row = await backfills.set_backfill_state.one_or_none(tx, league, "running", tx.now)
    if row is None:
        raise BackfillNotFound(league=league)
    await send(tx, BackfillPrices(league))
    return row


async def run_backfill(
    db: Database, scout: Poe2Scout, settings: Poe2Settings, league: str, seconds: float
) -> BackfillRow:
    """Fetch on from where it is, for so long at most; return the state that it leaves.

    Each call's prices are stored with the new place in one transaction, so nothing is lost or fetched twice. Raises
    LeagueNotFound, BackfillNotFound, Unavailable.
    """
    async with db.read() as tx:
        of = await leagues.league.one_or_none(tx, league)
    if of is None:
        raise LeagueNotFound(league=league)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        async with db.write() as tx:
            place = await backfills.locked_place.one_or_none(tx, league)
            item = None if place is None else await backfills.next_item.one_or_none(tx, place.rank, place.item_id)
            if place is not None and item is None:
                await backfills.end_backfill.run(tx, league, tx.now)
        if place is None or item is None:
            break
        await _step(db, scout, settings, of, place, item)
    async with db.read() as tx:
        row = await backfills.backfill.one_or_none(tx, league)
    if row is None:
        raise BackfillNotFound(league=league)
    return row


async def note_wait(db: Database, league: str, why: str) -> None:
    """Write down what a fetch waits for."""
    async with db.write() as tx:
        await backfills.note_wait.run(tx, league, why[:500], tx.now)


async def _step(
    db: Database, scout: Poe2Scout, settings: Poe2Settings, league: LeagueRow, place: BackfillPlace, item: BackfillItem
) -> None:
    """Fetch the days of an item that has not begun, and the hours before its place."""
    now = scout.client.clock.now()
    days = await _told_days(scout, league, item.item_id, place.since.date()) if place.before is None else []
    before = place.before or now + HOUR
    found, more = (
        ([], False) if before - HOUR <= place.since else await _told_hours(scout, league, item.item_id, before)
    )
    oldest = min((one.recorded_at for one in found), default=None)
    kept = [one for one in found if one.recorded_at >= place.since]

    async def save(tx: Transaction) -> None:
        held = await backfills.locked_place.one_or_none(tx, league.name)
        if held != place:
            return  # it was stopped or begun anew meanwhile
        told = await save_told_days(tx, league.name, item.item_id, days)
        stored = await save_prices(tx, league.name, kept, settings)
        await backfills.note_step.run(tx, league.name, oldest or before, stored.prices, told, tx.now)
        if not more or oldest is None or oldest <= place.since:
            await backfills.note_item_done.run(tx, league.name, item.rank, item.item_id, tx.now)

    await db.transact(save)


async def _told_hours(
    scout: Poe2Scout, league: LeagueRow, item: MarketItemId, before: datetime
) -> tuple[Sequence[Reading], bool]:
    """Return the prices of an item before an instant, and whether there are earlier ones. Raises UpstreamLied."""
    given = await scout.history.fetch(league.realm, league.name, item, _HOURS, as_time(before), league.base_currency)
    route = scout.history.route.call.name
    found, faults = readings(item, given.value.price_history, scout.client.clock.now())
    earlier = [one for one in found if one.recorded_at < before]
    if given.value.has_more and not earlier:
        raise scout.client.lied(route, "a history that does not go back, and is said to go on")
    return scout.client.sound(route, Found(earlier, len(faults), tuple(faults[:3]))), given.value.has_more


async def _told_days(scout: Poe2Scout, league: LeagueRow, item: MarketItemId, end: date) -> list[DayRow]:
    """Return the days of an item before one. Days in another currency than the league's are of no use."""
    found: dict[date, DayRow] = {}
    last = end - timedelta(days=1)
    for _ in range(_MOST_CALLS):
        try:
            given = await scout.daily_stats.fetch(league.realm, league.name, item, _DAYS, as_day(last))
        except MarketItemNotFound:
            break
        if given.value.base_currency_api_id not in (None, league.base_currency):
            break
        days = [one for one in given.value.daily_stats if one.time <= last]
        found |= {one.time: _day(one) for one in days if _is_sound(one)}
        if not given.value.has_more or not days:
            break
        last = min(one.time for one in days) - timedelta(days=1)
    return [found[day] for day in sorted(found)]


def _is_sound(day: GivenDay) -> bool:
    """Return whether the figures of a day agree with each other."""
    return day.low <= min(day.open, day.close, day.average) and max(day.open, day.close, day.average) <= day.high


def _day(one: GivenDay) -> DayRow:
    figures = (one.open, one.high, one.low, one.close, one.average)
    opened, high, low, close, average = map(decimal_of, figures)
    return DayRow(one.time, opened, high, low, close, average, one.volume, 0)
