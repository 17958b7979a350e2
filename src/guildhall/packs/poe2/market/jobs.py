"""Jobs of the market: leagues, prices that are due, and the past."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from guildhall.core.fresh.messages import RefreshKept
from guildhall.core.fresh.schemas import Attempt
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Due, On, hourly, minutely
from guildhall.core.jobs.errors import GiveUp, RetryLater
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.market.actions.backfills import note_wait, run_backfill
from guildhall.packs.poe2.market.actions.leagues import Followed, follow_leagues
from guildhall.packs.poe2.market.actions.prices import TABLE
from guildhall.packs.poe2.market.actions.sync import sync_category, sync_items
from guildhall.packs.poe2.market.errors import BackfillNotFound, LeagueNotFound
from guildhall.packs.poe2.market.kept import ALL, CURRENCIES, ITEM_LISTS, UNIQUES
from guildhall.packs.poe2.market.messages import BackfillPrices, ContinueBackfills, SyncMarket
from guildhall.packs.poe2.market.queries import backfills
from guildhall.packs.poe2.market.rules.keys import next_look, parts_of
from guildhall.packs.poe2.market.schemas.stored import BackfillRow
from guildhall.packs.poe2.market.upstream import Poe2Scout
from guildhall.packs.poe2.settings import Poe2Settings

_TURN = 120.0
"""Seconds of a backfill's turn; then other jobs have theirs."""
_SHORTEST_WAIT = 60.0
_IDLE = timedelta(minutes=1)
"""Time without a step after which a fetch of the past may have lost its job."""


async def sync_market(
    message: SyncMarket, db: Database, scout: Poe2Scout, settings: Poe2Settings
) -> Followed | dict[str, str]:
    """Look which leagues there are, and keep the prices of the current ones fresh; nothing without a contact."""
    if settings.scout_contact is None:
        return {"off": "no GUILDHALL_POE2_SCOUT_CONTACT"}
    try:
        found = await follow_leagues(db, scout, settings)
    except UpstreamLimited as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    if message.now:
        async with db.write() as tx:
            await send_many(tx, [RefreshKept(fresh.name) for fresh in ALL])
    return found


async def refresh_currencies(
    key: str, db: Database, scout: Poe2Scout, settings: Poe2Settings, attempt: Attempt
) -> datetime:
    """Fetch the prices of a category of the currency exchange; return when the next hour's are there."""
    category, league = parts_of(key)
    await sync_category(db, scout, settings, "currency", category, league, since=attempt.refreshed_at)
    return next_look(scout.client.clock.now(), random.random())  # noqa: S311 (jitter, no secret)


async def refresh_uniques(key: str, db: Database, scout: Poe2Scout, settings: Poe2Settings, attempt: Attempt) -> None:
    """Fetch the prices of a category of unique items."""
    category, league = parts_of(key)
    await sync_category(db, scout, settings, "unique", category, league, since=attempt.refreshed_at)


async def refresh_items(key: str, db: Database, scout: Poe2Scout) -> None:
    """Fetch the list of all items, as a league has it."""
    await sync_items(db, scout, key)


async def backfill_prices(
    message: BackfillPrices, db: Database, scout: Poe2Scout, settings: Poe2Settings
) -> BackfillRow:
    """Fetch the past of a league for a while, and then again later, until it is done or stopped."""
    try:
        row = await run_backfill(db, scout, settings, message.league, _TURN)
    except (LeagueNotFound, BackfillNotFound) as error:
        raise GiveUp(str(error)) from error
    except Unavailable as error:
        await note_wait(db, message.league, str(error))
        raise RetryLater(str(error), max(_SHORTEST_WAIT, float(error.retry_after))) from error
    if row.state == "running":
        raise RetryLater(f"{row.items_done} of {row.items} items are done", 0.0)
    return row


async def continue_backfills(_: ContinueBackfills, db: Database) -> dict[str, int]:
    """Queue fetches that should run and do not; how many. One whose job waits or runs is not queued twice."""
    async with db.write() as tx:
        leagues = await backfills.idle_backfills.many(tx, tx.now - _IDLE)
        queued = await send_many(tx, [BackfillPrices(league) for league in leagues])
    return {"queued": sum(job is not None for job in queued)}


def _idle(now: datetime) -> tuple[datetime]:
    return (now - _IDLE,)


def _keep_months(settings: Poe2Settings) -> Mapping[str, int]:
    return {} if settings.keep_price_months is None else {TABLE: settings.keep_price_months}


WORKER = WorkerPart(
    handlers=(
        On(SyncMarket, sync_market, schedule=hourly(minute=2)),
        On(BackfillPrices, backfill_prices),
        On(ContinueBackfills, continue_backfills, schedule=minutely(due=Due(backfills.any_idle, _idle))),
    ),
    fresh=(CURRENCIES, UNIQUES, ITEM_LISTS),
    keep_months=_keep_months,
)
