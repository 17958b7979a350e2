"""The past of a league: fetched bit by bit, stopped, and gone on with."""

import asyncio
import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.core.upstream.errors import UpstreamDown, UpstreamLied
from guildhall.packs.poe2.market.actions import backfills
from guildhall.packs.poe2.market.actions.leagues import follow_leagues
from guildhall.packs.poe2.market.actions.sync import sync_items
from guildhall.packs.poe2.market.errors import BackfillNotFound, LeagueNotFound
from guildhall.packs.poe2.market.messages import BackfillPrices, ContinueBackfills
from guildhall.packs.poe2.sandbox.market import answers
from guildhall.packs.poe2.sandbox.market.catalogue import ITEMS
from tests.packs.poe2.market import make

LONG = 600.0


@pytest.fixture
async def asking(start_asking, monkeypatch):
    """A client that knows the leagues, and a market of twelve items."""
    monkeypatch.setattr(answers, "ITEMS", ITEMS[:12])
    asking = await start_asking()
    await follow_leagues(asking.db, asking.api, asking.settings)
    await sync_items(asking.db, asking.api, make.current(asking.clock))
    return asking


async def begin(asking: Any, days: int = 3) -> Any:
    """Begin a fetch of the current league's past."""
    async with asking.db.write() as tx:
        return await backfills.start_backfill(tx, make.current(asking.clock), days, asking.settings)


async def run(asking: Any, seconds: float = LONG) -> Any:
    """Fetch for a while."""
    return await backfills.run_backfill(asking.db, asking.api, asking.settings, make.current(asking.clock), seconds)


async def test_the_days_of_the_league_and_the_hours_of_some_days_are_fetched(asking):
    await begin(asking)

    done = await run(asking)

    (prices,) = await make.find(
        asking, "select count(*) as n, min(recorded_at) as first from poe2.market_price_history"
    )
    (days,) = await make.find(
        asking,
        "select count(*) filter (where samples = 0) as told, count(*) filter (where samples > 0) as own"
        " from poe2.market_daily",
    )
    assert (done.state, done.items_done, done.items) == ("done", 12, 12)
    assert (done.prices, done.days) == (prices["n"], days["told"])
    midnight = asking.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert timedelta(days=2, hours=20) < midnight - prices["first"] <= timedelta(days=3)
    assert days["told"] > 12 * 20
    assert days["own"] >= 12 * 3
    unconverted = await make.find(
        asking, "select 1 from poe2.market_price_history where price_in_divine is null or price_in_chaos is null"
    )
    assert len(unconverted) < prices["n"] * 0.05


async def test_a_fetch_that_is_killed_goes_on_where_it_was(asking, monkeypatch):
    monkeypatch.setattr(backfills, "_HOURS", 24)
    steps = itertools.count()
    step: Any = backfills._step

    async def killed(*a: Any) -> None:
        if next(steps) == 9:
            raise KeyError("killed")
        await step(*a)

    monkeypatch.setattr(backfills, "_step", killed)
    await begin(asking)
    with pytest.raises(KeyError):
        await run(asking)
    (place,) = await make.find(asking, "select * from poe2.market_backfills")
    before = asking.scout.calls("History")

    done = await run(asking)

    once = asking.scout.calls("History")
    assert place["state"] == "running"
    assert before < once
    assert (done.state, done.items_done) == ("done", 12)
    await begin(asking)
    again = await run(asking)
    assert (again.prices, again.items_done) == (0, 12)
    assert asking.scout.calls("History") == 2 * once


async def test_a_fetch_that_is_stopped_stores_nothing_more_and_can_go_on(asking):
    league = make.current(asking.clock)
    await begin(asking)
    async with asking.db.write() as tx:
        stopped = await backfills.stop_backfill(tx, league)

    idle = await run(asking)
    async with asking.db.write() as tx:
        await backfills.resume_backfill(tx, league)
    done = await run(asking)

    assert (stopped.state, idle.state, idle.items_done, done.state) == ("stopped", "stopped", 0, "done")
    async with asking.db.write() as tx:
        with pytest.raises(BackfillNotFound):
            await backfills.resume_backfill(tx, league)
        with pytest.raises(BackfillNotFound):
            await backfills.stop_backfill(tx, "Standard")
        with pytest.raises(LeagueNotFound):
            await backfills.start_backfill(tx, "Nowhere", 3, asking.settings)


async def test_an_item_that_poe2scout_does_not_know_is_passed_over(asking):
    async with asking.db.write() as tx:
        await make.market(tx, "Another")
    await begin(asking)

    done = await run(asking)

    assert (done.state, done.items_done, done.items) == ("done", 17, 17)


