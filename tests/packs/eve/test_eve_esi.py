"""The client of ESI: its caches obeyed, both families of limits kept, halts told to other processes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from guildhall.core.upstream.errors import UpstreamDown
from guildhall.core.vault.schemas import Secret
from guildhall.packs.eve.characters.actions import sync_affiliations
from guildhall.packs.eve.sections.errors import MixedPages
from guildhall.packs.eve.status.actions import sync_status
from guildhall.packs.eve.upstream import freshness, routes
from guildhall.packs.eve.upstream import limit_headers as limits
from guildhall.packs.eve.upstream.client import Pilot
from guildhall.packs.eve.upstream.errors import AskedEarly, EsiForbade, EsiHalted, TokenRefused
from tests.packs.eve.make import running_engine, running_sandbox


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


@pytest.fixture
def me(sandbox):
    return sandbox.pilots[0]


def pilot(sandbox, character_id):
    return Pilot(character_id, Secret(sandbox.access_token(character_id)))


async def ask(engine, sandbox, route, character_id, **more):
    target = route.path.replace("{character_id}", str(character_id))
    return await engine.esi.get(route, target, pilot(sandbox, character_id), **more)


async def test_an_answer_is_asked_again_only_after_it_expired_and_then_by_its_etag(engine, sandbox, me):
    first = await ask(engine, sandbox, routes.SKILLS, me)
    with pytest.raises(AskedEarly):
        await ask(engine, sandbox, routes.SKILLS, me, etag=first.etag)
    assert engine.esi.client.counts[routes.SKILLS.path, "early"] == 1

    sandbox.pass_time((first.expires_at - engine.clock.now()).total_seconds() + 0.01)
    again = await ask(engine, sandbox, routes.SKILLS, me, etag=first.etag)

    assert again.body is None
    assert again.etag == first.etag
    assert sandbox.calls.early == 0


async def test_another_process_does_not_ask_before_what_the_row_says(engine, sandbox, me):
    with pytest.raises(AskedEarly):
        await ask(engine, sandbox, routes.SKILLS, me, not_before=engine.clock.now() + timedelta(seconds=5))
    assert sandbox.calls.total == 0


async def test_a_420_halts_everything_for_every_process_until_the_window_ends(engine, clone, sandbox, me):
    sandbox.fault("error_limited", ".*/orders$", count=1)
    async with running_engine(clone, sandbox) as second:
        with pytest.raises(EsiHalted):
            await ask(engine, sandbox, routes.ORDERS, me)
        asked = sandbox.calls.total
        for one in (engine, second):
            for route in (routes.ORDERS, routes.SKILLS):
                with pytest.raises(EsiHalted):
                    await ask(one, sandbox, route, me)
        assert sandbox.calls.total == asked

        sandbox.pass_time(62)
        await ask(second, sandbox, routes.SKILLS, me)


async def test_few_errors_left_stop_the_routes_that_count_them_and_no_others(engine, sandbox, me):
    sandbox.fault("forbidden", ".*/orders$")
    refused = 0
    while True:
        try:
            await ask(engine, sandbox, routes.ORDERS, me)
        except EsiForbade:
            refused += 1
        except EsiHalted:
            break

    assert refused == 80
    await ask(engine, sandbox, routes.SKILLS, me)
    seen = sandbox.calls.calls
    assert not any("420" in outcomes for outcomes in seen.values())


async def test_a_429_halts_that_group_of_that_pilot_only(engine, sandbox, me):
    other = sandbox.pilots[1]
    sandbox.fault("rate_limited", ".*/skills$", pilots=[me], retry_after=30, count=1)
    with pytest.raises(EsiHalted) as caught:
        await ask(engine, sandbox, routes.SKILLS, me)

    assert caught.value.retry_after is not None
    assert 30 <= caught.value.retry_after <= 32
    with pytest.raises(EsiHalted):
        await ask(engine, sandbox, routes.SKILL_QUEUE, me)
    await ask(engine, sandbox, routes.MAIL, me)
    await ask(engine, sandbox, routes.SKILLS, other)
    sandbox.pass_time(32)
    await ask(engine, sandbox, routes.SKILL_QUEUE, me)


async def test_a_429_without_headers_halts_the_bucket_that_the_route_is_known_to_have(engine, sandbox, me):
    sandbox.fault("monolith", ".*/skills$", count=1)
    with pytest.raises(UpstreamDown):
        await ask(engine, sandbox, routes.SKILLS, me)
    sandbox.heal()
    sandbox.fault("throttled", ".*/attributes$", count=1)
    with pytest.raises(EsiHalted):
        await ask(engine, sandbox, routes.ATTRIBUTES, me)
    with pytest.raises(EsiHalted):
        await ask(engine, sandbox, routes.SKILL_QUEUE, me)
    await ask(engine, sandbox, routes.SKILL_QUEUE, sandbox.pilots[1])
    await ask(engine, sandbox, routes.MAIL, me)


async def test_a_429_of_a_route_without_a_bucket_halts_that_route(engine, sandbox, me):
    sandbox.fault("throttled", ".*/orders$", count=1)
    with pytest.raises(EsiHalted):
        await ask(engine, sandbox, routes.ORDERS, me)
    with pytest.raises(EsiHalted):
        await ask(engine, sandbox, routes.ORDERS, sandbox.pilots[1])
    await ask(engine, sandbox, routes.ORDER_HISTORY, me)
    await ask(engine, sandbox, routes.MAIL, me)


async def test_a_scarce_bucket_is_left_alone_before_it_is_empty(engine, sandbox, me):
    asked = 0
    while True:
        try:
            await ask(engine, sandbox, routes.NOTIFICATIONS, me)
        except EsiHalted:
            break
        asked += 1
        sandbox.forget()
        engine.esi._not_before.clear()

    assert 2 <= asked <= 4
    assert not any("429" in outcomes for outcomes in sandbox.calls.calls.values())


async def test_a_token_that_is_no_good_and_a_missing_right_are_told_apart(engine, sandbox, me):
    with pytest.raises(TokenRefused):
        await engine.esi.get(routes.SKILLS, f"/characters/{me}/skills", Pilot(me, Secret("nonsense")))
    sandbox.fault("forbidden", ".*/skills$")
    with pytest.raises(EsiForbade):
        await ask(engine, sandbox, routes.SKILLS, me)


async def test_another_pilots_token_opens_nothing(engine, sandbox, me):
    with pytest.raises((EsiForbade, TokenRefused)):
        await engine.esi.get(routes.SKILLS, f"/characters/{sandbox.pilots[1]}/skills", pilot(sandbox, me))


async def test_routes_that_are_down_are_not_asked(engine, sandbox, me):
    await sandbox.control("/routes", {"routes": {"GET /characters/{character_id}/mail": "Down"}})

    assert await sync_status(engine.db, engine.esi) == {"asked": True, "routes_down": 1}
    await asyncio.sleep(1.05)  # what others have told is looked at each second
    with pytest.raises(EsiHalted):
        await ask(engine, sandbox, routes.MAIL, me)
    await ask(engine, sandbox, routes.SKILLS, me)

    status = await engine.row("select * from eve.server_status")
    assert (status["online"], status["players"] > 0) == (True, True)
    assert await sync_status(engine.db, engine.esi) == {"asked": False}


@pytest.mark.parametrize(
    ("mode", "more"),
    [("error", {"status": status}) for status in (400, 401, 403, 404, 420, 422, 429, 500, 501, 502, 503, 504, 520)]
    + [("dead", {}), ("hang", {}), ("html", {"status": 200}), ("truncated", {}), ("wrong_types", {}), ("empty", {}),
       ("throttled", {}), ("forbidden", {}), ("monolith", {})],
)  # fmt: skip
async def test_only_what_esi_says_of_the_game_is_told_as_the_games(clone, sandbox, mode, more):
    async with running_engine(clone, sandbox, deadline_seconds=1) as engine:
        await sync_status(engine.db, engine.esi)
        first = await engine.row("select * from eve.server_status")
        sandbox.pass_time(120)
        sandbox.fault(mode, ".*/esi/status$", **more)

        await sync_status(engine.db, engine.esi)

        row = await engine.row("select * from eve.server_status")
        away = more.get("status") in (502, 503, 504)
        halted = more.get("status") in (420, 429) or mode == "throttled"
        assert first["online"] is True
        assert row["online"] is (False if away else True if halted else None)
        assert (row["as_of"] > first["as_of"]) is away
        assert row["server_version"] == first["server_version"]

        sandbox.heal()
        sandbox.pass_time(3700)
        engine.client.breaker.succeeded()
        await sync_status(engine.db, engine.esi)
        assert (await engine.row("select * from eve.server_status"))["online"] is True


async def test_a_breaker_that_is_open_tells_nothing_of_the_game(engine, sandbox):
    await sync_status(engine.db, engine.esi)
    for _ in range(5):
        engine.client.breaker.failed()
    sandbox.pass_time(120)

    await sync_status(engine.db, engine.esi)

    assert (await engine.row("select * from eve.server_status"))["online"] is True


async def test_in_the_downtime_an_esi_that_cannot_be_reached_is_offline(clone, sandbox):
    async with running_engine(clone, sandbox, downtime_minutes=15) as engine:
        now = engine.clock.now()
        noon = now.replace(hour=11, minute=5, second=0)
        engine.clock.ahead += noon - now if noon > now else noon + timedelta(days=1) - now
        sandbox.fault("dead", ".*/esi/status$")

        await sync_status(engine.db, engine.esi)

        assert (await engine.row("select * from eve.server_status"))["online"] is False


async def test_in_the_daily_downtime_only_people_who_wait_are_served(clone, sandbox, me):
    async with running_engine(clone, sandbox, downtime_minutes=15) as engine:
        now = engine.clock.now()
        noon = now.replace(hour=11, minute=5, second=0)
        engine.clock.ahead += noon - now if noon > now else noon + timedelta(days=1) - now
        with pytest.raises(EsiHalted) as caught:
            await ask(engine, sandbox, routes.SKILLS, me)
        assert caught.value.retry_after is not None
        assert 590 <= caught.value.retry_after <= 601
        await ask(engine, sandbox, routes.SKILLS, me, interactive=True)


async def test_a_downtime_costs_no_failures_and_all_is_asked_after_it(clone, sandbox, me):
    async with running_engine(clone, sandbox, downtime_minutes=15) as engine:
        now = engine.clock.now()
        at = now.replace(hour=11, minute=14, second=30)
        sandbox.pass_time((at - now if at > now else at + timedelta(days=1) - now).total_seconds())
        character = await engine.sign_in(me)
        await engine.sync(character)
        assert (await engine.section(character, "skills"))["failures"] == 0
        assert sandbox.asked(me, "/skills") == 0

        sandbox.pass_time(120)
        report = await engine.sync(character)
        assert report.failed == {}
        assert sandbox.asked(me, "/skills") == 1


async def test_a_420_in_the_middle_of_pages_stores_nothing_of_them_and_goes_on_later(clone, monkeypatch):
    async with running_sandbox(page_rows=3) as sandbox, running_engine(clone, sandbox) as engine:
        me = sandbox.pilots[0]
        character = await engine.sign_in(me)
        first = await engine.sync(character, requested=True, only=["wallet_journal"])
        assert first.failed == {}
        pages = sandbox.asked(me, "/wallet/journal")
        assert pages > 1
        rows = len(await engine.of("wallet_journal", character))
        assert rows > 3
        await engine.execute("delete from eve.wallet_journal")
        await engine.execute(
            "update eve.section_syncs set imported = false, etag = null, content_hash = null, cursor = null, "
            "expires_at = null where section = 'wallet_journal'"
        )
        sandbox.forget()
        engine.esi._not_before.clear()
        real = engine.esi.get
        seen = 0

        async def third_is_refused(route, target, asker, **more):
            nonlocal seen
            if "page=3" in target and not seen:
                seen += 1
                sandbox.fault("error_limited", ".*/wallet/journal", count=1)
            return await real(route, target, asker, **more)

        monkeypatch.setattr(engine.esi, "get", third_is_refused)
        report = await engine.sync(character, requested=True, only=["wallet_journal"])

        section = await engine.section(character, "wallet_journal")
        assert list(report.failed) == ["wallet_journal"]
        assert (section["imported"], section["failures"]) == (False, 0)
        assert await engine.of("wallet_journal", character) == []

        sandbox.pass_time(3800)
        again = await engine.sync(character, requested=True, only=["wallet_journal"])
        assert again.failed == {}
        assert len(await engine.of("wallet_journal", character)) >= rows
        assert sandbox.calls.early == 0


async def test_pages_of_two_makings_are_not_believed(clone):
    async with running_sandbox(page_rows=3) as sandbox, running_engine(clone, sandbox) as engine:
        me = sandbox.pilots[0]
        character = await engine.sign_in(me)
        sandbox.fault("mixed_pages", ".*/wallet/journal")

        report = await engine.sync(character, requested=True, only=["wallet_journal"])

        assert report.failed == {"wallet_journal": "The pages of the list come from different versions."}
        assert (MixedPages.status, MixedPages.code) == (503, "eve.mixed_pages")
        assert await engine.of("wallet_journal", character) == []
        sandbox.heal()
        sandbox.pass_time(3800)
        assert (await engine.sync(character, requested=True, only=["wallet_journal"])).failed == {}
        assert sandbox.calls.early == 0


async def test_affiliations_are_looked_up_for_all_in_one_call(engine, sandbox):
    characters = [await engine.sign_in(one) for one in sandbox.pilots]

    assert await sync_affiliations(engine.db, engine.esi, only_new=True) == {"asked": len(characters)}
    assert await sync_affiliations(engine.db, engine.esi, only_new=True) == {"asked": 0}
    rows = await engine.rows("select corporation_id from eve.characters")
    assert all(row["corporation_id"] for row in rows)


HEADERS = {"Date": "Sat, 21 Nov 2026 11:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "private, max-age=60, must-revalidate, stale-if-error=900"}, 61),
        ({"Cache-Control": "private, max-age=60", "Age": "45"}, 16),
        ({"Cache-Control": "private", "Expires": "Sat, 21 Nov 2026 11:05:00 GMT"}, 301),
        ({"Expires": "Sat, 21 Nov 2026 10:00:00 GMT"}, 2),
        ({"Expires": "Saturday, 21-Nov-26 11:01:00 GMT"}, 61),
        ({"Expires": "Wed, 21 Nov 2096 11:01:00 GMT"}, 7 * 86400 + 1),
        ({"Expires": "0"}, 1),
        ({"Cache-Control": "max-age=nonsense"}, 1),
        ({}, 1),
    ],
)
def test_lifetimes_are_read_from_the_servers_own_clock(headers, seconds):
    assert freshness.lifetime({**HEADERS, **headers}) == seconds


def test_age_of_what_has_a_ttl_is_told_by_its_making():
    now = datetime(2030, 1, 1, tzinfo=UTC)
    made = {**HEADERS, "Last-Modified": "Sat, 21 Nov 2026 10:59:00 GMT"}

    assert freshness.as_of({**made, "Cache-Control": "private"}, now) == now - timedelta(seconds=60)
    assert freshness.as_of({**made, "Cache-Control": "max-age=60"}, now) == now


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Ratelimit-Group": "g", "X-Ratelimit-Limit": "nonsense", "X-Ratelimit-Remaining": "5"},
        {"X-Ratelimit-Group": "g", "X-Ratelimit-Limit": "600/15m", "X-Ratelimit-Remaining": "-5"},
        {"X-Ratelimit-Limit": "600/15m", "X-Ratelimit-Remaining": "5"},
        {"X-Esi-Error-Limit-Remain": "many", "X-Esi-Error-Limit-Reset": "12"},
    ],
)
def test_headers_that_make_no_sense_tell_nothing(headers):
    assert limits.bucket(headers) is None
    assert limits.error_limit(headers) is None


def test_buckets_and_error_limits_are_read():
    told = {"X-Ratelimit-Group": "char-wallet", "X-Ratelimit-Limit": "150/15m", "X-Ratelimit-Remaining": "9"}
    known = limits.bucket(told)

    assert known == limits.Bucket("char-wallet", 150, 900.0, 9)
    assert limits.scarce(known) == 30.0
    assert limits.scarce(limits.Bucket("g", 15, 900.0, 13)) == 0.0
    assert limits.error_limit({"X-Esi-Error-Limit-Remain": "19", "X-Esi-Error-Limit-Reset": "33"}) == (
        limits.ErrorLimit(19, 33.0)
    )
