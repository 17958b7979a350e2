"""`guildhall fresh`, and the figures of /metrics."""

import asyncio
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.db.pool import Database
from guildhall.packs.dota2.sandbox import player_ids
from guildhall.packs.dota2.tracking.kept import PLAYERS
from tests.core.fresh import make
from tests.core.fresh.make import HOUR


@pytest.fixture
def run(clone, sandbox, monkeypatch):
    """Run a command on the test's database; its exit status, output, and what it says of failures."""
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", clone)
    monkeypatch.setenv("GUILDHALL_DOTA2_OPENDOTA_URL", sandbox.api)

    async def command(*words: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["fresh", *words])

    return command


async def halt(db: Database, why: str) -> None:
    """Pause the players for an hour."""
    await make.execute(
        db,
        "insert into core.fresh_halts (name, until, background_until, why)"
        " values ('dota2_players', now() + interval '1 hour', now(), $1)",
        why,
    )


async def test_declarations_are_listed_with_their_figures(run, jobs_db, start_guildhall):
    await make.keep(jobs_db, PLAYERS, {"1": 2 * HOUR, "2": -HOUR, "3": -HOUR})
    async with jobs_db.write() as tx:
        await PLAYERS.failed(tx, 3, "down")
        await PLAYERS.want(tx, 2)
    await halt(jobs_db, "it is down")

    listed = {one["name"]: one for one in json.loads((await run("list", "--json")).output)["declarations"]}
    counted = listed["dota2_players"]
    table = (await run("list")).output
    guildhall = await start_guildhall()
    metrics = (await guildhall.get("/metrics")).body.decode()

    late = counted.pop("late_seconds")
    assert counted == {"name": "dota2_players", "kept": 3, "due": 2, "wanted": 1, "failing": 1, "gone": 0}
    assert 7200 <= late < 7300
    assert listed["eve_characters"]["kept"] == 0
    assert "dota2_players" in table
    assert "it is down" in table
    assert 'guildhall_fresh_keys{declaration="dota2_players"} 3.0' in metrics
    assert 'guildhall_fresh_failing{declaration="dota2_players"} 1.0' in metrics


async def test_keys_and_what_is_due_are_paged(run, jobs_db):
    late = {str(n): HOUR + timedelta(seconds=n) for n in range(1, 8)}
    await make.keep(jobs_db, PLAYERS, {**late, "99": -HOUR})

    for command, expected in (("list", [*"1234567", "99"]), ("due", [*"7654321"])):
        found: list[str] = []
        while page := json.loads(
            (
                await run(
                    command, "dota2_players", "--limit", "3", "--json", *(["--after", found[-1]] if found else [])
                )
            ).output
        ):
            found += [row["key"] for row in page]
        assert found == expected, command
    assert "1 " in (await run("due", "dota2_players")).output


async def test_one_key_is_refreshed_now(run, jobs_db, sandbox):
    account = player_ids(sandbox.options)[0]
    await make.keep(jobs_db, PLAYERS, {str(account): -HOUR, "7": -HOUR})

    done = await run("now", "dota2_players", str(account), "--json")
    stranger = await run("now", "dota2_players", "7")
    unknown = await run("now", "dota2_players", "8")

    assert (done.exit_code, json.loads(done.output)["ending"]) == (0, "refreshed")
    assert (stranger.exit_code, stranger.output.startswith("the game knows no 7")) == (0, True)
    assert "does not keep '8' fresh" in str(unknown.exception)
    assert (await make.state(jobs_db, PLAYERS, str(account))).refreshed_at is not None


async def test_a_pause_is_ended(run, jobs_db):
    await halt(jobs_db, "down")

    assert json.loads((await run("resume", "dota2_players", "--json")).output) == {"ended": True}
    assert (await run("resume", "dota2_players")).output == "dota2_players did not wait\n"


@pytest.mark.parametrize("words", [("list", "no"), ("due", "no"), ("now", "no", "7"), ("resume", "no")])
async def test_a_name_that_nobody_declares_is_an_error(run, words):
    assert "no active pack keeps 'no' fresh" in str((await run(*words)).exception)
