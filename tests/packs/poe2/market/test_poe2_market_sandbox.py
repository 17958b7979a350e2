"""The stand-in of poe2scout: its shapes, its leagues, its walks; and recorded answers, where they are."""

import itertools
import json
import math
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from guildhall.core.upstream.rows import Rows
from guildhall.packs.poe2.market.rules.readings import readings
from guildhall.packs.poe2.market.schemas.given import (
    GivenCategories,
    GivenDays,
    GivenHistory,
    GivenLeague,
    GivenListed,
    GivenPage,
    GivenPair,
)
from guildhall.packs.poe2.sandbox.market import leagues_at, make_scout
from guildhall.packs.poe2.sandbox.market.catalogue import CHAOS, DIVINE, ITEMS
from guildhall.packs.poe2.sandbox.market.prices import Prices
from guildhall.sandbox import CLOCK
from guildhall.testing.running import run_app
from tests.conftest import RECORDINGS

EPOCH = datetime(2026, 6, 10, 12, 30, tzinfo=UTC)
MARKET = RECORDINGS.parent / "poe2" / "market"
recorded = pytest.mark.skipif(not MARKET.is_dir(), reason="no recordings of poe2scout are here")


@pytest.fixture
async def address():
    """A stand-in at a fixed time."""
    async with run_app(make_scout(epoch=EPOCH)) as at:
        yield at


