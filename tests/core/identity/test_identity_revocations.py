"""What ends is known in every process: while the connection that tells of it is lost, and after."""

import asyncio
from uuid import UUID

import asyncpg

from guildhall.core.identity.principals.revocations import Revocations
from guildhall.testing.people import sign_in

SESSIONS = "/api/v1/me/sessions"


async def until_current(revocations):
    async with asyncio.timeout(10):
        while not revocations.current:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_ends_while_the_listener_is_lost_is_dead_all_the_same(guildhall, clone):
    people = [await sign_in(guildhall) for _ in range(6)]
    kept = await sign_in(guildhall)
    revocations = guildhall.runtime.provided[Revocations]
    assert (await guildhall.get(SESSIONS, headers=kept.headers)).status == 200
    await until_current(revocations)
    admin = await asyncpg.connect(clone)
    kill = """
        select count(pg_terminate_backend(pid)) from pg_stat_activity
        where application_name = 'guildhall-listener' and datname = current_database()
    """

    for index, person in enumerate(people):
        if index % 2 == 0:
            assert await admin.fetchval(kill) == 1
            while revocations.current:  # noqa: ASYNC110 (the driver has to notice)
                await asyncio.sleep(0.001)
        await admin.execute("update core.sessions set ended_at = now() where id = $1", person.session_id)
        if index % 2:
            await revocations.settle()
        answer = await guildhall.get(SESSIONS, headers=person.headers)
        assert (answer.status, answer.code) == (401, "identity.session_ended"), index
        assert (await guildhall.get(SESSIONS, headers=kept.headers)).status == 200
        await until_current(revocations)

    await until_current(revocations)
    for person in people:
        assert (await guildhall.get(SESSIONS, headers=person.headers)).status == 401
    await admin.close()


async def test_what_access_tokens_outlive_is_remembered_and_no_longer(guildhall):
    revocations = guildhall.runtime.provided[Revocations]
    ann = await sign_in(guildhall)
    await until_current(revocations)
    now = guildhall.runtime.clock.timestamp()
    for age in (2000, 1500, 1021, 1000, 0):
        revocations._note(ann.session_id if age == 0 else UUID(int=age), now - age)

    assert {one.int for one in revocations._known if one.int < 9999} == {1000}


async def test_a_rotation_of_roles_is_told_once_a_change(guildhall, clone):
    ann = await sign_in(guildhall)
    admin = await asyncpg.connect(clone)
    for sql in ("name = 'Ann'", "role = 'member'", "updated_at = now()"):
        await admin.execute(f"update core.users set {sql} where id = $1", ann.id)
    assert await admin.fetchval("select count(*) from core.revocations") == 0

    await admin.execute("update core.users set role = 'admin' where id = $1", ann.id)

    assert await admin.fetchval("select subject from core.revocations") == ann.id
    await admin.close()
