"""A row that somebody has locked for an instant is waited for: nothing is left for a later minute because of it."""

import asyncio
import contextlib

import pytest

from guildhall.core.fresh.messages import RefreshDue
from guildhall.core.jobs.actions import send
from guildhall.db.connection import connect
from tests.packs.eve.make import running_engine, running_sandbox


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


@contextlib.asynccontextmanager
async def locked(clone, character, table="core.fresh_rows", key="key"):
    """Lock a row of a character, as a sign-in does."""
    other = await connect(clone)
    try:
        async with other.transaction():
            await other.execute(f"select from {table} where {key}::text = $1 for update", str(character))
            yield
    finally:
        await other.close()


async def test_a_sync_of_many_takes_those_along_whose_row_was_locked(engine, clone, sandbox):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:3]]

    async with locked(clone, characters[1]):
        syncing = asyncio.create_task(engine.syncer.sync(characters, requested=True))
        await asyncio.sleep(0.3)
    reports = await asyncio.wait_for(syncing, 20)

    assert {report.character_id for report in reports} == set(sandbox.pilots[:3])


async def test_those_whose_row_stays_locked_hold_the_others_up_for_a_moment_only(engine, clone, sandbox):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:3]]

    async with locked(clone, characters[1]):
        reports = await asyncio.wait_for(engine.syncer.sync(characters, requested=True), 20)

    assert {report.character_id for report in reports} == {sandbox.pilots[0], sandbox.pilots[2]}
    assert await engine.rows("select key from core.fresh_rows where leased_until is not null") == []


async def test_a_character_whose_row_was_locked_is_synced_in_the_same_minute(engine, clone, sandbox, start_worker):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:3]]
    await engine.execute("delete from core.pgqueuer")
    await engine.execute("delete from core.jobs")
    worker = await start_worker(eve=sandbox.settings)

    async with locked(clone, characters[1]):
        async with engine.db.write() as tx:
            await send(tx, RefreshDue())
        await asyncio.sleep(0.5)
    await worker.idle()

    (job,) = await engine.rows("select result from core.jobs where job_type = 'fresh.refresh_kept'")
    assert job["result"]["refreshed"] == 3
    assert await engine.rows("select id from eve.characters where last_sync_at is null") == []


async def test_a_token_whose_row_was_locked_is_refreshed_in_the_same_minute(engine, clone, sandbox):
    characters = [await engine.sign_in(pilot, seconds=240) for pilot in sandbox.pilots[:3]]
    await engine.execute("update eve.characters set refresh_due_at = now()")

    async with locked(clone, characters[1], "eve.characters", "id"):
        refreshing = asyncio.create_task(engine.refresher.refresh_due())
        await asyncio.sleep(0.3)
    counts = await asyncio.wait_for(refreshing, 20)

    assert counts == {"refreshed": 3, "failed": 0}
