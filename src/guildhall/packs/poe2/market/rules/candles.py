"""Candles: the prices of days and weeks, with the days on which nothing is known between them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Literal

from msgspec import Struct

from guildhall.packs.poe2.market.rules.vectors import Price, Volume

Span = Literal["day", "week"]
_DAYS: dict[Span, int] = {"day": 1, "week": 7}


class DayRow(Struct, frozen=True):
    """The prices of an item on a UTC day; `samples` is 0 where poe2scout told the figures themselves."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    average: Decimal
    volume: int | None
    samples: int


class Candle(Struct, frozen=True):
    """The prices of a span.

    `samples` are the hours with a price in it, 0 where only poe2scout's own figures of the day are known.
    """

    open: Price
    high: Price
    low: Price
    close: Price
    average: Price
    volume: Volume | None
    samples: int
    low_volume: bool


class Bucket(Struct, frozen=True):
    """A day, or a week from its Monday on. `candle` is null where nothing was traded, or nothing is known."""

    start: date
    candle: Candle | None


def start_of(day: date, span: Span) -> date:
    """Return the first day of the bucket that a day is in; weeks begin on Monday."""
    return day if span == "day" else day - timedelta(days=day.weekday())


def count(first: date, end: date, span: Span) -> int:
    """Return the number of buckets from the one of the first day to the one before `end`."""
    days = (end - start_of(first, span)).days
    return max(0, -(-days // _DAYS[span]))


def buckets(days: Sequence[DayRow], first: date, end: date, span: Span, low_volume: int) -> list[Bucket]:
    """Return the buckets of a range, oldest first, from its days in order; one without a day has no candle."""
    found = {start: _candle(list(of), low_volume) for start, of in _grouped(days, span)}
    step = timedelta(days=_DAYS[span])
    begin = start_of(first, span)
    starts = (begin + place * step for place in range(count(first, end, span)))
    return [Bucket(start, found.get(start)) for start in starts]


def _grouped(days: Sequence[DayRow], span: Span) -> Iterator[tuple[date, Iterator[DayRow]]]:
    return groupby(days, lambda row: start_of(row.day, span))


def _candle(days: Sequence[DayRow], low_volume: int) -> Candle:
    volumes = [row.volume for row in days if row.volume is not None]
    volume = sum(volumes) if volumes else None
    weights = [max(row.samples, 1) for row in days]
    average = sum((row.average * weight for row, weight in zip(days, weights, strict=True)), Decimal(0)) / sum(weights)
    return Candle(
        days[0].open, max(row.high for row in days), min(row.low for row in days), days[-1].close,
        average if len(days) > 1 else days[0].average, volume, sum(row.samples for row in days),
        is_low(volume, low_volume),
    )  # fmt: skip


def is_low(volume: int | None, low_volume: int) -> bool:
    """Return whether a price stands on few trades: fewer than a limit, or on nobody knows how many."""
    return volume is None or volume < low_volume
