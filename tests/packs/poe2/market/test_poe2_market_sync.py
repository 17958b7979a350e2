"""The sync of leagues and prices from a stand-in, well and in trouble."""

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from guildhall.core.upstream.errors import UpstreamDown, UpstreamLied, UpstreamRefused
from guildhall.errors import Unavailable
from guildhall.packs.poe2.market.actions.leagues import follow_leagues, kept_keys
from guildhall.packs.poe2.market.actions.sync import sync_category, sync_items
from guildhall.packs.poe2.market.errors import LeagueNotFound, MarketOff
from guildhall.packs.poe2.market.kept import CURRENCIES, ITEM_LISTS, UNIQUES
from guildhall.packs.poe2.market.messages import SyncMarket
from guildhall.packs.poe2.market.upstream import MOST_PAGES
from guildhall.packs.poe2.market.views import price_vector
from guildhall.packs.poe2.sandbox.market import answers, app, leagues_at
from guildhall.sandbox import CLOCK
from tests.packs.poe2.market import make


async def keys(asking: Any, fresh: Any) -> list[str]:
    """What is kept of a declaration."""
    async with asking.db.read() as tx:
        return await kept_keys(tx, fresh)


async def sync(asking: Any, category: str = "currency", kind: Any = "currency", **options: Any) -> Any:
    """Sync a category of the current league."""
    options = {"since": None, **options}
    return await sync_category(
        asking.db, asking.api, asking.settings, kind, category, make.current(asking.clock), **options
    )


async def follow(asking: Any) -> Any:
    """Look at the leagues."""
    return await follow_leagues(asking.db, asking.api, asking.settings)


async def test_current_leagues_are_found_and_their_categories_kept(asking):
    found = await follow(asking)
    again = await follow(asking)

    league = make.current(asking.clock)
    assert found.leagues == [league, f"HC {league}"]
    assert f"currency:{league}" in await keys(asking, CURRENCIES)
    assert f"weapon:HC {league}" in await keys(asking, UNIQUES)
    assert await keys(asking, ITEM_LISTS) == sorted([league, f"HC {league}"])
    assert (again.new, again.forgotten) == (0, 0)
    rows = {row["name"]: row for row in await make.find(asking, "select * from poe2.leagues")}
    assert rows[league]["is_current"]
    assert rows[league]["began_at"] is not None
    assert rows["Standard"]["base_currency"] == "exalted"
    assert (rows["Standard"]["began_at"], rows["Standard"]["ended_at"]) == (None, None)


async def test_leagues_of_settings_are_followed_too(start_asking):
    asking = await start_asking(market_leagues=["Standard", "Nowhere"])

    assert "Standard" in (await follow(asking)).leagues


async def test_a_league_that_ends_is_followed_no_longer_and_the_next_one_is(asking):
    await follow(asking)
    league = make.current(asking.clock)
    await sync(asking)
    asking.clock.advance(timedelta(days=45))
    while not any(one.is_current(asking.clock.timestamp()) for one in leagues_at(asking.clock.timestamp())):
        asking.clock.advance(timedelta(days=1))

    found = await follow(asking)

    following = make.current(asking.clock)
    (old,) = await make.find(asking, "select * from poe2.leagues where name = $1", league)
    assert following != league
    assert found.leagues == [following, f"HC {following}"]
    assert (old["is_current"], old["ended_at"] is not None, old["began_at"] is not None) == (False, True, True)
    assert {key.partition(":")[2] for key in await keys(asking, CURRENCIES)} == {following, f"HC {following}"}
    assert await make.find(asking, "select 1 from poe2.market_daily where league = $1 limit 1", league)


async def test_a_league_that_is_not_listed_any_more_has_ended(asking):
    await follow(asking)
    async with asking.db.write() as tx:
        await make.league(tx, "Private of Somebody")

    await follow(asking)

    (gone,) = await make.find(asking, "select is_current, ended_at from poe2.leagues where name like 'Private%'")
    assert (gone["is_current"], gone["ended_at"] is not None) == (False, True)


async def test_a_sync_stores_the_last_hours_of_every_item(asking):
    await follow(asking)

    done = await sync(asking)
    again = await sync(asking)

    prices = await make.find(asking, "select * from poe2.market_price_history")
    divine = [row for row in prices if row["price_in_divine"] == 1]
    assert done.items > 20
    assert 100 < done.prices <= 8 * done.items
    assert again.prices == 0
    assert len(prices) == done.prices
    assert len(divine) >= 6
    assert all(row["price_in_chaos"] > 1 for row in divine)
    assert {row["base_currency"] for row in prices} == {"exalted"}
    items = {row["api_id"]: row for row in await make.find(asking, "select * from poe2.market_items")}
    assert items["divine"]["name"] == "Divine Orb"
    assert items["divine"]["base_type_id"].startswith("Metadata/")
    assert items["divine"]["icon"].startswith("https://")


