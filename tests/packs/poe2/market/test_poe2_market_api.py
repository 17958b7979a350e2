"""The market over HTTP: stored prices, live ones, and what poe2scout's trouble makes of them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from guildhall.packs.poe2.market.actions.leagues import save_leagues
from guildhall.packs.poe2.market.actions.prices import save_told_days
from guildhall.packs.poe2.market.kept import CURRENCIES
from guildhall.packs.poe2.market.messages import SyncMarket
from guildhall.packs.poe2.market.rules.candles import DayRow
from guildhall.packs.poe2.market.schemas.given import GivenLeague
from tests.packs.poe2.market import make
from tests.packs.poe2.market.make import CHAOS, DIVINE, LEAGUE, MARKET, NOON, RUNE, SWORD, reading


@pytest.fixture
async def stored(jobs_db):
    """A league with five items and prices of two days; the league before it has ended."""
    async with jobs_db.write() as tx:
        await make.market(tx)
        await make.prices(
            tx, *(reading(CHAOS, hour, 4) for hour in range(-30, 3)), *(reading(DIVINE, hour, 160) for hour in (0, 1)),
            *(reading(RUNE, hour, 40 + hour, 3) for hour in (-26, -2, 0, 1)), reading(SWORD, 0, 90, 1),
        )  # fmt: skip
        seven = Decimal(7)
        told = DayRow(NOON.date() - timedelta(days=9), seven, seven, seven, seven, seven, 50, 0)
        await save_told_days(tx, LEAGUE, RUNE, [told])
        await save_leagues(tx, "poe2", [GivenLeague(LEAGUE, True, "exalted"), GivenLeague("Over", False, "exalted")])


async def test_leagues_are_listed_page_by_page(product, stored):
    first = (await product.get(f"{MARKET}/leagues?limit=1")).json
    rest = (await product.get(f"{MARKET}/leagues?limit=1&after={first['next']}")).json
    current = (await product.get(f"{MARKET}/leagues?current=true")).json["items"]

    (league,) = first["items"]
    assert (league["name"], league["is_current"], league["base_currency"]) == (LEAGUE, True, "exalted")
    assert league["began_at"] is not None
    assert [one["name"] for one in rest["items"]] == ["Over"]
    assert rest["next"] is None
    assert [one["name"] for one in current] == [LEAGUE]


async def test_items_are_found_by_name_id_kind_and_category(product, stored):
    everything = await product.items(f"{MARKET}/items?limit=2")
    orbs = await product.items(f"{MARKET}/items?q=ORB&limit=2")
    by_id = (await product.get(f"{MARKET}/items?q=divine")).json["items"]
    uniques = (await product.get(f"{MARKET}/items?kind=unique")).json["items"]
    runes = (await product.get(f"{MARKET}/items?category=runes")).json["items"]

    assert [one["name"] for one in everything] == ["Chaos Orb", "Divine Orb", "Exalted Orb", "Iron Rune", "Redblade"]
    assert [one["name"] for one in orbs] == ["Chaos Orb", "Divine Orb", "Exalted Orb"]
    assert [one["id"] for one in by_id] == [DIVINE]
    assert [(one["name"], one["base_type"], one["api_id"]) for one in uniques] == [("Redblade", "Broadsword", None)]
    assert [one["base_type_id"] for one in runes] == ["Metadata/Items/Currency/IronRune"]
    assert await product.items(f"{MARKET}/categories?limit=1") == [
        {"kind": "currency", "category": "currency", "items": 3}, {"kind": "currency", "category": "runes", "items": 1},
        {"kind": "unique", "category": "weapon", "items": 1},
    ]  # fmt: skip


async def test_an_item_has_its_last_price_in_each_current_league(product, stored):
    rune = (await product.get(f"{MARKET}/items/{RUNE}")).json
    divine = (await product.get(f"{MARKET}/items/divine")).json

    assert rune["item"]["name"] == "Iron Rune"
    assert rune["prices"] == [{"league": LEAGUE, "day": "2026-06-10", "price": "41", "volume": 9}]
    assert divine["item"]["id"] == DIVINE


async def test_the_history_of_an_item_is_newest_first(product, stored):
    prices = await product.items(f"{MARKET}/items/{RUNE}/history?league={LEAGUE}&limit=3")

    assert [one["price"] for one in prices] == ["41", "40", "38", "14"]
    assert [one["recorded_at"] for one in prices] == sorted((one["recorded_at"] for one in prices), reverse=True)
    newest = prices[0]
    assert (newest["price"], Decimal(newest["price_in_chaos"]), Decimal(newest["price_in_divine"])) == (
        "41", Decimal("10.25"), Decimal("0.25625"),
    )  # fmt: skip
    assert prices[-1]["price_in_divine"] is None


async def candles(product: Any, **asked: str) -> Any:
    """The candles of the rune."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return (await product.get(f"{MARKET}/items/{RUNE}/candles?league={LEAGUE}&{query}")).json


