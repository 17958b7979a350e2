"""Somebody who leads is removed in another way than leaving: others lead on, or who keeps order sees to it."""

from typing import Any

import asyncpg
import pytest

from guildhall.core.identity.accounts.actions import suspend
from guildhall.packs.realm.people.actions.succession import pass_on_if_suspended
from guildhall.testing.people import sign_in
from tests.packs.realm.make import insert, make_player, make_server

API = "/api/v1/realm"
WAYS = ("ban for good", "ban for an hour", "made inactive", "suspended", "account goes")
GROUPS = ("guild", "party", "raid")


class Place:
    """A server with people who keep order, and a leader with a member of something."""

    def __init__(self, guildhall, server, jobs_db) -> None:
        self.guildhall = guildhall
        self.server = server
        self.jobs_db = jobs_db

    async def begin(self):
        self.leader, self.member = [await make_player(self.guildhall, self.server) for _ in range(2)]
        self.moderator = await make_player(self.guildhall, self.server, badge="moderator")
        self.platform = await sign_in(self.guildhall, role="admin")
        return self

    async def ask(self, method, path, who, **body):
        options = {"json": body} if body else {}
        return await self.guildhall.request(method, API + path, headers=who.headers, **options)

    async def rows(self, sql, *args: Any):
        connection = await asyncpg.connect(self.guildhall.runtime.url)
        try:
            return await connection.fetch(sql, *args)
        finally:
            await connection.close()

    async def make(self, group, *, alone=False):
        """The path of a group that the leader leads, and its id."""
        if group == "raid":
            plan = {"name": "Night", "boss_name": "Omen"}
            made = await self.ask("POST", f"/servers/{self.server}/raids", self.leader, **plan)
            group_id = made.json["id"]
            if not alone:
                joined = {"role": "dps", "state": "coming", "class": "mage"}
                answer = await self.ask("PUT", f"/raids/{group_id}/signups/me", self.member, **joined)
                assert answer.status == 200, answer.body
            return f"/raids/{group_id}", group_id
        plural = {"guild": "guilds", "party": "parties"}[group]
        body: dict[str, Any] = {"name": "The Iron Lanterns"} if group == "guild" else {"max_members": 5}
        made = await self.ask("POST", f"/{plural}", self.leader, **body)
        assert made.status == 201, made.body
        group_id = made.json["id"] if group == "guild" else made.json["party"]["id"]
        if not alone:
            await insert(self.guildhall.runtime.url, f"realm.{group}_members",
                         {f"{group}_id": group_id, "user_id": self.member.id})  # fmt: skip
            await self.rows(f"update realm.{plural} set member_count = 2 where id = $1", group_id)
        return f"/{plural}/{group_id}", group_id

    async def remove(self, way):
        """Remove the leader."""
        if way.startswith("ban"):
            until = {} if way == "ban for good" else {"until": await self.in_an_hour()}
            body = {"user_id": str(self.leader.id), "kind": "ban", "reason": "shouts", **until}
            answer = await self.ask("POST", f"/servers/{self.server}/sanctions", self.moderator, **body)
            assert answer.status == 201, answer.body
        elif way == "made inactive":
            body = {"is_active": False, "reason": "gone"}
            answer = await self.ask("PATCH", f"/users/{self.leader.id}", self.platform, **body)
            assert answer.status == 200, answer.body
        elif way == "suspended":
            async with self.jobs_db.write() as tx:
                await suspend(tx, self.leader.id)
            ordered = await self.rows("select 1 from core.jobs where job_type = 'identity.account_suspended'")
            assert len(ordered) == 1
            assert await self.jobs_db.transact(lambda tx: pass_on_if_suspended(tx, self.leader.id))
        else:
            gone = await self.guildhall.request("DELETE", "/api/v1/me", headers=self.leader.headers, json={})
            assert gone.status == 204, gone.body

    async def in_an_hour(self):
        ((at,),) = await self.rows("select now() + interval '1 hour'")
        return at.isoformat()

    async def leader_of(self, group, group_id):
        table = {"guild": "guilds", "party": "parties", "raid": "raids"}[group]
        rows = await self.rows(f"select leader_id from realm.{table} where id = $1", group_id)
        return rows[0]["leader_id"] if rows else None


@pytest.fixture
async def place(guildhall, jobs_db):
    return await Place(guildhall, await make_server(guildhall.runtime.url), jobs_db).begin()


@pytest.mark.parametrize("way", WAYS)
async def test_somebody_who_may_come_leads_on(place, way):
    made = {group: (await place.make(group))[1] for group in GROUPS}

    await place.remove(way)

    leaders = {group: await place.leader_of(group, made[group]) for group in GROUPS}
    waits = way == "ban for an hour"
    assert leaders == {
        "guild": place.leader.id if waits else place.member.id, "party": place.member.id, "raid": place.member.id,
    }  # fmt: skip
    rows = await place.rows("select user_id, rank from realm.guild_members order by rank")
    if way != "account goes":
        assert {row["user_id"]: row["rank"] for row in rows} == {
            place.leader.id: "leader" if waits else "member", place.member.id: "member" if waits else "leader",
        }  # fmt: skip
    assert [row["user_id"] for row in await place.rows("select user_id from realm.party_members")] == [place.member.id]


