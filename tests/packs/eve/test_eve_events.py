"""Events: each once, whatever stops, and nothing that is not so."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.core.jobs.actions import send
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import UserId, uuid7
from guildhall.packs.eve.alarms.actions.firing import fire_due
from guildhall.packs.eve.alarms.jobs import fire_alarms
from guildhall.packs.eve.alarms.messages import FireAlarms
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.universe.jobs import resolve_names
from guildhall.packs.eve.universe.messages import ResolveNames
from guildhall.testing.people import make_user
from tests.packs.eve.make import running_engine, running_sandbox
from tests.packs.eve.stored import make_character

ME = 2112000042
HOUR = timedelta(hours=1)
SETTINGS = EveSettings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


async def told(engine, kind=None):
    rows = await engine.rows("select type, title, body, data, occurrence_key from core.notification_log order by id")
    return [row for row in rows if kind is None or row["type"] == kind]


async def fire(engine):
    """The alarms that are due, judged until none waits for a fresh answer any more."""
    for _ in range(10):
        async with engine.db.write() as tx:
            fired = await fire_due(tx, engine.settings)
        for character, section in fired.waiting:
            await engine.sync(character, only=[section])
        if not fired.looked_at:
            return
        engine.sandbox.pass_time(11)


async def test_a_skill_that_finishes_is_told_once_and_a_paused_queue_never(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await sandbox.happen(me, "queue", action="clear")
    await sandbox.happen(me, "queue", action="add", skill_id=3300, level=5, seconds=3600)
    sandbox.forget()
    await engine.sync(character, requested=True)
    assert await told(engine) == []

    sandbox.pass_time(3700)
    await fire(engine)
    await fire(engine)
    await engine.sync(character, only=["skill_queue"])
    await fire(engine)

    (skill,) = await told(engine, "skill_complete")
    assert skill["data"]["skill_id"] == 3300
    assert len(await told(engine, "skill_queue_empty")) == 1


async def test_a_queue_that_is_paused_before_its_time_tells_nothing_of_skills(engine, sandbox):
    me = sandbox.pilots[0]
    await sandbox.happen(me, "queue", action="clear")
    await sandbox.happen(me, "queue", action="add", skill_id=3300, level=5, seconds=3600)
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    pending = await engine.rows("select 1 from eve.alarms where kind = 'skill_complete' and state = 'pending'")
    assert pending

    await sandbox.happen(me, "queue", action="pause")
    sandbox.forget()
    sandbox.pass_time(130)
    await engine.sync(character, requested=True, only=["skill_queue"])
    assert not await engine.rows("select 1 from eve.alarms where kind = 'skill_complete' and state = 'pending'")
    sandbox.pass_time(200)
    await fire(engine)
    sandbox.pass_time(30 * 86400)
    await fire(engine)

    assert await told(engine, "skill_complete") == []
    (paused,) = await told(engine, "skill_queue_empty")
    assert paused["data"]["state"] == "paused"


async def test_an_outage_does_not_keep_a_skill_from_being_told(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    await sandbox.happen(me, "queue", action="clear")
    await sandbox.happen(me, "queue", action="add", skill_id=3300, level=5, seconds=3600)
    sandbox.forget()
    await engine.sync(character, requested=True)
    sandbox.fault("error")
    sandbox.pass_time(3700)
    await fire(engine)
    assert len(await told(engine, "skill_complete")) == 1


async def test_mail_of_others_is_told_and_neither_the_first_import_nor_own(engine, sandbox):
    me = sandbox.pilots[0]
    sandbox.stop_mails(me)
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    assert await told(engine) == []

    await sandbox.happen(me, "mail", subject="Come quick")
    sandbox.forget()
    sandbox.pass_time(130)
    await engine.sync(character, requested=True, only=["mail"])
    sandbox.pass_time(130)
    await engine.sync(character, requested=True, only=["mail"])

    (mail,) = await told(engine, "eve_mail_received")
    assert "Come quick" in mail["body"]


async def test_an_order_that_vanished_is_told_when_the_history_knows(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    made = await sandbox.happen(me, "orders", type_id=34)
    sandbox.forget()
    await engine.sync(character, requested=True)
    await sandbox.happen(me, f"orders/{made['order_id']}", action="fill")
    sandbox.forget()
    sandbox.pass_time(1300)
    await engine.sync(character, requested=True, only=["orders"])
    (order,) = await engine.rows("select state from eve.market_orders where order_id = $1", made["order_id"])
    assert order["state"] == "unknown"
    assert await told(engine) == []

    sandbox.pass_time(3700)
    await engine.sync(character, requested=True, only=["order_history", "orders"])
    await engine.sync(character, requested=True, only=["order_history"])
    filled_ones = await told(engine, "market_order_filled")
    (filled,) = [row for row in filled_ones if row["data"]["order_id"] == made["order_id"]]
    assert filled["data"]["volume_remain"] == 0


async def test_jobs_and_extractors_are_told_once_extractors_together(clone, jobs_db):
    user = await make_user(clone)
    character = await make_character(clone, user, ME)
    connection = await asyncpg.connect(clone)
    now = datetime.now(UTC)
    await connection.execute("update eve.section_syncs set synced_at = $1", now)
    await connection.execute("update eve.extractors set expiry_time = $1", now - timedelta(seconds=5))
    for kind, subject, at in (
        ("industry_job_complete", 7001, now - HOUR),
        ("industry_job_complete", 7000, now - timedelta(seconds=1)),  # still runs
        ("industry_job_complete", 7002, now - timedelta(seconds=1)),  # delivered by its owner
        ("pi_extractor_expired", 900, now - timedelta(seconds=5)),
        ("pi_extractor_expired", 901, now - timedelta(seconds=5)),
        ("pi_extractor_expired", 999, now - timedelta(seconds=5)),  # gone
    ):
        await add_alarm(connection, user, character, kind, subject, at)
    assert await fire_alarms(FireAlarms(), jobs_db, SETTINGS) == {"told": 3, "dropped": 3, "waiting": 0}
    assert (await fire_alarms(FireAlarms(), jobs_db, SETTINGS))["told"] == 0
    rows = await connection.fetch("select type, data, title from core.notification_log order by type")
    await connection.close()
    assert [row["type"] for row in rows] == ["industry_job_complete", "pi_extractor_expired"]
    assert "2 extractors" in rows[1]["title"]


async def add_alarm(connection, user: UserId, character: CharacterId, kind: str, subject: int, at: datetime) -> None:
    await connection.execute(
        "insert into eve.alarms (id, character, user_id, kind, subject, occurrence_key, fire_at) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        uuid7(), character, user, kind, subject, f"{kind}:{character}:{subject}:{at.isoformat()}", at,
    )  # fmt: skip


async def many_alarms(url: str, characters: int, each: int) -> int:
    """Pilots with industry jobs that are all done; how many alarms are due."""
    connection = await asyncpg.connect(url)
    now = datetime.now(UTC)
    for number in range(characters):
        user = await make_user(connection)
        character = await make_character(connection, user, ME + number, data=False)
        await connection.execute(
            "insert into eve.section_syncs (section, synced_at, imported, character, user_id) "
            "values ('industry', $1, true, $2, $3)", now, character, user,
        )  # fmt: skip
        await connection.execute(
            """
            insert into eve.industry_jobs (job_id, activity_id, status, blueprint_id, blueprint_type_id,
                blueprint_location_id, output_location_id, facility_id, station_id, installer_id, runs, duration,
                start_date, end_date, last_seen_at, character, user_id)
            select n, 1, 'active', 1, 1, 1, 1, 1, 1, 1, 1, 1, $1::timestamptz - interval '1 hour', $1, $1, $2, $3
            from generate_series(1, $4) n
            """,
            now - timedelta(seconds=2), character, user, each,
        )  # fmt: skip
        for job in range(1, each + 1):
            await add_alarm(connection, user, character, "industry_job_complete", job, now - timedelta(seconds=2))
    await connection.close()
    return characters * each


async def test_many_workers_at_once_tell_each_alarm_once(clone):
    count = await many_alarms(clone, 6, 100)
    pools = [await Database.open(PoolSettings(clone, JOBS), Clock()) for _ in range(3)]
    try:
        results = await asyncio.gather(*(fire_alarms(FireAlarms(), pool, SETTINGS) for pool in pools * 2))
        assert sum(result["told"] for result in results) == count
        async with pools[0].read() as tx:
            assert await tx.connection.fetchval("select count(*) from core.notification_log") == count
            assert await tx.connection.fetchval("select count(*) from eve.alarms where state = 'fired'") == count
    finally:
        for pool in pools:
            await pool.close()


async def test_a_worker_that_dies_while_telling_neither_loses_nor_doubles(clone, jobs_db):
    count = await many_alarms(clone, 2, 20)

    async def tell_and_die():
        async with jobs_db.write() as tx:
            assert (await fire_due(tx, SETTINGS)).sent == count
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await tell_and_die()
    async with jobs_db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.notification_log") == 0
    assert (await fire_alarms(FireAlarms(), jobs_db, SETTINGS))["told"] == count
    async with jobs_db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.notification_log") == count


async def test_late_and_sold_alarms_are_dropped(clone, jobs_db):
    user = await make_user(clone)
    sold = await make_character(clone, user, ME, token_state="sold", access_token=None, refresh_token=None)
    mine = await make_character(clone, user, ME + 1)
    connection = await asyncpg.connect(clone)
    now = datetime.now(UTC)
    await add_alarm(connection, user, sold, "industry_job_complete", 7001, now - HOUR)
    await add_alarm(connection, user, mine, "industry_job_complete", 7001, now - 13 * HOUR)
    await connection.close()
    assert await fire_alarms(FireAlarms(), jobs_db, SETTINGS) == {"told": 0, "dropped": 2, "waiting": 0}


async def test_a_worker_tells_an_alarm_to_the_second(clone, start_worker):
    user = await make_user(clone)
    character = await make_character(clone, user, ME)
    connection = await asyncpg.connect(clone)
    at = datetime.now(UTC) + timedelta(seconds=2)
    await connection.execute("update eve.industry_jobs set end_date = $1 where job_id = 7000", at)
    await add_alarm(connection, user, character, "industry_job_complete", 7000, at)
    worker = await start_worker()
    async with worker.runtime.db.write() as tx:
        await send(tx, FireAlarms())
    async with asyncio.timeout(15):
        while not (row := await connection.fetchrow("select created_at from core.notification_log")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await connection.close()
    assert timedelta(0) <= row["created_at"] - at < timedelta(seconds=8)


async def test_names_come_with_the_first_sync_and_ids_without_one_are_asked_once(engine, sandbox):
    character = await engine.sign_in(sandbox.pilots[0])
    await engine.sync(character, requested=True)
    jobs = await engine.rows("select payload from core.jobs where job_type = 'eve.resolve_names'")
    assert jobs
    for job in jobs:
        done = await resolve_names(ResolveNames(tuple(job["payload"]["ids"])), engine.db, engine.esi)
        assert done["unknown"] == 0
    rows = await engine.rows(
        "select n.name from eve.skill_queue q left join eve.names n on n.id = q.skill_id where q.character = $1",
        character,
    )
    assert rows
    assert all(row["name"] for row in rows)

    assert (await resolve_names(ResolveNames((34, 1999999999)), engine.db, engine.esi))["unknown"] == 1
    assert await resolve_names(ResolveNames((34, 1999999999)), engine.db, engine.esi) == {"found": 0, "unknown": 0}