async def test_candles_show_every_day_and_gaps_as_gaps(product, stored):
    found = await candles(product, **{"from": "2026-06-01", "to": "2026-06-12"})

    days = {one["start"]: one["candle"] for one in found["candles"]}
    assert list(days) == [f"2026-06-{day:02}" for day in range(1, 12)]
    assert [day for day, candle in days.items() if candle is not None] == ["2026-06-01", "2026-06-09", "2026-06-10"]
    assert days["2026-06-10"] == {
        "open": "38", "high": "41", "low": "38", "close": "41", "average": days["2026-06-10"]["average"], "volume": 9,
        "samples": 3, "low_volume": True,
    }  # fmt: skip
    assert abs(Decimal(days["2026-06-10"]["average"]) - Decimal(119) / 3) < Decimal("1e-9")
    assert (days["2026-06-01"]["samples"], days["2026-06-01"]["low_volume"]) == (0, False)
    assert (found["base_currency"], found["first"], found["end"]) == ("exalted", "2026-06-01", "2026-06-12")


async def test_a_chart_stays_in_memory_for_five_minutes(product, stored, clock, jobs_db):
    path = f"{MARKET}/items/{RUNE}/candles?league={LEAGUE}&from=2026-06-01&to=2026-06-12"
    first = await product.get(path)
    async with jobs_db.write() as tx:
        await make.prices(tx, reading(RUNE, 3, 77))

    again = await product.get(path)
    unchanged = await product.get(path, headers={"If-None-Match": first.headers["etag"]})
    clock.advance(timedelta(minutes=6))
    later = await product.get(path)

    assert again.body == first.body
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert later.json["candles"][-2]["candle"]["close"] == "77"
    assert await product.rows("select 1 from core.cached_data") == []


async def test_weeks_begin_on_monday_and_are_made_of_their_days(product, stored):
    found = await candles(product, **{"from": "2026-06-03", "to": "2026-06-15", "bucket": "week"})

    before, week = found["candles"]
    assert (found["first"], before["start"], week["start"]) == ("2026-06-01", "2026-06-01", "2026-06-08")
    assert before["candle"]["close"] == "7"
    candle = week["candle"]
    assert [candle[name] for name in ("open", "high", "low", "close")] == ["14", "41", "14", "41"]
    assert (candle["volume"], candle["samples"]) == (12, 4)
    assert abs(Decimal(candle["average"]) - Decimal(133) / 4) < Decimal("1e-9")


async def test_a_range_of_candles_has_bounds(start_market, stored):
    product = await start_market(market_candles_most=10)
    path = f"{MARKET}/items/{RUNE}/candles?league={LEAGUE}"

    backwards = await product.get(f"{path}&from=2026-06-02&to=2026-06-02")
    wide = await product.get(f"{path}&from=2026-06-01&to=2026-06-12")
    just = await product.get(f"{path}&from=2026-06-01&to=2026-06-11")
    ages = await product.get(f"{path}&from=0001-01-01&to=9999-12-31&bucket=week")

    assert {backwards.code, wide.code, ages.code} == {"poe2.bad_candles"}
    assert backwards.status == 400
    assert len(just.json["candles"]) == 10


