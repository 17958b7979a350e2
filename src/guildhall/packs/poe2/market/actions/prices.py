"""Storing prices: in their hours, converted by the prices of that time, with the figures of their days."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from guildhall.db import partitions
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.errors import LeagueNotFound
from guildhall.packs.poe2.market.queries import daily, items, leagues, prices
from guildhall.packs.poe2.market.rules.candles import DayRow
from guildhall.packs.poe2.market.rules.readings import HOUR, REFERENCES, Reading
from guildhall.packs.poe2.settings import Poe2Settings

TABLE = "poe2.market_price_history"


class Stored(Struct, frozen=True):
    """The outcome of a batch of prices: how many were new or another, and how many were too old to be kept."""

    prices: int = 0
    expired: int = 0


async def save_prices(
    tx: Transaction, league: str, given: Sequence[Reading], settings: Poe2Settings, *, overwrite: bool = True
) -> Stored:
    """Store prices of a league in any order; a later word about an hour replaces the one before.

    Without `overwrite` only hours without a price get one. What the prices in Chaos and Divine Orbs and the figures of
    the days are in the end does not depend on the order in which prices come. Raises LeagueNotFound.
    """
    row = await leagues.locked_league.one_or_none(tx, league)
    if row is None:
        raise LeagueNotFound(league=league)
    oldest = kept_since(tx.now, settings)
    unique = {(one.item_id, one.recorded_at): one for one in given if one.recorded_at >= oldest}
    rows = list(unique.values())
    expired = sum(one.recorded_at < oldest for one in given)
    if not rows:
        return Stored(0, expired)
    await partitions.make_months(tx, TABLE, {partitions.month_of(one.recorded_at.date()) for one in rows})
    chaos, divine = await references(tx)
    age = timedelta(hours=settings.market_price_hours)
    changed = await prices.save_prices.many(
        tx, league, row.base_currency, chaos, divine, age, overwrite, [uuid7() for _ in rows],
        [one.item_id for one in rows], [one.price for one in rows], [one.volume for one in rows],
        [one.recorded_at for one in rows],
    )  # fmt: skip
    if moved := [at for item_id, at in changed if item_id in (chaos, divine)]:
        end = max(moved) + age + HOUR
        await prices.convert_prices.run(tx, league, chaos, divine, age, min(moved), end)
    await _sum_up(tx, league, {(item_id, at.date()) for item_id, at in changed})
    return Stored(len(changed), expired)


def kept_since(now: datetime, settings: Poe2Settings) -> datetime:
    """Return the instant from which on prices by the hour are kept."""
    if settings.keep_price_months is None:
        return datetime.min.replace(tzinfo=UTC)
    month = partitions.following(partitions.month_of(now.date()), -settings.keep_price_months)
    return datetime.combine(month, time(), UTC)


async def references(tx: Transaction) -> tuple[MarketItemId | None, MarketItemId | None]:
    """Return the items that other prices are converted by, Chaos and Divine Orb; None for one that is not known."""
    chaos, divine = [await items.currency_id.one_or_none(tx, name) for name in REFERENCES]
    return chaos, divine


async def save_told_days(tx: Transaction, league: str, item: MarketItemId, days: Sequence[DayRow]) -> int:
    """Store days as poe2scout tells them; one that has prices of our own keeps its figures. Return how many came."""
    if not days:
        return 0
    if await leagues.locked_league.one_or_none(tx, league) is None:
        raise LeagueNotFound(league=league)
    return await daily.save_told_days.run(
        tx, item, league, [one.day for one in days], [one.open for one in days], [one.high for one in days],
        [one.low for one in days], [one.close for one in days], [one.average for one in days],
        [one.volume or 0 for one in days],
    )  # fmt: skip


async def recount_days(tx: Transaction, league: str, item: MarketItemId, first: datetime, end: datetime) -> int:
    """Make the figures of an item's days anew from its prices; return how many days have any. Raises LeagueNotFound."""
    if await leagues.locked_league.one_or_none(tx, league) is None:
        raise LeagueNotFound(league=league)
    days = await prices.days_with_prices.many(tx, item, league, first, end)
    await _sum_up(tx, league, set(days))
    return len(days)


async def _sum_up(tx: Transaction, league: str, days: set[tuple[MarketItemId, date]]) -> None:
    """Make the figures of days anew. The league is locked, so nobody else's prices of them are on their way."""
    if days:
        ordered = sorted(days)
        await prices.sum_up_days.run(tx, league, [item for item, _ in ordered], [day for _, day in ordered])
