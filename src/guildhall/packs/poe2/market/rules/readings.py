"""Prices as they are stored: read from what was told, floored to the hour, and checked against the clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from guildhall.packs.poe2.ids import MarketItemId

HOUR = timedelta(hours=1)
AHEAD = timedelta(minutes=15)
"""The distance by which another clock may be ahead of ours."""
REFERENCES = ("chaos", "divine")
"""Short ids of the currencies that people count in; `price_in_chaos` and `price_in_divine` are made of their prices."""
FREQUENCIES = (1, 2, 3, 4, 6, 8, 12, 24)
"""Hours of a bucket that poe2scout has."""
BUCKETS = 8
"""Buckets that a page has of each item."""


class Told(Protocol):
    """A price as it was told. The time has no zone."""

    @property
    def price(self) -> float: ...
    @property
    def time(self) -> datetime: ...
    @property
    def quantity(self) -> int: ...


class Reading(Struct, frozen=True):
    """A price of an item in an hour. The volume is None where it was not told."""

    item_id: MarketItemId
    price: Decimal
    volume: int | None
    recorded_at: datetime


def in_utc(time: datetime) -> datetime:
    """Return a time that was told without a zone, which is UTC's."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def hour_of(time: datetime) -> datetime:
    """Return the start of an hour."""
    return time.replace(minute=0, second=0, microsecond=0)


def decimal_of(figure: float) -> Decimal:
    """Return the shortest decimal that is this figure."""
    return Decimal(repr(figure))


def readings(item_id: MarketItemId, told: Iterable[Told | None], now: datetime) -> tuple[list[Reading], list[str]]:
    """Return the prices of an item, oldest first, one an hour, and the faults of those that cannot be true.

    A None is an hour without a trade. Of several prices in an hour the last one counts.
    """
    found: dict[datetime, tuple[datetime, Reading]] = {}
    faults: list[str] = []
    for one in told:
        if one is None:
            continue
        time = in_utc(one.time)
        if time > now + AHEAD:
            faults.append(f"a price of item {item_id} of {time:%Y-%m-%d %H:%M}, which is to come")
            continue
        hour = hour_of(time)
        if hour not in found or found[hour][0] <= time:
            found[hour] = time, Reading(item_id, decimal_of(one.price), one.quantity, hour)
    return [found[hour][1] for hour in sorted(found)], faults


def frequency_for(gap: timedelta) -> int:
    """Return the hours of a bucket with which one page reaches back over a gap; the longest ones for longer gaps.

    The newest bucket is the present one, which has hardly begun, so it does not count.
    """
    return next((hours for hours in FREQUENCIES if gap <= hours * (BUCKETS - 1) * HOUR), FREQUENCIES[-1])
