"""Characters that are kept fresh, through rounds of the core: faults, several workers, and the ends of access."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from guildhall.core.fresh.keeper import Round
from guildhall.core.fresh.messages import RefreshDue
from guildhall.core.fresh.queries.claims import claim
from guildhall.core.jobs.actions import send
from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.packs.eve.characters.actions import remove_character, unlink_character
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.sandbox import FAULTS
from guildhall.packs.eve.sync import syncer as syncs
from guildhall.testing.settings import KEY
from tests.core.jobs.make import start_process, until
from tests.packs.eve.make import Engine, running_engine, running_sandbox

NAME = CHARACTERS.name


@pytest.fixture
async def sandbox():
    async with running_sandbox(pilots=6) as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


async def kept(engine: Engine) -> list[dict[str, Any]]:
    """How all characters stand with the core."""
    return await engine.rows("select * from core.fresh_rows order by key")


async def test_two_workers_share_what_is_due_and_sync_nobody_twice(engine, clone, sandbox):
    for pilot in sandbox.pilots:
        await engine.sign_in(pilot)
    async with running_engine(clone, sandbox, sync_chunk=1) as one, running_engine(clone, sandbox, sync_chunk=1) as two:
        done = await asyncio.gather(one.keeper.round(NAME), two.keeper.round(NAME))

    assert sum(each.refreshed for each in done) == len(sandbox.pilots)
    assert min(each.refreshed for each in done) > 0
    assert {sandbox.asked(pilot, "/skillqueue") for pilot in sandbox.pilots} == {1}
    assert sandbox.calls.early == 0


async def test_characters_of_one_batch_are_read_and_ended_together(engine, sandbox):
    for pilot in sandbox.pilots:
        await engine.sign_in(pilot)
    await engine.keeper.round(NAME)
    sandbox.pass_time(4000)
    sandbox.forget()
    await engine.keeper.round(NAME)  # the statements are prepared
    sandbox.pass_time(10)
    await engine.execute("update core.fresh_rows set due_at = now() - interval '1 hour'")
    statements: list[str] = []
    async with engine.db.read() as tx:
        tx.connection.add_query_logger(lambda record: statements.append(record.query))

    assert await engine.keeper.round(NAME) == Round(refreshed=6)

    # claim, standings, sections, their save, the characters, their end, and the claim that finds nothing
    assert len([one for one in statements if "core.fresh_rows" in one or "eve." in one]) <= 10


async def test_a_dead_worker_s_characters_come_back_with_their_lease_and_not_before(engine, sandbox):
    first = await engine.sign_in(sandbox.pilots[0])
    second = await engine.sign_in(sandbox.pilots[1])
    await engine.execute("update core.fresh_rows set due_at = due_at - interval '1 hour' where key = $1", str(first))
    async with engine.db.write() as tx:  # the worker dies with one
        await claim.many(tx, NAME, tx.now, 1, False, uuid7(), 345.0)

    assert await engine.keeper.round(NAME) == Round(refreshed=1)
    assert await engine.syncer.sync([first], requested=True) == []
    await engine.execute("update core.fresh_rows set leased_until = now() where key = $1", str(first))
    assert await engine.keeper.round(NAME) == Round(refreshed=1)

    assert [sandbox.asked(pilot, "/skillqueue") for pilot in sandbox.pilots[:2]] == [1, 1]
    assert (await engine.kept(second)).leased_until is None


@pytest.mark.slow
async def test_the_characters_of_a_worker_that_is_killed_in_the_middle_are_synced_by_another(
    engine, clone, sandbox, start_worker
):
    for pilot in sandbox.pilots[:3]:
        await engine.sign_in(pilot)
    await engine.execute("delete from core.pgqueuer")
    await engine.execute("delete from core.jobs")
    sandbox.fault("hang", ".*/skillqueue$")
    async with engine.db.write() as tx:
        await send(tx, RefreshDue())
    settings = {**sandbox.settings, "scopes": json.dumps(sandbox.settings["scopes"])}
    process = await start_process(clone, encryption_key=KEY, **{f"eve_{name}": one for name, one in settings.items()})

    async def in_the_middle() -> bool:
        return sum(int(fault.hits) for fault in sandbox.app[FAULTS].view()) > 2

    try:
        await until(in_the_middle, 60)
    finally:
        process.kill()
        await process.wait()
    sandbox.heal()
    rows = await kept(engine)
    assert [row["leased_until"] is not None and row["due_at"] == row["kept_since"] for row in rows] == [True] * 3
    # Six minutes later.
    await engine.execute("update core.fresh_rows set leased_until = now()")

    worker = await start_worker(eve=sandbox.settings)
    await worker.idle()

    rows = await kept(engine)
    assert [(row["failures"], row["refreshed_at"] is not None, row["leased_until"]) for row in rows] == (
        [(0, True, None)] * 3
    )


async def test_while_esi_is_dead_no_character_fails_and_each_comes_back_when_its_sections_may(engine, sandbox):
    characters = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:3]]
    sandbox.fault("dead", "/esi/.*")

    assert await engine.keeper.round(NAME) == Round(refreshed=3)

    rows = await kept(engine)
    assert {row["failures"] for row in rows} == {0}
    assert min(row["due_at"] for row in rows) > engine.clock.now()
    sandbox.heal()
    sandbox.pass_time(3700)
    engine.esi.client.breaker._open_until = 0.0
    assert (await engine.keeper.round(NAME)).refreshed == 3
    assert None not in [(await engine.character(one))["last_sync_at"] for one in characters]


async def test_a_fault_of_ours_with_one_character_delays_that_one_longer_each_time(engine, sandbox, monkeypatch):
    mine, other = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:2]]
    sync_one = engine.syncer._sync_one

    async def odd(held, standing, known, requested, only):
        if held.key == mine:
            raise TypeError("can't compare offset-naive and offset-aware datetimes")
        return await sync_one(held, standing, known, requested, only)

    monkeypatch.setattr(engine.syncer, "_sync_one", odd)
    waits = []
    for refreshed in (1, 0, 0, 0, 0):
        done = await engine.keeper.round(NAME)
        assert (done.refreshed, done.failed) == (refreshed, 1)
        state = await engine.kept(mine)
        waits.append(round((state.due_at - engine.clock.now()) / timedelta(minutes=5)))
        await engine.execute("update core.fresh_rows set due_at = now() where key = $1", str(mine))

    assert waits == [1, 2, 4, 8, 12]
    assert state.last_error.startswith("TypeError")
    assert (await engine.kept(other)).failures == 0
    monkeypatch.undo()
    assert (await engine.keeper.round(NAME)).refreshed == 1
    assert (await engine.kept(mine)).failures == 0


async def test_a_character_whose_content_cannot_be_stored_ends_once_and_with_what_can(engine, sandbox, monkeypatch):
    character = await engine.sign_in(sandbox.pilots[0])
    fetch = syncs.FETCHES["planets"]

    async def odd(asking):
        fetched = await fetch(asking)

        async def store(tx):
            raise ValueError("no room")

        return type(fetched)(store, fetched.cursor, fetched.content_hash)

    monkeypatch.setitem(syncs.FETCHES, "planets", odd)

    assert await engine.keeper.round(NAME) == Round(refreshed=1)
    sections = {row["section"]: row["error"] for row in await engine.of("section_syncs", character) if row["error"]}
    assert list(sections) == ["planets"]
    assert await engine.of("skills", character)
    state = await engine.kept(character)
    assert (state.failures, state.leased_until) == (0, None)


async def test_access_that_ends_during_a_sync_ends_the_key_and_a_sign_in_brings_it_back(engine, sandbox, monkeypatch):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    user_id = (await engine.character(character))["user_id"]
    fetch = syncs.FETCHES["skills"]

    async def sold(asking):
        async with engine.app_db.write(Viewer(user_id)) as tx:
            await unlink_character(tx, user_id, me)
        return await fetch(asking)

    monkeypatch.setitem(syncs.FETCHES, "skills", sold)
    await engine.keeper.round(NAME)
    assert await kept(engine) == []

    monkeypatch.undo()
    assert await engine.sign_in(me, user_id) == character
    state = await engine.kept(character)
    assert (state.user_id, state.failures) == (user_id, 0)
    assert state.due_at <= engine.clock.now()


async def test_a_character_without_anything_to_ask_rests_until_a_sign_in_with_more_rights(engine, sandbox):
    me, user = sandbox.pilots[0], await engine.user()
    character = await engine.sign_in(me, user, scopes=["publicData"])

    assert (await engine.keeper.round(NAME)).forgotten == 1
    assert await kept(engine) == []

    await engine.sign_in(me, user)
    assert (await engine.keeper.round(NAME)).refreshed == 1
    assert (await engine.character(character))["last_sync_at"] is not None


async def test_a_token_that_cannot_be_renewed_rests_until_the_next_sign_in(engine, sandbox):
    me, user = sandbox.pilots[0], await engine.user()
    character = await engine.sign_in(me, user, seconds=10, refresh_token=None)

    assert (await engine.keeper.round(NAME)).forgotten == 1
    assert await engine.kept(character) is None
    await engine.sign_in(me, user)
    assert await engine.kept(character) is not None


async def test_a_sign_in_with_more_rights_during_a_sync_is_synced_at_once(engine, sandbox, monkeypatch):
    me, user = sandbox.pilots[0], await engine.user()
    few = [scope for scope in engine.settings.scopes if "skills" in scope]
    character = await engine.sign_in(me, user, scopes=few)
    fetch, times = syncs.FETCHES["skills"], []

    async def meanwhile(asking):
        times.append(asking.standing.id)
        if len(times) == 1:
            await engine.sign_in(me, user)
        return await fetch(asking)

    monkeypatch.setitem(syncs.FETCHES, "skills", meanwhile)

    assert (await engine.keeper.round(NAME)).refreshed == 2
    assert await engine.of("mails", character)


async def test_a_character_that_is_removed_or_deleted_elsewhere_is_kept_no_longer(engine, sandbox):
    mine, other = [await engine.sign_in(pilot) for pilot in sandbox.pilots[:2]]
    user_id = (await engine.character(mine))["user_id"]
    async with engine.app_db.write(Viewer(user_id)) as tx:
        await remove_character(tx, sandbox.pilots[0])
    assert [row["key"] for row in await kept(engine)] == [str(other)]

    await engine.execute("delete from eve.characters where id = $1", other)
    assert (await engine.keeper.round(NAME)).forgotten == 1
    assert await kept(engine) == []
