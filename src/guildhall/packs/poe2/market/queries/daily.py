"""Prices by the day. Questions read these rows alone, and none of the hours'."""

from datetime import date
from decimal import Decimal

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.rules.candles import DayRow
from guildhall.packs.poe2.market.schemas.views import LastPrice


@rows(
    DayRow,
    """
    select day, open, high, low, close, average, volume, samples
    from poe2.market_daily
    where item_id = :item and league = :league and day >= :first and day < :end
    order by day
    """,
    hot=True,
)
def days(item: MarketItemId, league: str, first: date, end: date) -> None:
    """The days of an item that have prices, oldest first."""


@rows(
    LastPrice,
    """
    select l.name as league, d.day, d.close as price, d.volume
    from poe2.leagues l
    cross join lateral (
        select day, close, volume from poe2.market_daily
        where item_id = :item and league = l.name
        order by day desc
        limit 1
    ) d
    where l.is_current
    order by l.name
    """,
    hot=True,
)
def last_days(item: MarketItemId) -> None:
    """The last day with a price of an item in each current league."""


@command(
    """
    insert into poe2.market_daily (item_id, league, day, open, high, low, close, average, volume, samples)
    select :item, :league, g.day, g.open, g.high, g.low, g.close, g.average, g.volume, 0
    from unnest(:days::date[], :opens::numeric[], :highs::numeric[], :lows::numeric[], :closes::numeric[],
                :averages::numeric[], :volumes::bigint[])
         g (day, open, high, low, close, average, volume)
    order by g.day
    on conflict (item_id, league, day) do update
    set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        average = excluded.average, volume = excluded.volume
    where market_daily.samples = 0
    """,
)
def save_told_days(
    item: MarketItemId,
    league: str,
    days: list[date],
    opens: list[Decimal],
    highs: list[Decimal],
    lows: list[Decimal],
    closes: list[Decimal],
    averages: list[Decimal],
    volumes: list[int],
) -> None:
    """Store days as poe2scout tells them, but not where there are prices of our own."""