async def test_what_is_not_there_is_a_404(product, stored):
    codes = {
        f"/items/nothing?league={LEAGUE}": "poe2.market_item_not_found",
        f"/items/nothing/history?league={LEAGUE}": "poe2.market_item_not_found",
        f"/items/{RUNE}/history?league=Nowhere": "poe2.league_not_found",
        f"/items/{RUNE}/candles?league=Nowhere": "poe2.league_not_found",
        "/vectors?league=Nowhere": "poe2.league_not_found",
        "/prices?league=Nowhere": "poe2.league_not_found",
        "/pairs?league=Nowhere": "poe2.league_not_found",
        f"/prices?league={LEAGUE}&category=nothing": "poe2.category_not_found",
        f"/convert?league={LEAGUE}&from=divine&to=nothing": "poe2.market_item_not_found",
        f"/convert?league={LEAGUE}&from=divine&to=chaos&at=2026-01-01T00:00:00Z": "poe2.price_unknown",
    }

    for path, code in codes.items():
        answer = await product.get(f"{MARKET}{path}")
        assert (answer.status, answer.code) == (404, code), path


async def test_times_without_an_offset_and_amounts_that_are_none_are_refused(product, stored):
    time = await product.get(f"{MARKET}/vectors?league={LEAGUE}&at=2026-06-10T12:00:00")
    year = await product.get(f"{MARKET}/vectors?league={LEAGUE}&at=0001-01-01T00:00:00Z")
    amount = await product.get(f"{MARKET}/convert?league={LEAGUE}&from=divine&to=chaos&amount=-1")
    cursor = await product.get(f"{MARKET}/items?after=nonsense")

    assert {time.status, year.status, amount.status, cursor.status} == {400}
    assert year.code == "bad_instant"


async def test_a_vector_tells_each_price_with_its_time(product, stored):
    vector = (await product.get(f"{MARKET}/vectors?league={LEAGUE}&at=2026-06-10T12:30:00Z")).json

    found = {one["name"]: (one["price"], one["recorded_at"]) for one in vector["prices"]}
    assert found["Divine Orb"] == ("160", "2026-06-10T12:00:00Z")
    assert found["Iron Rune"] == ("40", "2026-06-10T12:00:00Z")
    assert (vector["base_currency"], vector["oldest_at"]) == ("exalted", "2026-06-09T12:30:00Z")


async def test_amounts_are_converted_by_the_prices_of_a_time(product, stored):
    path = f"{MARKET}/convert?league={LEAGUE}&at=2026-06-10T12:30:00Z"

    chaos = (await product.get(f"{path}&from=divine&to=chaos&amount=2.5")).json
    base = (await product.get(f"{path}&from=exalted&to=divine&amount=80")).json
    rune = (await product.get(f"{path}&from=Metadata/Items/Currency/IronRune&to=chaos%20ORB")).json
    same = (await product.get(f"{path}&from=exalted&to=exalted&amount=3")).json

    assert [float(chaos["rate"]), float(chaos["result"]), chaos["low_volume"]] == [40, 100, False]
    assert chaos["source"]["recorded_at"] == "2026-06-10T12:00:00Z"
    assert (Decimal(base["result"]), base["source"], base["target"]["name"]) == (Decimal("0.5"), None, "Divine Orb")
    assert [float(rune["rate"]), rune["low_volume"]] == [10, True]
    assert [float(same["result"]), same["source"], same["target"]] == [3, None, None]


@pytest.fixture
async def league(product, clock):
    """The current league of the stand-in, with its currencies stored."""
    await product.work(SyncMarket())
    await product.refresh_due(CURRENCIES)
    return make.current(clock)