async def test_uniques_are_stored_with_what_they_are_one_of(asking):
    await follow(asking)

    done = await sync(asking, "accessory", "unique")

    (belt,) = await make.find(asking, "select * from poe2.market_items where name = 'Headhunter'")
    assert done.prices > 0
    assert (belt["kind"], belt["base_type"], belt["api_id"]) == ("unique", "Heavy Belt", None)


async def test_the_list_of_items_has_what_nobody_trades(asking):
    await follow(asking)

    listed = await sync_items(asking.db, asking.api, make.current(asking.clock))

    rows = await make.find(asking, "select kind, count(*) as n from poe2.market_items group by kind order by kind")
    assert sum(row["n"] for row in rows) == listed
    assert [row["kind"] for row in rows] == ["currency", "unique"]


async def test_after_a_day_without_a_sync_what_one_page_reaches_is_filled_in(asking):
    await follow(asking)
    await sync(asking)
    before = asking.clock.now()
    asking.clock.advance(timedelta(hours=30))

    done = await sync(asking, since=before)

    hours = [row["recorded_at"] for row in await make.find(
        asking, "select recorded_at from poe2.market_price_history h join poe2.market_items i on i.id = h.item_id"
        " where i.api_id = 'divine' order by 1"
    )]  # fmt: skip
    assert done.prices > 0
    assert asking.scout.calls("ByCategory") == 3
    assert max(after - at for at, after in itertools.pairwise(hours)) <= timedelta(hours=8)


async def test_a_league_nobody_knows_has_no_prices(asking):
    with pytest.raises(LeagueNotFound):
        await sync_category(asking.db, asking.api, asking.settings, "currency", "currency", "Nowhere", since=None)
    with pytest.raises(LeagueNotFound):
        await sync_items(asking.db, asking.api, "Nowhere")


