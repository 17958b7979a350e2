"""Requests of operators: everything now, and the figures of days anew."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from msgspec import Struct

from guildhall.core.fresh.declaration import Fresh
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.db.pool import Database
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.actions.leagues import follow_leagues, kept_keys
from guildhall.packs.poe2.market.actions.prices import recount_days
from guildhall.packs.poe2.market.actions.sync import sync_category, sync_items
from guildhall.packs.poe2.market.errors import LeagueNotFound
from guildhall.packs.poe2.market.kept import CURRENCIES, ITEM_LISTS, UNIQUES
from guildhall.packs.poe2.market.queries import items
from guildhall.packs.poe2.market.rules.keys import next_look, parts_of
from guildhall.packs.poe2.market.schemas.stored import Kind
from guildhall.packs.poe2.market.upstream import Poe2Scout
from guildhall.packs.poe2.settings import Poe2Settings

Result = TypeVar("Result")
Tell = Callable[[str], None]
"""Says to an operator what happens."""

_KINDS: tuple[tuple[Fresh, Kind], ...] = ((CURRENCIES, "currency"), (UNIQUES, "unique"))
_PAGE = 500


class SyncedNow(Struct, frozen=True):
    """The result of a sync of everything: leagues, items on their pages, and prices that were new or another."""

    leagues: int
    items: int
    prices: int


async def sync_now(db: Database, scout: Poe2Scout, settings: Poe2Settings, league: str | None, tell: Tell) -> SyncedNow:
    """Fetch leagues, items and prices of one followed league, or of all, waiting where a limit asks for it.

    Raises LeagueNotFound for a league that is not followed, Unavailable.
    """
    followed = await _patiently(partial(follow_leagues, db, scout, settings, interactive=True), tell)
    if league is not None and league not in followed.leagues:
        raise LeagueNotFound(league=league)
    wanted = followed.leagues if league is None else [league]
    seen = stored = 0
    for name in wanted:
        await _patiently(partial(sync_items, db, scout, name, interactive=True), tell)
        async with db.write() as tx:
            await ITEM_LISTS.refreshed(tx, {name: None})
    for fresh, kind in _KINDS:
        async with db.read() as tx:
            keys = [key for key in await kept_keys(tx, fresh) if parts_of(key)[1] in wanted]
            states = {key: await fresh.state(tx, key) for key in keys}
        for key, state in states.items():
            category, name = parts_of(key)
            since = None if state is None else state.refreshed_at
            sync = partial(sync_category, db, scout, settings, kind, category, name, since=since, interactive=True)
            done = await _patiently(sync, tell)
            async with db.write() as tx:
                await fresh.refreshed(tx, {key: next_look(tx.now, 0.5) if fresh is CURRENCIES else None})
            tell(f"{name}: {category}: {done.items} items, {done.prices} prices")
            seen, stored = seen + done.items, stored + done.prices
    return SyncedNow(len(wanted), seen, stored)


async def recount_league(db: Database, league: str, days: int) -> int:
    """Make the figures of a league's last days anew from the prices by the hour; return how many days of items.

    Days whose hours are not kept stay as they are. Raises LeagueNotFound.
    """
    last = datetime.now(UTC) + timedelta(days=1)
    counted = 0
    async with db.read() as tx:
        wanted = await items.item_ids.many(tx)
    for some in _chunks(wanted):
        async with db.write(timeout=120) as tx:
            for item in some:
                counted += await recount_days(tx, league, item, last - timedelta(days=days + 1), last)
    return counted


def _chunks(ids: list[MarketItemId]) -> Iterator[list[MarketItemId]]:
    return (ids[place : place + _PAGE] for place in range(0, len(ids), _PAGE))


async def _patiently(call: Callable[[], Awaitable[Result]], tell: Tell) -> Result:
    """Return the result of a call, after as many waits as a limit asks for."""
    while True:
        try:
            return await call()
        except UpstreamLimited as error:
            tell(f"{error} Waiting {error.retry_after} s.")
            await asyncio.sleep(float(error.retry_after))
