"""Accounts that go: what they led passes on, what they were alone in ends, and everything is counted."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, LostRace, PoolSettings
from guildhall.errors import GuildhallError
from guildhall.packs.realm.disbanding.actions import leave_guild
from guildhall.packs.realm.ids import GuildId
from guildhall.packs.realm.parties.actions.parties import leave_party
from guildhall.packs.realm.people.actions.succession import pass_leads_on
from guildhall.packs.realm.treasury.actions import recount
from tests.packs.realm.make import make_player, make_server

GUILDS = "/api/v1/realm/guilds"
PARTIES = "/api/v1/realm/parties"


@pytest.fixture
async def server(guildhall):
    return await make_server(guildhall.runtime.url)


@pytest.fixture
async def rows(guildhall):
    connection = await asyncpg.connect(guildhall.runtime.url)

    async def ask(sql: str, *args: object):
        return await connection.fetch(sql, *args)

    yield ask
    await connection.close()


async def found(guildhall, leader, name="The Iron Lanterns"):
    answer = await guildhall.post(GUILDS, headers=leader.headers, json={"name": name})
    assert answer.status == 201, answer.body
    return answer.json


async def form(guildhall, leader):
    answer = await guildhall.post(PARTIES, headers=leader.headers, json={"max_members": 10})
    assert answer.status == 201, answer.body
    return answer.json["party"]


async def join_guild(rows, guild, person, rank="member", contribution=0):
    await rows("insert into realm.guild_members (guild_id, user_id, rank, contribution) values ($1, $2, $3, $4)",
               guild["id"], person.id, rank, contribution)  # fmt: skip
    await rows("update realm.guilds set member_count = member_count + 1 where id = $1", guild["id"])


async def join_party(rows, party, person):
    await rows("insert into realm.party_members (party_id, user_id) values ($1, $2)", party["id"], person.id)
    await rows("update realm.parties set member_count = member_count + 1 where id = $1", party["id"])


async def go(guildhall, person):
    """Deletes one's account as anybody does."""
    answer = await guildhall.request("DELETE", "/api/v1/me", headers=person.headers, json={})
    assert answer.status == 204, answer.body


async def counted(rows):
    """Every party and guild counts its members, and is led by one of them."""
    for group in ("party", "guild"):
        table = {"party": "parties", "guild": "guilds"}[group]
        rank = {"party": "role", "guild": "rank"}[group]
        wrong = await rows(
            f"""
            select g.id from realm.{table} g
            where g.member_count <> (select count(*) from realm.{group}_members m where m.{group}_id = g.id)
               or (g.member_count > 0) <> exists (
                   select from realm.{group}_members m
                   where m.{group}_id = g.id and m.user_id = g.leader_id and m.{rank} = 'leader')
            """
        )
        assert wrong == []


async def test_a_party_passes_to_the_oldest_and_is_counted(guildhall, server, rows):
    leader, second, third = [await make_player(guildhall, server) for _ in range(3)]
    party = await form(guildhall, leader)
    await join_party(rows, party, second)
    await join_party(rows, party, third)

    await go(guildhall, leader)
    (first,) = await rows("select leader_id, member_count, status from realm.parties")
    told = await rows("select kind, body->>'leader_id' as leader from core.live_events where topic = $1 and not access",
                      f"realm.party:{party['id']}")  # fmt: skip
    await counted(rows)
    await go(guildhall, third)
    (then,) = await rows("select leader_id, member_count from realm.parties")
    await counted(rows)
    await go(guildhall, second)

    assert (first["leader_id"], first["member_count"], first["status"]) == (second.id, 2, "active")
    assert (then["leader_id"], then["member_count"]) == (second.id, 1)
    assert await rows("select 1 from realm.parties") == []
    assert await rows("select 1 from realm.channels") == []
    assert [(row["kind"], row["leader"]) for row in told] == [("leader_changed", str(second.id))]


