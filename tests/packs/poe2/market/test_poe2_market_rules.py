"""Rules of the market: hours, candles, vectors, keys."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.rules.candles import DayRow, buckets, count, start_of
from guildhall.packs.poe2.market.rules.conversions import rate_of
from guildhall.packs.poe2.market.rules.keys import key_of, next_look, parts_of
from guildhall.packs.poe2.market.rules.readings import FREQUENCIES, HOUR, decimal_of, frequency_for, readings
from guildhall.packs.poe2.market.rules.vectors import CurrencyPrice, Priced, PriceVector
from guildhall.packs.poe2.market.schemas.given import GivenPrice

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
RUNE = MarketItemId("40")


def told(price: float, time: str, quantity: int = 5) -> GivenPrice:
    """A price as poe2scout tells it."""
    return GivenPrice(price, datetime.fromisoformat(time), quantity)


def test_times_without_a_zone_are_utc_and_floored_to_the_hour():
    found, faults = readings(RUNE, [told(2.5, "2026-06-10T11:59:59"), None, told(2, "2026-06-10T09:00:00+02:00")], NOON)

    assert [(one.price, one.recorded_at) for one in found] == [
        (Decimal(2), NOON - 5 * HOUR),
        (Decimal("2.5"), NOON - HOUR),
    ]
    assert faults == []


def test_of_several_prices_in_an_hour_the_last_one_counts():
    found, _ = readings(
        RUNE, [told(1, "2026-06-10T10:10:00"), told(3, "2026-06-10T10:50:00"), told(2, "2026-06-10T10:20:00")], NOON
    )

    assert [one.price for one in found] == [3]


def test_a_clock_may_be_some_minutes_ahead_and_no_more():
    found, faults = readings(RUNE, [told(1, "2026-06-10T12:10:00"), told(3, "2026-06-10T13:00:00")], NOON)

    assert len(found) == 1
    assert faults == ["a price of item 40 of 2026-06-10 13:00, which is to come"]


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_a_figure_is_stored_as_it_was_told(figure):
    assert float(decimal_of(figure)) == figure


@given(st.integers(0, 300))
def test_one_look_reaches_back_over_a_gap_as_far_as_any_can(hours):
    chosen = frequency_for(timedelta(hours=hours))

    assert chosen in FREQUENCIES
    assert chosen * 7 >= hours or chosen == FREQUENCIES[-1]
    assert all(shorter * 7 < hours for shorter in FREQUENCIES if shorter < chosen)


def test_keys_are_taken_apart_again_whatever_a_league_is_called():
    for league in ("Standard", "HC Runes of Aldur", "A: B/C"):
        assert parts_of(key_of("currency", league)) == ("currency", league)


def test_the_next_look_is_when_the_next_hour_is_there():
    assert next_look(NOON, 0.0) == NOON + timedelta(minutes=70)
    assert next_look(NOON + timedelta(minutes=59), 1.0) == NOON + timedelta(minutes=80)


PRICES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(1000), places=2)


@st.composite
def rows(draw: Any) -> list[DayRow]:
    """Days of some weeks, with gaps."""
    days = sorted(draw(st.sets(st.integers(0, 60), max_size=40)))
    made = []
    for day in days:
        low, opened, close, high = sorted(draw(st.lists(PRICES, min_size=4, max_size=4)))
        made.append(
            DayRow(
                date(2026, 1, 1) + timedelta(days=day), opened, high, low, close, (low + high) / 2,
                draw(st.none() | st.integers(0, 100)), draw(st.integers(0, 24)),
            )
        )  # fmt: skip
    return made


@given(rows(), st.sampled_from(["day", "week"]), st.integers(0, 60), st.integers(1, 70))
def test_every_bucket_of_a_range_is_there_and_made_of_its_days(days, span, after, length):
    first = date(2026, 1, 1) + timedelta(days=after)
    end = first + timedelta(days=length)
    begin = start_of(first, span)

    found = buckets([row for row in days if begin <= row.day < end], first, end, span, 10)

    step = timedelta(days=1 if span == "day" else 7)
    assert len(found) == count(first, end, span)
    assert [one.start for one in found] == [begin + place * step for place in range(len(found))]
    assert found[-1].start < end <= found[-1].start + step
    for bucket in found:
        of = [row for row in days if bucket.start <= row.day < min(end, bucket.start + step)]
        candle = bucket.candle
        assert (candle is None) == (of == [])
        if candle is not None:
            assert (candle.open, candle.close) == (of[0].open, of[-1].close)
            assert (candle.high, candle.low) == (max(row.high for row in of), min(row.low for row in of))
            volumes = [row.volume for row in of if row.volume is not None]
            assert candle.volume == (sum(volumes) if volumes else None)
            assert candle.low <= candle.average <= candle.high
            assert candle.low_volume == (candle.volume is None or candle.volume < 10)


def priced(*prices: tuple[str, str | None, str, int]) -> Priced:
    """A vector of currencies by number, short id, name and price."""
    found = [
        CurrencyPrice(MarketItemId(number), short, f"Metadata/{number}", name, Decimal(price), 100, NOON)
        for number, short, name, price in prices
    ]
    return Priced(PriceVector("Standard", NOON, "exalted", NOON - HOUR, found))


def test_a_currency_is_found_by_any_of_its_ids_and_by_its_name():
    of = priced(("1", "divine", "Divine Orb", 160), ("2", None, "Iron Rune", 4))

    for name in ("1", "divine", "Metadata/1", "Divine Orb", "DIVINE orb"):
        assert of.price(name) == 160
    assert of.worth("Iron Rune", 3) == 12
    assert of.price("Nothing") is None
    assert of.worth("Nothing", 3) is None


def test_the_base_currency_costs_one_with_and_without_a_price_of_its_own():
    without = priced(("1", "divine", "Divine Orb", 160))
    with_price = priced(("1", "divine", "Divine Orb", 160), ("3", "exalted", "Exalted Orb", 2))

    assert without.price("exalted") == 1
    assert with_price.price("Exalted Orb") == with_price.price("3") == 1
    assert not without.is_base("divine")


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_there_and_back_again_is_the_same_amount(a, b):
    of = priced(("1", "divine", "Divine Orb", a), ("2", "chaos", "Chaos Orb", b))

    there, back = rate_of(of, "divine", "chaos"), rate_of(of, "chaos", "divine")
    assert there is not None
    assert back is not None
    assert there * back == pytest.approx(Decimal(1), rel=Decimal("1e-12"))
    assert of.rate("divine", "exalted") == a
    assert rate_of(of, "divine", "nothing") is None
