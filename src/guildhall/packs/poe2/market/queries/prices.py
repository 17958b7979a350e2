"""Prices by the hour."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.rules.vectors import CurrencyPrice
from guildhall.packs.poe2.market.schemas.views import PriceEntry


def _at(item: str, time: str) -> str:
    """Return SQL for the price of an item at a time: the newest at or before it that is not too old."""
    return f"""(
        select r.price from poe2.market_price_history r
        where r.item_id = {item} and r.league = :league
          and r.recorded_at <= {time} and r.recorded_at > {time} - :age::interval
        order by r.recorded_at desc
        limit 1
    )"""


@rows(
    tuple[MarketItemId, datetime],
    f"""
    insert into poe2.market_price_history as h
        (id, item_id, league, price, base_currency, price_in_chaos, price_in_divine, volume, recorded_at)
    select g.id, g.item_id, :league, g.price, :base, g.price / {_at(":chaos", "g.recorded_at")},
           g.price / {_at(":divine", "g.recorded_at")}, g.volume, g.recorded_at
    from unnest(:ids::uuid[], :items::text[], :prices::numeric[], :volumes::int[], :times::timestamptz[])
         g (id, item_id, price, volume, recorded_at)
    order by g.item_id, g.recorded_at
    on conflict (item_id, league, recorded_at) do update
    set price = excluded.price, base_currency = excluded.base_currency, price_in_chaos = excluded.price_in_chaos,
        price_in_divine = excluded.price_in_divine, volume = excluded.volume
    where :overwrite and (h.price, h.volume) is distinct from (excluded.price, excluded.volume)
    returning item_id, recorded_at
    """,
)
def save_prices(
    league: str,
    base: str,
    chaos: MarketItemId | None,
    divine: MarketItemId | None,
    age: timedelta,
    overwrite: bool,
    ids: list[UUID],
    items: list[MarketItemId],
    prices: list[Decimal],
    volumes: list[int | None],
    times: list[datetime],
) -> None:
    """Store prices; return those that are new or have changed. Without `overwrite` a stored price stays."""


@command(
    f"""
    update poe2.market_price_history h
    set price_in_chaos = n.in_chaos, price_in_divine = n.in_divine
    from (
        select p.item_id, p.recorded_at, p.price / {_at(":chaos", "p.recorded_at")} as in_chaos,
               p.price / {_at(":divine", "p.recorded_at")} as in_divine
        from poe2.market_items i
        join poe2.market_price_history p
          on p.item_id = i.id and p.league = :league and p.recorded_at >= :first and p.recorded_at < :end
    ) n
    where h.item_id = n.item_id and h.league = :league and h.recorded_at = n.recorded_at
      and h.recorded_at >= :first and h.recorded_at < :end
      and (h.price_in_chaos, h.price_in_divine) is distinct from (n.in_chaos, n.in_divine)
    """,
)
def convert_prices(
    league: str,
    chaos: MarketItemId | None,
    divine: MarketItemId | None,
    age: timedelta,
    first: datetime,
    end: datetime,
) -> None:
    """Convert the prices of a span anew, after a price of the currencies that they are converted by has changed."""


@command(
    """
    insert into poe2.market_daily as d (item_id, league, day, open, high, low, close, average, volume, samples)
    select p.item_id, :league, x.day, (array_agg(p.price order by p.recorded_at))[1], max(p.price), min(p.price),
           (array_agg(p.price order by p.recorded_at desc))[1], avg(p.price), sum(p.volume), count(*)
    from unnest(:items::text[], :days::date[]) x (item_id, day)
    join poe2.market_price_history p
      on p.item_id = x.item_id and p.league = :league
     and p.recorded_at >= x.day::timestamp at time zone 'UTC'
     and p.recorded_at < (x.day + 1)::timestamp at time zone 'UTC'
    group by p.item_id, x.day
    order by p.item_id, x.day
    on conflict (item_id, league, day) do update
    set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        average = excluded.average, volume = excluded.volume, samples = excluded.samples
    where (d.open, d.high, d.low, d.close, d.average, d.volume, d.samples) is distinct from
          (excluded.open, excluded.high, excluded.low, excluded.close, excluded.average, excluded.volume,
           excluded.samples)
    """,
)
def sum_up_days(league: str, items: list[MarketItemId], days: list[date]) -> None:
    """Make the figures of days from their prices. Days without any stay as they are."""


@rows(
    tuple[MarketItemId, date],
    """
    select item_id, (recorded_at at time zone 'UTC')::date as day
    from poe2.market_price_history
    where item_id = :item and league = :league and recorded_at >= :first and recorded_at < :end
    group by item_id, day
    """,
    proven=("day",),
)
def days_with_prices(item: MarketItemId, league: str, first: datetime, end: datetime) -> None: ...


@rows(
    PriceEntry,
    """
    select id, price, price_in_chaos, price_in_divine, volume, recorded_at
    from poe2.market_price_history
    where item_id = :item and league = :league and recorded_at < :before
    order by recorded_at desc
    limit :limit
    """,
    hot=True,
)
def price_page(item: MarketItemId, league: str, before: datetime, limit: int) -> None:
    """The prices of an item before an instant, the newest first."""


@rows(
    CurrencyPrice,
    """
    select i.id as item_id, i.api_id, i.base_type_id, i.name, p.price, p.volume, p.recorded_at
    from poe2.market_items i
    cross join lateral (
        select h.price, h.volume, h.recorded_at
        from poe2.market_price_history h
        where h.item_id = i.id and h.league = :league and h.recorded_at <= :at and h.recorded_at > :since
        order by h.recorded_at desc
        limit 1
    ) p
    where i.kind = 'currency'
    order by i.id
    """,
)
def currency_prices(league: str, at: datetime, since: datetime) -> None:
    """The last price of each currency at or before an instant and after another."""