async def test_a_guild_passes_to_an_officer_then_to_who_gave_most(guildhall, server, rows):
    leader, officer, rich, old = [await make_player(guildhall, server) for _ in range(4)]
    guild = await found(guildhall, leader)
    await join_guild(rows, guild, old)
    await join_guild(rows, guild, rich, contribution=50)
    await join_guild(rows, guild, officer, "officer")

    heirs = []
    for person in (leader, officer, rich):
        await go(guildhall, person)
        await counted(rows)
        (now,) = await rows("select leader_id, member_count from realm.guilds")
        heirs.append((now["leader_id"], now["member_count"]))
    await go(guildhall, old)

    assert heirs == [(officer.id, 3), (rich.id, 2), (old.id, 1)]
    assert await rows("select 1 from realm.guilds") == []
    assert await rows("select 1 from realm.channels") == []


async def test_an_heir_whose_deletion_comes_to_nothing_is_not_passed_over(guildhall, server, rows, clone, jobs_db):
    """Who bans or suspends the leader meanwhile is told to try again; the guild does not stay without an heir."""
    leader, member = await make_player(guildhall, server), await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    await join_guild(rows, guild, member)

    async def pass_on():
        async with jobs_db.write() as tx:
            await pass_leads_on(tx, leader.id, guild=True)

    deleting = await asyncpg.connect(clone)
    await deleting.execute("begin")
    await deleting.execute("select 1 from realm.users where id = $1 for update", member.id)
    with pytest.raises(LostRace):
        await pass_on()
    (during,) = await rows("select leader_id from realm.guilds")
    await deleting.execute("rollback")
    await deleting.close()
    await pass_on()
    (after,) = await rows("select leader_id from realm.guilds")
    await counted(rows)

    assert (during["leader_id"], after["leader_id"]) == (leader.id, member.id)


async def test_a_guild_without_an_able_heir_stays_as_it_is(guildhall, server, rows, jobs_db):
    leader, member = await make_player(guildhall, server), await make_player(guildhall, server, is_active=False)
    guild = await found(guildhall, leader)
    await join_guild(rows, guild, member)

    async with jobs_db.write() as tx:
        await pass_leads_on(tx, leader.id, guild=True)

    (row,) = await rows("select leader_id, member_count from realm.guilds")
    assert (row["leader_id"], row["member_count"]) == (leader.id, 2)


async def test_the_ledger_stays_without_the_name(guildhall, server, rows):
    leader, officer = await make_player(guildhall, server), await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    await join_guild(rows, guild, officer, "officer")
    for person, amount in ((leader, 100), (officer, 20), (leader, 3)):
        url = f"{GUILDS}/{guild['id']}/treasury/deposits"
        body = {"amount": amount, "client_key": f"same{amount // 50}"}
        assert (await guildhall.post(url, headers=person.headers, json=body)).status == 201

    await go(guildhall, leader)

    ledger = await rows("select user_id, amount, balance_after from realm.guild_ledger order by number")
    assert [(row["user_id"], row["amount"], row["balance_after"]) for row in ledger] == [
        (None, 100, 100), (officer.id, 20, 120), (None, 3, 123),
    ]  # fmt: skip
    check = await guildhall.get(f"{GUILDS}/{guild['id']}/treasury/check", headers=officer.headers)
    assert check.json["sound"] is True
    shown = await guildhall.get(f"{GUILDS}/{guild['id']}/treasury", headers=officer.headers)
    assert (shown.json["balance"], shown.json["items"][0]["user_id"]) == (123, None)
    # two who used the same key and have both gone do not stand in each other's way
    await rows("delete from core.users where id = $1", officer.id)


async def test_a_war_with_a_guild_that_vanishes_is_over_for_the_other(guildhall, server, rows):
    leaders = [await make_player(guildhall, server) for _ in range(2)]
    guilds = [await found(guildhall, leader, f"Guild {number}") for number, leader in enumerate(leaders)]
    await guildhall.post(f"{GUILDS}/{guilds[0]['id']}/wars", headers=leaders[0].headers,
                         json={"defender_id": guilds[1]["id"]})  # fmt: skip
    await rows("update realm.guild_wars set status = 'active'")
    await rows("select realm.settle_guilds(array(select id from realm.guilds))")

    await go(guildhall, leaders[0])

    (left,) = await rows("select id, war_status from realm.guilds")
    assert (str(left["id"]), left["war_status"]) == (guilds[1]["id"], "peace")
    assert await rows("select 1 from realm.guild_wars") == []


