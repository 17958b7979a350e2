"""Recounts, retention, the commands, and the metrics."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.core.analytics.errors import DayNotBegun, DayNotKept
from guildhall.core.analytics.messages import ForgetEvents, RollUpEvents
from guildhall.core.analytics.recount import recount_all, recount_day
from guildhall.core.analytics.schemas import DayRecounted
from guildhall.core.jobs.messages import MaintainPartitions
from guildhall.ids import uuid7
from guildhall.testing import settings
from guildhall.testing.clock import MovableClock
from guildhall.testing.product import open_product
from tests.core.analytics.make import GUIDES, STORED, chosen, counted, daily, opened, recorder, rows, send, until

HOUR = timedelta(hours=1)


@pytest.fixture
async def three_days(clone, start_guides):
    """Events of yesterday and today, counted; the yesterday before has them in its roll-ups alone."""
    guides = await start_guides(late_hours=48)
    now = datetime.now(UTC)
    for ago, hero in ((0, "axe"), (0, "lina"), (24, "axe"), (48, "zeus")):
        event = opened(hero, at=(now - ago * HOUR).isoformat())
        assert await send(guides, event, event, session_id="s") == [STORED, STORED]
    async with asyncio.timeout(20):
        while sum(events for events, _ in (await counted_days(clone)).values()) < 8:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return guides


async def counted_days(url: str) -> dict[date, tuple[int, int]]:
    """The events and visitors of guides.opened by day."""
    return {
        day: counts for (day, kind, by, _), counts in (await daily(url)).items() if not by and kind == "guides.opened"
    }


async def spoil(url: str) -> None:
    """Make every roll-up wrong in some way."""
    await rows(url, "update core.analytics_daily set events = events + 5 where rollup = ''")
    await rows(url, "update core.analytics_daily set visitors = 0 where rollup = 'hero'")
    await rows(url, "delete from core.analytics_daily where rollup = 'league'")
    await rows(
        url,
        "insert into core.analytics_daily"
        " select distinct day, 'guides.gone', '', '{}'::text[], 7, 3, 1 from core.analytics_daily",
    )
    await rows(url, "delete from core.analytics_visitors")


@pytest.mark.usefixtures("three_days")
async def test_a_recount_corrects_whatever_is_wrong(clone, jobs_db):
    before = await daily(clone)
    await spoil(clone)
    told: list[tuple[DayRecounted, int]] = []

    corrected = await recount_all(jobs_db, chosen(), lambda done, left: told.append((done, left)))

    assert await daily(clone) == before
    assert corrected == sum(done.corrected for done, _ in told) >= 9
    assert [left for _, left in told] == [2, 1, 0]
    assert sum(done.events for done, _ in told) == 8
    assert await rows(clone, "select from core.analytics_recounts") == []
    assert await recount_all(jobs_db, chosen(), lambda done, left: None) == 0


async def test_who_was_counted_is_known_after_a_recount(clone, jobs_db, three_days):
    await spoil(clone)
    await recount_all(jobs_db, chosen(), lambda done, left: None)

    await send(three_days, opened("axe"), session_id="s")
    await send(three_days, opened("axe"), session_id="t")

    today = datetime.now(UTC).date()
    async with asyncio.timeout(20):
        while (await counted_days(clone))[today][0] < 6:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert (await counted_days(clone))[today] == (6, 2)


@pytest.mark.usefixtures("three_days")
async def test_a_recount_that_is_stopped_goes_on_where_it_was(clone, jobs_db):
    before = await daily(clone)
    await spoil(clone)
    days: list[date] = []

    def stop(done: DayRecounted, left: int) -> None:
        days.append(done.day)
        if left == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await recount_all(jobs_db, chosen(), stop)
    assert await daily(clone) != before
    await recount_all(jobs_db, chosen(), lambda done, left: days.append(done.day))

    today = datetime.now(UTC).date()
    assert days == [today - timedelta(days=n) for n in (2, 1, 0)]
    assert await daily(clone) == before


async def test_a_day_that_gets_no_more_events_is_counted_beside_the_others(clone, db, jobs_db):
    await rows(
        clone,
        """
        insert into core.analytics_events (id, event_type, event_data, created_at, day, visitor)
        select core.live_id(h.tick + 1, n, 0), 'guides.opened', '{}', now() - interval '20 days',
               (now() at time zone 'UTC')::date - 20, n % 2 from core.analytics_head h, generate_series(1, 5) n
        """,
    )
    await rows(clone, "update core.analytics_head set tick = (extract(epoch from now()) * 4096000)::bigint")
    day = datetime.now(UTC).date() - timedelta(days=20)
    async with recorder(db) as (_, roll_ups):
        await roll_ups.round()
        await rows(clone, "delete from core.analytics_daily")
        # a round of the roll-ups is under way, and the recount does not wait for it
        async with jobs_db.write() as tx:
            await tx.connection.execute("select from core.analytics_checkpoints for update")
            async with asyncio.timeout(5):
                done = await recount_day(jobs_db, chosen(), day)

    assert (done.events, done.corrected) == (5, 1)
    assert await counted(clone) == {(): (5, 2)}


async def test_old_events_go_and_their_sums_stay(clone):
    clock = MovableClock()
    chosen_ = settings.configuration((GUIDES,), analytics={"roll_up_seconds": 0.02, "keep_daily_months": 20})
    async with open_product(chosen_, clone, clock) as guides:
        await send(guides, opened("axe", id=str(uuid7())), session_id="s")
        await until(clone, (1, 1))
        today = datetime.now(UTC).date()
        with pytest.raises(DayNotBegun):
            await recount_day(guides.runtime.db, chosen(), today + timedelta(days=2))

        [kept] = await guides.work(ForgetEvents())
        assert kept.result == {"keys": 0, "visitors": 0, "salts": 0, "daily": 0}
        clock.advance(timedelta(days=30))
        [forgotten] = await guides.work(ForgetEvents())
        assert forgotten.result == {"keys": 1, "visitors": 2 + 2, "salts": 1, "daily": 0}
        clock.advance(timedelta(days=15 * 31))
        [maintained] = await guides.work(MaintainPartitions())

        assert f"core.analytics_events_{today:%Y_%m}" in (maintained.result or {})["dropped"]
        assert await rows(clone, "select from core.analytics_events") == []
        assert await counted(clone) == {(): (1, 1)}
        with pytest.raises(DayNotKept):
            await recount_day(guides.runtime.db, chosen(), today)
        clock.advance(timedelta(days=200))
        await guides.work(ForgetEvents())
        assert await daily(clone) == {}


async def test_a_worker_counts_what_no_web_process_has_counted(clone, start_guides):
    quiet = await start_guides(roll_up_seconds=60)
    await send(quiet, opened())

    [done] = await quiet.work(RollUpEvents())

    assert done.result == {"counted": 1}
    assert await counted(clone) == {(): (1, 0)}


async def test_a_batch_across_midnight_is_of_two_days(clone, start_guides):
    guides = await start_guides()
    yesterday = (datetime.now(UTC) - 24 * HOUR).isoformat()

    await send(guides, opened(), opened(at=yesterday), opened(at=yesterday))

    async with asyncio.timeout(20):
        while len(await counted_days(clone)) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    today = datetime.now(UTC).date()
    assert await counted_days(clone) == {today: (1, 0), today - timedelta(days=1): (2, 0)}


async def test_metrics_tell_of_events(guides):
    await send(guides, opened(), {"type": "guides.nothing"}, opened(), session_id="s")
    await until(guides.runtime.url, (2, 1))

    text = (await guides.get("/metrics")).body.decode()

    assert 'guildhall_analytics_events_total{code="",outcome="stored"} 2.0' in text
    assert 'guildhall_analytics_events_total{code="analytics.unknown_event_type",outcome="refused"} 1.0' in text
    assert "guildhall_analytics_written_total 2.0" in text
    assert "guildhall_analytics_waiting 0" in text
    assert "guildhall_analytics_behind_seconds" in text


@pytest.fixture
def run(clone, monkeypatch):
    """Run a command on the test's database."""
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", clone)

    async def command(*words: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["analytics", *words])

    return command


@pytest.mark.usefixtures("three_days")
async def test_the_command_lists_types_and_recounts(clone, run):
    listed = json.loads((await run("list", "--json")).stdout)
    by_type = {one["type"]: one for one in listed["types"]}
    table = (await run("list")).output

    assert by_type["guides.opened"] == {
        "type": "guides.opened", "declared": False, "from_clients": False,  # its pack is not among the built-in ones
        "rollups": ["hero", "hero,league", "league"], "today": 4, "seven_days": 8,
    }  # fmt: skip
    assert by_type["analytics.screen_viewed"]["from_clients"]
    assert listed["behind"]["seconds"] == 0
    assert "nobody any more" in table
    assert "0.0 s behind" in table

    await spoil(clone)
    day = datetime.now(UTC).date()
    one = await run("recount", "--day", day.isoformat())
    assert f"{day}: 4 events" in one.output
    every = json.loads((await run("recount", "--json")).stdout)
    assert every["corrected"] > 0
    assert json.loads((await run("recount", "--json")).stdout) == {"corrected": 0}
    assert (await run("recount", "--day", "2020-01-01")).exit_code == 1
    assert (await run("recount", "--day", "tomorrow")).exit_code == 2