async def test_a_history_that_never_ends_is_a_lie(asking, monkeypatch):
    await begin(asking)
    history: Any = answers.Answers.history
    monkeypatch.setattr(answers.Answers, "history", lambda *a: {**history(*a), "PriceHistory": [], "HasMore": True})

    with pytest.raises(UpstreamLied, match="does not go back"):
        await run(asking)


async def test_days_in_another_currency_are_left_out(asking, monkeypatch):
    await begin(asking, days=1)
    days: Any = answers.Answers.days
    monkeypatch.setattr(answers.Answers, "days", lambda *a: {**days(*a), "BaseCurrencyApiId": "chaos"})

    done = await run(asking)

    assert (done.state, done.days) == ("done", 0)
    assert done.prices > 0


async def test_days_whose_figures_contradict_each_other_are_left_out(asking, monkeypatch):
    await begin(asking, days=1)
    days: Any = answers.Answers.days

    def odd(*a: Any) -> Any:
        made = days(*a)
        return {**made, "DailyStats": [{**made["DailyStats"][0], "High": 1e-6}, *made["DailyStats"][1:]]}

    monkeypatch.setattr(answers.Answers, "days", odd)

    done = await run(asking)

    (count,) = await make.find(asking, "select count(*) as n from poe2.market_daily where samples = 0")
    assert (done.state, done.days) == ("done", count["n"])


async def test_while_poe2scout_is_away_a_fetch_waits_and_says_so(asking):
    await begin(asking)
    asking.scout.fail("error", path=".*History")

    with pytest.raises(UpstreamDown):
        await run(asking)
    await backfills.note_wait(asking.db, make.current(asking.clock), "poe2scout does not answer.")

    (row,) = await make.find(asking, "select * from poe2.market_backfills")
    assert (row["state"], row["waits_for"]) == ("running", "poe2scout does not answer.")
    asking.scout.heal()
    asking.api.client.breaker.succeeded()
    assert (await run(asking)).waits_for is None


async def test_the_job_runs_a_fetch_to_its_end(product, asking):
    await begin(asking, days=1)

    (job, *_) = await product.work()

    assert job.job_type == "poe2.backfill_prices"
    assert job.status == "completed"
    assert '"state": "done"' in json.dumps(job.result)


async def test_a_fetch_without_a_job_gets_one_when_it_has_not_moved(product, asking, clock):
    league = make.current(clock)
    async with asking.db.write() as tx:
        await backfills.begin_backfill(tx, league, 1, asking.settings)
    (early,) = await product.work(ContinueBackfills())
    clock.advance(timedelta(minutes=2))

    late, fetch = await product.work(ContinueBackfills())

    assert (early.result, late.result) == ({"queued": 0}, {"queued": 1})
    assert (fetch.job_type, fetch.status) == ("poe2.backfill_prices", "completed")


async def test_a_fetch_of_nothing_is_given_up(product):
    (job,) = await product.work(BackfillPrices("Nowhere"), failing=True)

    assert job.status == "failed"
    assert "no league Nowhere" in (job.error or "")


@pytest.fixture
def command(clone, tmp_path, scout):
    """Runs a command beside the loop of the test; returns what it said."""

    async def run(*arguments: str) -> str:
        environment = {"GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path)} | {
            f"GUILDHALL_POE2_{name.upper()}": str(value) for name, value in scout.settings.items()
        }
        result = await asyncio.to_thread(CliRunner().invoke, app, ("poe2", "market", *arguments), env=environment)
        return result.stdout if result.exit_code == 0 else f"{result.output}{result.exception}"

    return run


async def test_the_market_in_the_terminal(asking, command, clock):
    # The commands run by the real clock, in which another league may be the current one.
    found = json.loads(await command("sync", "--json"))
    leagues = json.loads(await command("leagues", "--json"))
    league = next(one["name"] for one in leagues if one["is_current"])
    only = json.loads(await command("sync", "--league", league, "--json"))
    unknown = await command("sync", "--league", "Nowhere")
    table = await command("leagues")
    begun = json.loads(await command("backfill", league, "--days", "2", "--json"))
    stopped = json.loads(await command("backfill-stop", league, "--json"))
    on = await command("backfill-resume", league)
    listed = json.loads(await command("backfills", "--json"))
    shown = await command("backfills")
    counted = json.loads(await command("recount", league, "--json"))
    missing = await command("backfill-stop", "Nowhere")

    assert (found["leagues"], only["leagues"]) == (len([one for one in leagues if one["is_current"]]), 1)
    assert found["items"] > only["items"] > 0
    assert "no league Nowhere" in unknown
    assert league in table
    assert (begun["state"], stopped["state"], listed[0]["state"]) == ("running", "stopped", "running")
    assert "running" in on
    assert "running" in shown
    assert counted["days"] > 0
    assert "nothing of the past of Nowhere" in missing