async def test_what_a_person_did_in_groups_is_in_the_export(guildhall, server, rows):
    leader, friend = await make_player(guildhall, server), await make_player(guildhall, server)
    guild, party = await found(guildhall, leader), await form(guildhall, leader)
    await guildhall.post(f"{GUILDS}/{guild['id']}/treasury/deposits", headers=leader.headers,
                         json={"amount": 9, "client_key": "k"})  # fmt: skip
    await guildhall.post(
        f"{GUILDS}/{guild['id']}/invitations", headers=leader.headers, json={"user_id": str(friend.id)}
    )

    answer = await guildhall.get("/api/v1/me/export", headers=leader.headers)
    of_friend = (await guildhall.get("/api/v1/me/export", headers=friend.headers)).json

    told = answer.json
    assert answer.status == 200
    tables = told.get("tables", told)
    assert [row["id"] for row in tables["realm.guilds"]] == [guild["id"]]
    assert [row["id"] for row in tables["realm.parties"]] == [party["id"]]
    assert [row["amount"] for row in tables["realm.guild_ledger"]] == [9]
    assert [row["rank"] for row in tables["realm.guild_members"]] == ["leader"]
    assert [row["of_you"] for row in tables["realm.guild_invitations"]] == [False]
    of_friend = of_friend.get("tables", of_friend)
    assert [row["of_you"] for row in of_friend["realm.guild_invitations"]] == [True]
    assert of_friend["realm.guild_ledger"] == []


async def test_accounts_go_while_others_leave_and_join(guildhall, server, rows, clone):
    """Whoever comes first, everything is counted at the end and somebody who is there leads."""
    people = [await make_player(guildhall, server) for _ in range(24)]
    guild, party = await found(guildhall, people[0]), await form(guildhall, people[0])
    for number, person in enumerate(people[1:16]):
        await join_guild(rows, guild, person, "officer" if number % 5 == 0 else "member")
    for person in people[1:9]:
        await join_party(rows, party, person)
    for person in people[16:]:
        await rows("insert into realm.guild_invitations (guild_id, user_id, expires_at) "
                   "values ($1, $2, now() + interval '1 hour')", guild["id"], person.id)  # fmt: skip
    pool = await Database.open(PoolSettings(clone, APP, smallest=16, largest=32, acquire_timeout=30), Clock())

    async def delete(person):
        connection = await asyncpg.connect(clone)
        try:
            for _ in range(20):
                try:
                    await connection.execute("delete from core.users where id = $1", person.id)
                    return
                except asyncpg.DeadlockDetectedError:
                    continue
            raise AssertionError("an account could not be deleted in twenty tries")
        finally:
            await connection.close()

    async def leave(person, action, group):
        for _ in range(20):
            try:
                await pool.transact(lambda tx: action(tx, UUID(group["id"])), Viewer(person.id))
                return
            except LostRace:
                continue
            except GuildhallError:
                return

    await asyncio.gather(
        *(delete(person) for person in people[:6]),
        *(leave(person, leave_guild, guild) for person in people[4:10]),
        *(leave(person, leave_party, party) for person in people[2:7]),
        *(guildhall.post(f"{GUILDS}/{guild['id']}/acceptance", headers=person.headers) for person in people[16:]),
    )

    await counted(rows)
    async with pool.read() as tx:
        check = await recount(tx, GuildId(UUID(guild["id"])))
    await pool.close()
    assert check.sound
    # of the sixteen ten have gone in one way or the other; those who were asked are in, or lost a race
    there = {row["user_id"] for row in await rows("select user_id from realm.guild_members")}
    assert {person.id for person in people[10:16]} <= there
    assert not there & {person.id for person in people[:10]}
    assert {person.id for person in people[:6]}.isdisjoint(
        {row["user_id"] for row in await rows("select user_id from realm.party_members")}
    )