@pytest.mark.parametrize("way", [way for way in WAYS if way != "account goes"])
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("keeper", ["moderator", "platform"])
async def test_who_keeps_order_ends_what_nobody_is_left_to_lead(place, way, group, keeper):
    path, group_id = await place.make(group, alone=True)
    if group == "guild":
        body = {"amount": 700, "client_key": "k"}
        assert (await place.ask("POST", f"{path}/treasury/deposits", place.leader, **body)).status == 201
    if group == "raid":
        await place.rows("update realm.raids set status = 'in_progress', start_time = now() where id = $1", group_id)
    await place.remove(way)
    stranger = await make_player(place.guildhall, await make_server(place.guildhall.runtime.url), badge="admin")

    if group != "party":  # whose last member is gone: it has ended
        assert (await place.ask("GET", path, getattr(place, keeper))).status == 200
        assert (await place.ask("DELETE", path, place.member)).status in (403, 404)
        assert (await place.ask("DELETE", path, stranger)).status in (403, 404)
        answer = await place.ask("DELETE", path, getattr(place, keeper))
        assert answer.status == 204, answer.body
    if group == "raid":
        assert await place.leader_of(group, group_id) is None
    else:
        table = {"guild": "guilds", "party": "parties"}[group]
        (row,) = await place.rows(f"select disbanded_at from realm.{table} where id = $1", group_id)
        assert row["disbanded_at"] is not None
    if group == "guild":
        ledger = await place.rows("select amount, kind, balance_after from realm.guild_ledger order by number")
        assert [tuple(row) for row in ledger] == [(700, "deposit", 700), (-700, "fee", 0)]


@pytest.mark.parametrize("keeper", ["moderator", "platform"])
async def test_who_keeps_order_hands_on_what_a_leader_cannot(place, keeper):
    """A ban of an hour leaves the guild to its leader; its people need not wait."""
    path, guild_id = await place.make("guild")
    await place.remove("ban for an hour")
    third = await make_player(place.guildhall, place.server)
    await insert(place.guildhall.runtime.url, "realm.guild_members", {"guild_id": guild_id, "user_id": third.id})
    await place.rows("update realm.guilds set member_count = 3")
    who = getattr(place, keeper)

    assert (await place.ask("PUT", f"{path}/leader", place.member, user_id=str(third.id))).status == 403
    listed = await place.ask("GET", f"{path}/members", who)
    handed = await place.ask("PUT", f"{path}/leader", who, user_id=str(third.id))
    ranked = await place.ask("PUT", f"{path}/members/{place.member.id}/rank", who, rank="officer")
    renamed = await place.ask("PATCH", path, who, name="The Tin Lanterns")
    kicked = await place.ask("DELETE", f"{path}/members/{third.id}", who)

    assert [answer.status for answer in (listed, handed, ranked, renamed)] == [200] * 4
    assert kicked.status == 204, kicked.body
    assert handed.json["leader_id"] == str(third.id)
    assert await place.leader_of("guild", guild_id) == place.member.id
    kept = await place.rows(
        "select act, actor_id from core.audit_log where context->>'guild_id' = $1::uuid::text order by id", guild_id
    )
    assert [row["act"] for row in kept] == [
        "guild_handed_on", "guild_member_promoted", "guild_changed", "guild_member_kicked",
    ]  # fmt: skip
    assert {row["actor_id"] for row in kept} == {who.id}


@pytest.mark.parametrize("keeper", ["moderator", "platform"])
@pytest.mark.parametrize("group", ["party", "raid"])
async def test_who_keeps_order_hands_on_parties_and_raids(place, group, keeper):
    path, group_id = await place.make(group)
    who = getattr(place, keeper)

    answer = await place.ask("PUT", f"{path}/leader", who, user_id=str(place.member.id))

    assert answer.status == 200, answer.body
    assert await place.leader_of(group, group_id) == place.member.id
    assert (await place.ask("PUT", f"{path}/leader", place.leader, user_id=str(place.leader.id))).status == 403
    (row,) = await place.rows("select actor_id, subject_id from core.audit_log where act like '%_on'")
    assert (row["actor_id"], row["subject_id"]) == (who.id, place.leader.id)


async def test_an_heir_may_come_before_one_who_may_not(place):
    """Who is banned or inactive leads next only when nobody else is there."""
    path, guild_id = await place.make("guild")
    third = await make_player(place.guildhall, place.server)
    await insert(place.guildhall.runtime.url, "realm.guild_members", {"guild_id": guild_id, "user_id": third.id})
    await place.rows("update realm.guilds set member_count = 3")
    await place.rows("update realm.guild_members set rank = 'officer' where user_id = $1", place.member.id)
    await place.rows("update realm.users set is_active = false where id = $1", place.member.id)

    assert (await place.ask("POST", f"{path}/departure", place.leader)).status == 204

    assert await place.leader_of("guild", guild_id) == third.id


async def test_nobody_moves_to_another_server_and_leaves_something_to_lead_behind(place):
    for group in GROUPS:
        await place.make(group)
    other = await make_server(place.guildhall.runtime.url)

    answer = await place.ask("PUT", "/me", place.leader, username="Somebody", server_id=str(other))

    assert (answer.status, answer.code) == (409, "realm.still_bound")
