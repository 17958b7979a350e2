"""The engine's jobs in a real worker."""

import pytest

from guildhall.core.fresh.messages import RefreshDue
from guildhall.core.fresh.queries.claims import claim
from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.core.jobs.actions import send
from guildhall.ids import uuid7
from guildhall.packs.eve.characters.messages import CharacterSold
from guildhall.packs.eve.status.messages import SyncStatus
from guildhall.packs.eve.tokens.messages import RefreshTokens
from tests.packs.eve.make import running_engine, running_sandbox


@pytest.fixture
async def sandbox():
    async with running_sandbox(pilots=8) as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


async def run(engine, worker, messages):
    """Send and wait for the end; jobs that failed."""
    async with engine.db.write() as tx:
        await tx.connection.execute("delete from core.jobs where status = 'failed'")
        for message in messages:
            await send(tx, message)
    await worker.idle()
    return await engine.rows("select job_type, error from core.jobs where status = 'failed'")


async def test_a_minute_of_the_schedule_refreshes_and_syncs_all_that_is_due(engine, sandbox, start_worker):
    for one in sandbox.pilots:
        await engine.sign_in(one, seconds=240)
    await engine.execute("delete from core.pgqueuer")
    await engine.execute("delete from core.jobs")
    await engine.execute("update eve.characters set refresh_due_at = now()")
    worker = await start_worker(eve={**sandbox.settings, "sync_chunk": 3})

    failed = await run(engine, worker, [RefreshTokens(), RefreshDue(), SyncStatus()])

    assert failed == []
    assert await engine.rows("select 1 from eve.characters where last_sync_at is null") == []
    kept = await engine.rows("select due_at, leased_until, failures from core.fresh_rows where name = 'eve_characters'")
    assert len(kept) == 8
    assert all(row["due_at"] > engine.clock.now() for row in kept)
    assert {(row["leased_until"], row["failures"]) for row in kept} == {(None, 0)}
    rounds = await engine.rows("select result from core.jobs where job_type = 'fresh.refresh_kept'")
    assert sum(row["result"]["refreshed"] for row in rounds) == 8
    assert {view.refreshed for view in sandbox.calls.refreshes.values()} == {1}
    assert sandbox.calls.early == 0
    assert (await engine.row("select online from eve.server_status"))["online"] is True


async def test_users_who_are_here_and_those_who_pay_come_first(engine, sandbox):
    idle = await engine.sign_in(sandbox.pilots[0])
    await engine.execute("update core.sessions set last_used_at = now() - interval '3 days'")
    paying = await engine.sign_in(sandbox.pilots[1], await engine.user(subscription_tier="premium"))
    await engine.execute("update core.sessions set last_used_at = now() - interval '2 days'")
    here = await engine.sign_in(sandbox.pilots[2])

    async def order():
        await engine.execute("update core.fresh_rows set due_at = now() - interval '1 hour', leased_until = null")
        await engine.execute("update core.fresh_rows set due_at = now() - interval '2 hours' where key = $1", str(idle))
        await engine.keeper.rank("eve_characters")
        claimed = []
        for _ in range(3):
            async with engine.db.write() as tx:
                claimed += await claim.many(tx, "eve_characters", tx.now, 1, False, uuid7(), 60.0)
        return [row.key for row in claimed]

    assert await order() == [str(here), str(paying), str(idle)]

    # The first has left, the subscription of the second has ended, and the third is back.
    await engine.execute("update core.users set subscription_tier = 'free'")
    await engine.execute("update core.sessions set ended_at = now() where last_used_at > now() - interval '1 hour'")
    back = (await engine.character(idle))["user_id"]
    await engine.execute("update core.sessions set last_used_at = now() where user_id = $1", back)
    assert (await order())[0] == str(idle)


async def test_an_unlinked_identity_ends_access_and_one_linked_again_does_not(engine, sandbox, start_worker):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    user_id = (await engine.character(character))["user_id"]
    worker = await start_worker(eve=sandbox.settings)
    await engine.execute(
        "insert into core.identities (id, user_id, provider, subject) values (gen_random_uuid(), $1, 'eve', $2)",
        user_id, str(me),
    )  # fmt: skip

    assert await run(engine, worker, [IdentityUnlinked(user_id, "eve", str(me))]) == []
    assert (await engine.character(character))["token_state"] == "valid"

    await engine.execute("delete from core.identities")
    assert await run(engine, worker, [IdentityUnlinked(user_id, "eve", str(me))]) == []
    assert (await engine.character(character))["token_state"] == "removed"
    assert await engine.rows("select 1 from eve.pending_revocations") == []
    assert await engine.of("section_syncs", character)


async def test_a_deleted_account_leaves_no_row_and_no_token(engine, sandbox, start_worker):
    character = await engine.sign_in(sandbox.pilots[0])
    await engine.sync(character, requested=True)
    user_id = (await engine.character(character))["user_id"]
    worker = await start_worker(eve=sandbox.settings)
    await engine.execute("delete from core.users where id = $1", user_id)
    assert len(await engine.rows("select 1 from eve.pending_revocations")) == 1

    assert await run(engine, worker, [AccountDeleted(user_id)]) == []

    assert await engine.rows("select 1 from eve.pending_revocations") == []
    tables = await engine.rows(
        "select table_name as name from information_schema.columns "
        "where table_schema = 'eve' and column_name = 'user_id' and table_name !~ '_(default|[0-9]{4}_[0-9]{2})$'"
    )
    assert len(tables) > 20
    for table in tables:
        assert await engine.rows(f"select 1 from eve.{table['name']} where user_id = $1", user_id) == [], table


async def test_the_former_owner_of_a_sold_character_is_told_once(engine, sandbox, start_worker):
    old = await engine.sign_in(sandbox.pilots[0])
    user_id = (await engine.character(old))["user_id"]
    sandbox.pilot(sandbox.pilots[0]).owners += 1
    await engine.sign_in(sandbox.pilots[0])
    worker = await start_worker(eve=sandbox.settings)

    assert await run(engine, worker, [CharacterSold(old), CharacterSold(old)]) == []

    told = await engine.rows("select type from core.notification_log where user_id = $1", user_id)
    assert [one["type"] for one in told] == ["character_sold"]


async def test_a_sync_that_is_asked_for_during_another_comes_after_it(engine, sandbox, start_worker):
    character = await engine.sign_in(sandbox.pilots[0])
    await engine.execute("update core.fresh_rows set leased_until = now() + interval '3 seconds'")
    worker = await start_worker(eve=sandbox.settings)

    assert await run(engine, worker, []) == []

    assert (await engine.character(character))["last_sync_at"] is not None
