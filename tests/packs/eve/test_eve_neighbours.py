"""One pilot, section, alarm or row that is odd takes none of its neighbours down."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

import guildhall
from guildhall.db.connection import connect
from guildhall.db.statements import ALL
from guildhall.packs.eve.alarms.actions.firing import _Known, fire_due
from guildhall.packs.eve.batching import Batcher
from guildhall.packs.eve.sync import syncer as syncs
from guildhall.packs.eve.upstream.sections import sections_of
from tests.packs.eve.make import SCOPES, running_engine, running_sandbox

FEW = [scope for scope in SCOPES if "mail" in scope or "skills" in scope]


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


async def narrowed(engine, sandbox, pilot):
    """A pilot who was synced, and signs in again with fewer scopes."""
    user = await engine.user()
    character = await engine.sign_in(pilot, user)
    await engine.sync(character, requested=True)
    sandbox.pass_time(3700)
    await engine.sign_in(pilot, user, scopes=FEW)
    return character


async def test_a_pilot_with_fewer_scopes_is_synced_and_so_are_the_others(engine, sandbox):
    mine = await narrowed(engine, sandbox, sandbox.pilots[0])
    other = await engine.sign_in(sandbox.pilots[1])

    reports = {one.character_id: one for one in await engine.syncer.sync([mine, other], requested=True)}

    assert set(reports) == set(sandbox.pilots[:2])
    asked = {*reports[sandbox.pilots[0]].changed, *reports[sandbox.pilots[0]].unchanged}
    assert asked == set(sections_of(FEW))
    rest = await engine.rows(
        "select section, due_at, error from eve.section_syncs where character = $1 and not section = any($2)",
        mine, sections_of(FEW),
    )  # fmt: skip
    assert {(row["due_at"], row["error"]) for row in rest} == {(None, "the token lacks the scope")}
    assert await engine.due_at(mine) > engine.clock.now()

    await engine.sign_in(sandbox.pilots[0], (await engine.character(mine))["user_id"])
    back = await engine.sync(mine, requested=True)

    assert back.failed == {}
    assert await engine.rows("select 1 from eve.section_syncs where character = $1 and due_at is null", mine) == []


async def test_no_time_anywhere_is_infinite_and_none_can_become_so_where_a_sync_reads_it(engine, clone, sandbox):
    await narrowed(engine, sandbox, sandbox.pilots[0])
    columns = await engine.rows(
        """
        select format('%I.%I', n.nspname, c.relname) as place, quote_ident(a.attname) as name
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where a.atttypid = 'timestamptz'::regtype and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
          and n.nspname not in ('pg_catalog', 'information_schema') and not c.relispartition
        """
    )
    assert len(columns) > 100

    owner = await connect(clone)
    infinite = [
        f"{one['place']}.{one['name']}"
        for one in columns
        if await owner.fetch(f"select 1 from {one['place']} where not isfinite({one['name']}) limit 1")
    ]
    await owner.close()

    assert infinite == []
    for column in ("due_at", "synced_at", "as_of", "expires_at"):
        with pytest.raises(Exception, match="section_syncs_times_are_finite"):
            await engine.execute(f"update eve.section_syncs set {column} = 'infinity'")
    with pytest.raises(Exception, match="characters_times_are_finite"):
        await engine.execute("update eve.characters set refresh_due_at = '-infinity'")
    with pytest.raises(Exception, match="fresh_rows_times_are_finite"):
        await engine.execute("update core.fresh_rows set due_at = '-infinity'")


def test_no_statement_and_no_migration_writes_an_infinite_time():
    infinite = re.compile(r"(?<![<>] )'-?infinity'", re.IGNORECASE)  # a number may be asked to be finite
    folder = Path(guildhall.__file__).parent
    ups = [
        (str(path), path.read_text().split("DOWN", 1)[0])
        for path in folder.rglob("migrations/*.py")
    ]  # fmt: skip
    assert len(ups) > 10

    assert [one.sql for one in ALL if infinite.search(one.sql)] == []
    found = [
        (name, line)
        for name, text in ups
        for line in text.splitlines()
        if infinite.search(line) and "in ('NaN'" not in line  # it is refused there
    ]
    # eve_0001 has none; eve_0002 takes those away that an older version wrote
    assert {Path(name).name for name, _ in found} == {"0002_finite_times.py"}
    assert all("set due_at = null" in line for _, line in found)


async def test_a_fault_of_ours_with_one_pilot_or_section_is_no_matter_of_the_others(engine, sandbox, monkeypatch):
    mine, other = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:2]]
    sync_one, fetch = engine.syncer._sync_one, syncs.FETCHES["planets"]

    async def odd(held, standing, known, requested, only):
        if standing.id == mine:
            raise TypeError("can't compare offset-naive and offset-aware datetimes")
        return await sync_one(held, standing, known, requested, only)

    async def broken(asking):
        raise KeyError("a row that nobody thought of")

    monkeypatch.setattr(engine.syncer, "_sync_one", odd)
    monkeypatch.setitem(syncs.FETCHES, "planets", broken)

    (report,) = await engine.syncer.sync([mine, other], requested=True)

    assert (report.character_id, list(report.failed), engine.syncer.broken) == (sandbox.pilots[1], ["planets"], 1)
    assert await engine.of("mails", other)

    monkeypatch.setattr(engine.syncer, "_sync_one", sync_one)
    monkeypatch.setitem(syncs.FETCHES, "planets", fetch)
    assert (await engine.sync(mine, requested=True)).failed == {}


async def test_one_item_that_cannot_be_saved_fails_alone():
    saved = []

    async def save(batch):
        if 13 in batch:
            raise ValueError("thirteen")
        saved.extend(batch)
        return [item * 2 for item in batch]

    batcher = Batcher(save)
    outcomes = await asyncio.gather(*(batcher.put(item) for item in range(40)), return_exceptions=True)

    assert [outcome for outcome in outcomes if not isinstance(outcome, ValueError)] == [
        item * 2 for item in range(40) if item != 13
    ]
    assert isinstance(outcomes[13], ValueError)
    assert sorted(saved) == [item for item in range(40) if item != 13]


async def test_an_alarm_that_cannot_be_judged_is_dropped_and_the_others_are_told(engine, sandbox, monkeypatch):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots]
    await engine.syncer.sync(characters, requested=True)
    await engine.execute("update eve.alarms set fire_at = $1", engine.clock.now() - timedelta(seconds=1))
    alarms = await engine.rows("select id, kind from eve.alarms where kind = 'industry_job_complete' order by id")
    assert len(alarms) > 3
    judge = _Known.judge

    def odd(self, alarm, tx, settings):
        if alarm.id == alarms[0]["id"]:
            raise ZeroDivisionError
        return judge(self, alarm, tx, settings)

    monkeypatch.setattr(_Known, "judge", odd)
    async with engine.db.write() as tx:
        fired = await fire_due(tx, engine.settings)

    assert fired.looked_at > 3
    left = await engine.row("select state from eve.alarms where id = $1", alarms[0]["id"])
    assert left == {"state": "dropped"}
    assert fired.looked_at == fired.sent + fired.dropped + len(
        await engine.rows("select 1 from eve.alarms where state = 'pending' and checked_at is not null")
    )
