"""Blocks: who is kept away from whom, and rows that came from the realm."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.core.social.blocks.actions import blocked_between
from guildhall.db import migrate
from guildhall.db.policies import Viewer
from guildhall.ids import UserId, uuid7
from guildhall.testing.people import make_user
from tests.core.social.make import API, follow, make_people, make_person


async def block(person, other):
    done = await person.put(f"{API}/me/blocks/{other.id}")
    assert done.status == 204, done


async def test_a_block_ends_follows_both_ways_and_keeps_apart(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    await follow(anna, bert)
    await follow(bert, anna)
    await block(anna, bert)
    await block(anna, bert)

    theirs = await bert.put(f"{API}/me/following/{anna.id}")
    mine = await anna.put(f"{API}/me/following/{bert.id}")
    listed = (await anna.get(f"{API}/me/blocks")).json["items"]
    shown = (await anna.get(f"{API}/profiles/bert")).json
    seen = (await bert.get(f"{API}/profiles/anna")).json

    assert (theirs.status, theirs.code) == (403, "social.blocked")
    assert (mine.status, mine.code) == (409, "social.blocked_by_you")
    assert [(one["user_id"], one["handle"]) for one in listed] == [(str(bert.id), "bert")]
    assert (await bert.get(f"{API}/me/blocks")).json == {"items": [], "next": None}
    assert (shown["blocked_by_you"], seen["blocked_by_you"]) == (True, False)
    assert (shown["followers"], shown["following"], seen["followers"]) == (0, 0, 0)
    assert [(await anna.delete(f"{API}/me/blocks/{bert.id}")).status for _ in range(2)] == [204, 204]
    assert (await bert.put(f"{API}/me/following/{anna.id}")).status == 204


async def test_whom_one_may_block(start_guildhall):
    guildhall = await start_guildhall(social={"blocks_most": 2})
    anna = await guildhall.sign_in()
    others = [await guildhall.sign_in() for _ in range(3)]

    answers = [await anna.put(f"{API}/me/blocks/{one.id}") for one in others]

    assert [one.status for one in answers] == [204, 204, 409]
    assert answers[2].code == "social.too_many_blocks"
    assert (await anna.put(f"{API}/me/blocks/{others[0].id}")).status == 204
    assert (await others[0].put(f"{API}/me/blocks/{others[0].id}")).code == "social.to_yourself"
    assert (await others[0].put(f"{API}/me/blocks/{uuid7()}")).code == "social.person_not_found"
    assert (await others[0].delete(f"{API}/me/blocks/{uuid7()}")).code == "social.person_not_found"
    assert (await others[0].delete(f"{API}/me/blocks/{anna.id}")).status == 204
    first = await anna.items(f"{API}/me/blocks?limit=1")
    assert [one["user_id"] for one in first] == sorted(str(one.id) for one in others[:2])
    assert (await anna.get(f"{API}/me/blocks?after=nonsense")).code == "bad_cursor"


async def test_following_while_blocking_leaves_no_follow(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])

    for _ in range(10):
        await asyncio.gather(
            *(bert.put(f"{API}/me/following/{anna.id}") for _ in range(4)),
            anna.put(f"{API}/me/blocks/{bert.id}"),
            *(anna.put(f"{API}/me/following/{bert.id}") for _ in range(4)),
        )
        assert await guildhall.rows("select from core.user_follows") == []
        await anna.delete(f"{API}/me/blocks/{bert.id}")

    assert (await guildhall.get(f"{API}/profiles/anna")).json["followers"] == 0


async def test_a_follow_that_is_under_way_goes_with_the_block(guildhall, clone):
    """The follow has checked and written, and commits after the block has begun to wait."""
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    under_way = await asyncpg.connect(clone)
    transaction = under_way.transaction()
    await transaction.start()
    await under_way.execute("select core.lock_pair($1, $2)", anna.id, bert.id)
    await under_way.execute(
        "insert into core.user_follows (follower_id, following_id) values ($1, $2)", bert.id, anna.id
    )
    blocking = asyncio.create_task(block(anna, bert))
    for _ in range(500):
        if await under_way.fetchval("select count(*) from pg_locks where locktype = 'advisory' and not granted"):
            break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("the block did not wait")
    await transaction.commit()
    await blocking
    await under_way.close()

    assert await guildhall.rows("select from core.user_follows") == []


async def test_lists_hide_people_with_whom_a_block_stands_between(guildhall):
    anna, bert, cleo, star = await make_people(guildhall, ["anna", "bert", "cleo", "star"])
    for person in (anna, bert, cleo):
        await follow(person, star)
        await follow(star, person)
    await block(anna, bert)
    await block(cleo, anna)

    for side in ("followers", "following"):
        of_star = f"{API}/profiles/star/{side}"
        seen = [[one["person"]["handle"] for one in await who.items(of_star)] for who in (anna, bert, cleo, guildhall)]
        assert seen == [["anna"], ["cleo", "bert"], ["cleo", "bert"], ["cleo", "bert", "anna"]]
    shown = [(await who.get(f"{API}/profiles/star")).json for who in (anna, bert, cleo, guildhall)]
    assert [(one["followers"], one["following"]) for one in shown] == [(1, 1), (2, 2), (2, 2), (3, 3)]


async def test_packs_ask_for_blocks_of_their_viewer(guildhall, jobs_db):
    anna, bert, cleo = await make_people(guildhall, ["anna", "bert", "cleo"])
    await block(anna, bert)
    db = guildhall.runtime.db

    for viewer in (anna, bert):
        async with db.read(viewer.viewer) as tx:
            assert await blocked_between(tx, anna.id, bert.id)
            assert await blocked_between(tx, bert.id, anna.id)
            assert not await blocked_between(tx, viewer.id, viewer.id)
    async with jobs_db.read() as tx:
        assert await blocked_between(tx, bert.id, anna.id)
        assert not await blocked_between(tx, cleo.id, anna.id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.read(cleo.viewer) as tx:
            await blocked_between(tx, anna.id, bert.id)


async def test_the_blocked_person_may_not_lift_the_block(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    await block(anna, bert)

    async with guildhall.runtime.db.write(bert.viewer) as tx:
        assert await tx.connection.fetchval("select count(*) from core.blocks") == 1
        assert await tx.connection.execute("delete from core.blocks") == "DELETE 0"
        assert await tx.connection.execute("update core.blocks set created_at = now()") == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with guildhall.runtime.db.write(Viewer(bert.id)) as tx:
            await tx.connection.execute(
                "insert into core.blocks (user_id, blocked_id) values ($1, $2)", anna.id, bert.id
            )


async def test_a_block_of_the_realm_holds_here_and_the_other_way_round(guildhall):
    anna = await make_person(guildhall, "anna")
    bert = await make_person(guildhall, "bert")
    server = uuid4()
    await guildhall.execute("insert into realm.servers (id, name, region) values ($1, 'Here', 'eu')", server)
    for person, name in ((anna, "Anna"), (bert, "Bert")):
        await person.put(f"{API}/realm/me", json={"username": name, "server_id": str(server)})

    there = await anna.put(f"{API}/realm/blocks/{bert.id}")
    here = await bert.put(f"{API}/me/following/{anna.id}")
    lifted = await anna.delete(f"{API}/me/blocks/{bert.id}")
    written = await bert.post(f"{API}/realm/direct/{anna.id}/messages", json={"content": "hi"})
    await block(anna, bert)
    denied = await bert.post(f"{API}/realm/direct/{anna.id}/messages", json={"content": "hi"})

    assert (there.status, here.code, lifted.status, written.status) == (204, "social.blocked", 204, 201)
    assert denied.code == "realm.blocked"


async def test_the_realm_s_blocks_move_to_the_core_and_back(clone):
    slices = branches(BUILT_IN)
    await migrate.downgrade(clone, slices, "realm_0013")
    admin = await asyncpg.connect(clone)
    try:
        one, two, three = [UserId(await make_user(admin)) for _ in range(3)]
        server = uuid4()
        await admin.execute("insert into realm.servers (id, name, region) values ($1, 'Here', 'eu')", server)
        for person, name in ((one, "one"), (two, "two")):
            await admin.execute(
                "insert into realm.users (id, username, server_id) values ($1, $2, $3)", person, name, server
            )
        await admin.execute("insert into realm.blocks (user_id, blocked_id) values ($1, $2)", one, two)
        before = await admin.fetch("select * from realm.blocks")

        await migrate.upgrade(clone, slices)
        moved = await admin.fetch("select user_id, blocked_id, created_at from core.blocks")
        await admin.execute("insert into core.blocks (user_id, blocked_id) values ($1, $2)", three, one)
        await migrate.downgrade(clone, slices, "realm_0013")
        after = await admin.fetch("select * from realm.blocks")
        left = await admin.fetch("select user_id from core.blocks")
        await migrate.upgrade(clone, slices)
        again = await admin.fetchval("select count(*) from core.blocks")
    finally:
        await admin.close()

    assert moved == before == after
    assert [row["user_id"] for row in left] == [three]
    assert again == 2