async def test_pages_are_walked_to_their_end(asking, monkeypatch):
    page: Any = answers.Answers.page
    await follow(asking)
    whole = (await sync(asking)).items
    monkeypatch.setattr(answers.Answers, "page", lambda *a: page(*a[:5], 10, *a[6:]))

    done = await sync(asking)

    assert asking.scout.calls("Currencies/ByCategory") == 1 + -(-whole // 10)
    assert (done.items, done.prices) == (whole, 0)


LIES: dict[str, dict[str, Any]] = {
    "a price of nothing": {"field": "PriceLogs", "value": [{"Price": 0, "Time": "2026-06-08T00:00:00", "Quantity": 1}]},
    "a price below nothing": {"field": "CurrentPrice", "value": -4},
    "a price of more than there is": {"field": "CurrentPrice", "value": 1e15},
    "a price that is no number": {"field": "CurrentPrice", "value": "NaN"},
    "no category": {"field": "CategoryApiId", "value": None},
    "no id": {"field": "ItemId", "value": "first"},
    "a negative quantity": {"field": "CurrentQuantity", "value": -1},
}


@pytest.mark.parametrize("name", LIES)
async def test_a_row_that_cannot_be_true_is_dropped_and_the_others_kept(asking, name):
    await follow(asking)
    asking.scout.fail("odd_row", path=".*ByCategory", row=1, **LIES[name])

    done = await sync(asking)

    assert done.prices > 100
    assert sum(asking.api.client.odd_rows.values()) == 1


WHOLE: dict[str, dict[str, Any]] = {
    "another category": {"mode": "odd_row", "field": "CategoryApiId", "value": "runes"},
    "html": {"mode": "html", "status": 200},
    "wrong types": {"mode": "wrong_types"},
    "another host": {"mode": "redirect"},
    "nothing": {"mode": "empty"},
}


@pytest.mark.parametrize("name", WHOLE)
async def test_an_answer_that_cannot_be_true_is_refused_whole(asking, name):
    await follow(asking)
    asking.scout.fail(path=".*ByCategory", **WHOLE[name])

    with pytest.raises(UpstreamLied):
        await sync(asking)

    assert await make.find(asking, "select 1 from poe2.market_price_history") == []


DEAD: dict[str, tuple[dict[str, Any], type[Unavailable]]] = {
    "dead": ({"mode": "dead"}, UpstreamDown),
    "hang": ({"mode": "hang"}, UpstreamDown),
    "error": ({"mode": "error"}, UpstreamDown),
    "truncated": ({"mode": "truncated"}, UpstreamDown),
    "refused": ({"mode": "error", "status": 403}, UpstreamRefused),
}


@pytest.mark.parametrize("name", DEAD)
async def test_while_poe2scout_is_away_nothing_is_stored(start_asking, name):
    asking = await start_asking(scout_deadline_seconds=0.5)
    await follow(asking)
    fault, error = DEAD[name]
    asking.scout.fail(path=".*ByCategory", **fault)

    with pytest.raises(error):
        await sync(asking)

    assert await make.find(asking, "select 1 from poe2.market_price_history") == []
    asking.scout.heal()
    asking.api.client.breaker.succeeded()
    assert (await sync(asking)).prices > 0


async def test_prices_that_are_to_come_are_dropped(asking):
    await follow(asking)
    future = f"{asking.clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M:%S}"
    logs = [{"Price": 5, "Time": future, "Quantity": 1}]
    asking.scout.fail("odd_row", path=".*ByCategory", row=0, field="PriceLogs", value=logs)

    await sync(asking)

    assert sum(asking.api.client.odd_rows.values()) == 1
    assert not await make.find(
        asking, "select 1 from poe2.market_price_history where recorded_at > $1", asking.clock.now()
    )


async def test_a_clock_that_is_days_ahead_is_a_lie(asking):
    await follow(asking)
    asking.scout.app[CLOCK].advance(86400 * 2)

    with pytest.raises(UpstreamLied, match="to come"):
        await sync(asking)


async def test_the_prices_of_another_league_are_refused(asking):
    await follow(asking)
    async with asking.db.write() as tx:
        await tx.connection.execute("update poe2.leagues set divine_price = divine_price * 20")

    with pytest.raises(UpstreamLied, match="another league"):
        await sync(asking)


PAGES: dict[str, tuple[Any, str]] = {
    "a million": (lambda page, asked: {**page, "Pages": 10**6}, "1000000 pages"),
    "one more each time": (lambda page, asked: {**page, "CurrentPage": asked, "Pages": asked + 1}, "21 pages"),
    "empty with more behind": (lambda page, asked: {**page, "Pages": 19, "Items": []}, "empty page"),
    "another": (lambda page, asked: {**page, "CurrentPage": 2}, "page 2 instead of 1"),
}


@pytest.mark.parametrize("name", PAGES)
async def test_pages_without_end_are_refused(asking, monkeypatch, name):
    page: Any = answers.Answers.page
    spoil, words = PAGES[name]
    await follow(asking)
    monkeypatch.setattr(answers.Answers, "page", lambda *a: spoil(page(*a[:4], 1, *a[5:]), a[4]))

    with pytest.raises(UpstreamLied, match=words):
        await sync(asking)

    assert asking.scout.calls("Currencies/ByCategory") <= MOST_PAGES


async def test_an_empty_list_of_leagues_ends_nothing(asking, monkeypatch):
    await follow(asking)
    monkeypatch.setattr(app, "leagues_at", lambda _: [])

    with pytest.raises(UpstreamLied):
        await follow(asking)

    assert await make.find(asking, "select 1 from poe2.leagues where is_current")


async def test_without_categories_what_is_kept_of_a_league_stays(asking):
    await follow(asking)
    before = await keys(asking, CURRENCIES)
    asking.scout.fail("error", path=".*Categories")

    again = await follow(asking)

    assert (again.new, again.forgotten) == (0, 0)
    assert await keys(asking, CURRENCIES) == before


async def test_without_a_contact_nothing_is_asked(start_asking):
    asking = await start_asking(scout_contact=None)

    with pytest.raises(MarketOff):
        await follow(asking)

    assert asking.scout.calls() == 0


async def test_the_user_agent_says_whom_to_ask(asking):
    assert asking.api.client.options.headers["User-Agent"].endswith("(contact: tests@example.com)")


async def test_the_schedule_finds_leagues_and_rounds_fetch_their_prices(product, scout, clock):
    (job, *_) = await product.work(SyncMarket())
    for fresh in (ITEM_LISTS, CURRENCIES, UNIQUES):
        round_ = await product.refresh_due(fresh)
        assert (round_.failed, round_.put_back, round_.pause) == (0, 0, 0.0)
        assert round_.refreshed > 0

    assert job.result is not None
    asked = scout.calls()
    assert (await product.refresh_due(CURRENCIES)).refreshed == 0
    clock.advance(timedelta(hours=1))
    again = await product.refresh_due(CURRENCIES)
    assert again.refreshed == len(await product.rows("select 1 from core.fresh_rows where name = 'poe2_currencies'"))
    assert scout.calls() == asked + again.refreshed
    async with product.runtime.db.read() as tx:
        league = next(one.name for one in leagues_at(clock.timestamp()) if one.is_current(clock.timestamp()))
        vector = await price_vector(tx, league, clock.now(), timedelta(hours=24))
    assert len(vector.prices) > 60
    assert max(one.price for one in vector.prices) > Decimal(1000)


async def test_while_poe2scout_is_down_the_rounds_wait_and_keys_keep_their_place(product, scout):
    await product.work(SyncMarket())
    scout.fail("error", status=503)

    round_ = await product.refresh_due(CURRENCIES)

    assert round_.refreshed == 0
    assert round_.pause > 0
    assert await product.rows("select 1 from core.fresh_rows where failures > 0") == []


async def test_a_schedule_without_a_contact_says_so(start_market):
    product = await start_market(scout_contact=None)

    (job,) = await product.work(SyncMarket())

    assert "off" in str(job.result)