async def get(address: str, path: str, status: int = 200) -> bytes:
    """The body of an answer."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}{path}") as answer:
        assert answer.status == status, await answer.text()
        return await answer.read()


def current() -> str:
    """The league of the fixed time."""
    now = EPOCH.timestamp()
    return next(one.name for one in leagues_at(now) if one.is_current(now))


SHAPES: dict[str, tuple[str, Any]] = {
    "leagues": ("/poe2/Leagues", list[GivenLeague]),
    "categories": ("/poe2/Leagues/{}/Items/Categories", GivenCategories),
    "items": ("/poe2/Leagues/{}/Items", list[GivenListed]),
    "currencies": ("/poe2/Leagues/{}/Currencies/ByCategory?category=currency&perPage=250", GivenPage),
    "uniques": ("/poe2/Leagues/{}/Uniques/ByCategory?category=weapon", GivenPage),
    "history": ("/poe2/Leagues/{}/Items/281/History?logCount=40", GivenHistory),
    "days": ("/poe2/Leagues/{}/Items/281/DailyStatsHistory?dayCount=10", GivenDays),
    "pairs": ("/poe2/Leagues/{}/SnapshotPairs", list[GivenPair]),
}


@pytest.mark.parametrize("name", SHAPES)
async def test_answers_have_the_shapes_that_are_read_of_poe2scout(address, name):
    path, shape = SHAPES[name]

    found = Rows(shape, strict=False).read(await get(address, path.format(current())))

    assert found.dropped == 0
    assert found.value


async def test_the_same_world_gives_the_same_answers(address):
    async with run_app(make_scout(epoch=EPOCH)) as another:
        for path, _ in SHAPES.values():
            assert await get(address, path.format(current())) == await get(another, path.format(current()))
    async with run_app(make_scout(7, epoch=EPOCH)) as other:
        assert await get(address, "/poe2/Leagues") != await get(other, "/poe2/Leagues")


BAD = {
    "/poe1/Leagues": "Invalid realm.",
    "/poe2/Leagues/Nowhere/Items": "Invalid league.",
    "/poe2/Leagues/Standard/Currencies/ByCategory?category=currency&perPage=251": "PerPage must be between 1 and 250.",
    "/poe2/Leagues/Standard/Currencies/ByCategory?category=currency&dataPoints=9": "DataPoints must be 7 or 8.",
    "/poe2/Leagues/Standard/Currencies/ByCategory?category=currency&frequencyHours=5": "FrequencyHours must be one of",
    "/poe2/Leagues/Standard/Currencies/ByCategory?referenceCurrency=gold": "Invalid reference currency.",
    "/poe2/Leagues/Standard/Items/281/History?logCount=5": "LogCount must be a multiple of 4.",
    "/poe2/Leagues/Standard/Items/281/History?logCount=4&endTime=yesterday": "Invalid endTime.",
}


async def test_what_makes_no_sense_is_a_400_with_a_text(address):
    for path, words in BAD.items():
        assert json.loads(await get(address, path, 400)).startswith(words)
    assert b"Item does not exist" in await get(
        address, "/poe2/Leagues/Standard/Items/1/DailyStatsHistory?dayCount=1", 404
    )


async def test_pages_have_no_overlap_and_no_hole(address):
    path = f"/poe2/Leagues/{current()}/Currencies/ByCategory?category=currency"
    whole = json.loads(await get(address, f"{path}&perPage=250"))
    pages = [json.loads(await get(address, f"{path}&perPage=10&page={page}")) for page in (1, 2, 3, 4)]

    assert pages[0]["Pages"] == math.ceil(whole["Total"] / 10)
    assert [one["ItemId"] for page in pages for one in page["Items"]] == [one["ItemId"] for one in whole["Items"]]
    assert [one["CurrentPrice"] for one in whole["Items"]] == sorted(
        (one["CurrentPrice"] for one in whole["Items"]), reverse=True
    )


async def test_buckets_are_newest_first_and_a_bucket_without_a_trade_is_null(address):
    path = f"/poe2/Leagues/{current()}/Currencies/ByCategory?perPage=250&dataPoints=8&frequencyHours=1&category="
    pages = [json.loads(await get(address, path + category)) for category in ("currency", "vaultkeys", "delirium")]
    rows = [one for page in pages for one in page["Items"]]

    times = [[log["Time"] for log in row["PriceLogs"] if log is not None] for row in rows]
    assert all(one == sorted(one, reverse=True) for one in times)
    assert times[[row["ApiId"] for row in rows].index("divine")][0] == "2026-06-10T12:00:00"
    assert {len(row["PriceLogs"]) for row in rows} == {8}
    assert any(None in row["PriceLogs"] for row in rows)
    assert any(row["ApiId"] is None for row in rows)
    assert any(row["BaseItemTypeId"] is None for row in rows)


async def test_figures_of_pairs_are_texts_and_nothing_is_0e_8(address):
    pairs = json.loads(await get(address, f"/poe2/Leagues/{current()}/SnapshotPairs"))

    figures = {pair[side][name] for pair in pairs for side in ("CurrencyOneData", "CurrencyTwoData")
               for name in ("ValueTraded", "RelativePrice", "StockValue")}  # fmt: skip
    assert {type(one) for one in figures} == {str}
    assert "0E-8" in figures


async def test_a_history_goes_back_to_the_beginning_of_its_league(address):
    path = f"/poe2/Leagues/{current()}/Items/281/History?logCount=400&endTime="
    seen: list[str] = []
    end = "2026-06-10T12:30:00"
    while True:
        page = msgspec.json.decode(await get(address, path + end), type=GivenHistory)
        prices = [one for one in page.price_history if one is not None]
        seen += [one.time.isoformat() for one in prices]
        if not page.has_more:
            break
        end = seen[-1]

    league = next(one for one in leagues_at(EPOCH.timestamp()) if one.name == current())
    hours = (EPOCH.timestamp() - league.begins) / 3600
    assert seen == sorted(set(seen), reverse=True)
    assert hours * 0.97 < len(seen) <= hours + 1


async def test_leagues_begin_and_end_as_time_goes_on(address):
    app = make_scout(epoch=EPOCH)
    names = set()
    async with run_app(app) as at:
        for _ in range(30):
            rows = json.loads(await get(at, "/poe2/Leagues"))
            names |= {row["Value"] for row in rows if row["IsCurrent"]}
            app[CLOCK].advance(timedelta(days=5).total_seconds())

    assert len(names) == 8
    assert {row["Value"] for row in rows} >= {"Standard", "Hardcore"}


def test_walks_are_as_restless_as_the_market_is():
    prices = Prices(20)
    league = next(one for one in leagues_at(EPOCH.timestamp()) if one.name == current())
    first = league.begins // 3600
    hours = range(first, first + 55 * 24)
    divine = [found[0] for hour in hours if (found := prices.at(DIVINE, league, hour)) is not None]
    daily = [math.log(after / before) for before, after in zip(divine[::24], divine[24::24], strict=False)]
    hourly = [math.log(after / before) for before, after in itertools.pairwise(divine)]
    omen = next(one for one in ITEMS if one.api_id == "omen-of-light")
    ratio = [
        a[0] / b[0] for hour in hours if (a := prices.at(omen, league, hour)) and (b := prices.at(DIVINE, league, hour))
    ]

    assert 3 < divine[-1] / divine[0] < 60
    assert max(map(abs, hourly)) < 0.25
    assert 0.02 < statistics.pstdev(daily) < 0.25
    assert 1.2 < max(ratio) / min(ratio) < 20


def test_a_league_has_its_own_prices_and_hardcore_fewer_trades():
    prices = Prices(20)
    now = EPOCH.timestamp()
    soft, hard = [one for one in leagues_at(now) if one.is_current(now)]
    hours = range(int(now) // 3600 - 200, int(now) // 3600)

    traded = [sum(found[1] for hour in hours if (found := prices.at(CHAOS, league, hour))) for league in (soft, hard)]
    assert traded[0] > 4 * traded[1] > 0
    assert prices.at(CHAOS, soft, hours[-1]) != prices.at(CHAOS, hard, hours[-1])


@recorded
def test_recorded_pages_are_read_whole():
    page = Rows(GivenPage, strict=False).read((MARKET / "poe2scout_bycategory_vaultkeys_7d.json").read_bytes())

    assert page.dropped == 0
    assert len(page.value.items) == page.value.total == 8
    found = [readings(one, of.price_logs, datetime(2026, 6, 9, tzinfo=UTC)) for one, of in enumerate(page.value.items)]  # type: ignore[arg-type]
    assert all(not faults and prices == sorted(prices, key=lambda one: one.recorded_at) for prices, faults in found)


@recorded
def test_recorded_leagues_and_pairs_are_read_whole():
    leagues = json.loads((MARKET / "poe2scout_leagues_2026-06-03.json").read_text())["leagues"]
    pairs = json.loads((MARKET / "poe2scout_snapshot_pairs_sample.json").read_text())["pairs"]

    read = Rows(list[GivenLeague], strict=False).read(msgspec.json.encode(leagues))
    assert read.dropped == 0
    assert {one.value for one in read.value if one.is_current} == {"Runes of Aldur", "HC Runes of Aldur"}
    traded = Rows(list[GivenPair], strict=False).read(msgspec.json.encode(pairs))
    assert (len(traded.value), traded.dropped) == (len(pairs), 0)