async def test_live_prices_come_from_poe2scout_and_into_no_table(product, league, scout):
    before = await product.rows("select count(*) as n from poe2.market_price_history")

    answer = await product.get(f"{MARKET}/prices?league={league}")
    again = await product.get(f"{MARKET}/prices?league={league}")

    items = {one["api_id"]: one for one in answer.json["items"]}
    assert (answer.status, answer.json["league"], answer.json["base_currency"]) == (200, league, "exalted")
    assert Decimal(items["divine"]["price"]) > Decimal(items["chaos"]["price"]) > 1
    assert items["divine"]["recorded_at"] is not None
    assert not items["divine"]["low_volume"]
    assert [Decimal(one["price"]) for one in answer.json["items"]] == sorted(
        (Decimal(one["price"]) for one in answer.json["items"]), reverse=True
    )
    assert "max-age=300" in answer.headers["cache-control"] or "max-age=2" in answer.headers["cache-control"]
    assert again.body == answer.body
    assert await product.rows("select count(*) as n from poe2.market_price_history") == before


async def test_uniques_have_live_prices_too(product, league):
    await product.execute(
        "insert into poe2.market_items (id, kind, category, name, first_seen_at, seen_at)"
        " values ('99999', 'unique', 'accessory', 'Nothing Yet', now(), now())"
    )

    answer = await product.get(f"{MARKET}/prices?league={league}&category=accessory")

    assert {"Headhunter", "Mageblood"} <= {one["name"] for one in answer.json["items"]}


async def test_live_pairs_have_decimals_and_a_rate(product, league):
    pairs = (await product.get(f"{MARKET}/pairs?league={league}")).json

    assert pairs["items"]
    volumes = [Decimal(one["volume"]) for one in pairs["items"]]
    assert volumes == sorted(volumes, reverse=True)
    divine = next(one for one in pairs["items"] if (one["first"], one["second"]) == ("exalted", "divine"))
    assert 0 < Decimal(divine["rate"]) < 1
    assert divine["second_traded"] > 0


async def test_pairs_of_another_currency_are_refused(product, league):
    await product.execute("update poe2.leagues set base_currency = 'chaos'")

    answer = await product.get(f"{MARKET}/pairs?league={league}")

    assert (answer.status, answer.code) == (503, "upstream_lied")


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "dead": ({}, "upstream_down"),
    "hang": ({}, "upstream_down"),
    "error": ({}, "upstream_down"),
    "truncated": ({}, "upstream_down"),
    "html": ({"status": 200}, "upstream_lied"),
    "wrong_types": ({}, "upstream_lied"),
    "redirect": ({}, "upstream_lied"),
    "empty": ({}, "upstream_lied"),
    "rate_limited": ({}, "upstream_limited"),
}


@pytest.mark.parametrize("mode", FAULTS)
async def test_with_nothing_known_a_fault_is_a_503_and_nothing_stays_of_it(start_market, league, scout, mode):
    product = await start_market(scout_deadline_seconds=0.5)
    options, code = FAULTS[mode]
    scout.fail(mode, **options)

    prices = await product.get(f"{MARKET}/prices?league={league}")
    kept = await product.rows("select cache_key from core.cached_data")

    assert (prices.status, prices.code) == (503, code)
    assert int(prices.headers["retry-after"]) > 0
    assert kept == []


@pytest.mark.parametrize("mode", ["dead", "wrong_types", "rate_limited"])
async def test_what_was_known_is_served_with_its_age_while_poe2scout_is_away(product, league, scout, clock, mode):
    known = {path: await product.get(f"{MARKET}/{path}?league={league}") for path in ("prices", "pairs")}
    clock.advance(timedelta(days=2))
    scout.fail(mode)

    for path, before in known.items():
        answer = await product.get(f"{MARKET}/{path}?league={league}")
        assert (answer.status, answer.body) == (200, before.body)
        assert 2 * 86400 <= int(answer.headers["age"]) < 2 * 86400 + 600
        assert "stale-on-error" in answer.headers["cache-status"]
    stored = await product.get(f"{MARKET}/items/divine/candles?league={league}")
    assert stored.status == 200


async def test_without_a_contact_nothing_is_asked_and_what_is_stored_is_served(start_market, stored, scout):
    product = await start_market(scout_contact=None)

    live = await product.get(f"{MARKET}/prices?league={LEAGUE}")
    candle = await product.get(f"{MARKET}/items/divine/candles?league={LEAGUE}")

    assert (live.status, live.code) == (503, "poe2.market_off")
    assert candle.status == 200
    assert scout.calls() == 0
