"""Guilds: who is in, what ranks may do, who leads; exact however many come at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.realm.guilds.rules import LEVEL_MOST, MAY, RANKS, level_after, may, may_kick
from guildhall.testing.people import Person
from tests.packs.realm.make import make_player, make_server

GUILDS = "/api/v1/realm/guilds"
NO_INVITATION = "realm.guild_invitation_not_found"


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


async def found(guildhall, leader, name="The Iron Lanterns", **body):
    answer = await guildhall.post(GUILDS, headers=leader.headers, json={"name": name, **body})
    assert answer.status == 201, answer.body
    return answer.json


async def ask_in(guildhall, leader, guild, person):
    return await guildhall.post(
        f"{GUILDS}/{guild['id']}/invitations", headers=leader.headers, json={"user_id": str(person.id)}
    )


async def join(guildhall, leader, guild, *people: Person):
    for person in people:
        assert (await ask_in(guildhall, leader, guild, person)).status == 201
        answer = await guildhall.post(f"{GUILDS}/{guild['id']}/acceptance", headers=person.headers)
        assert answer.status == 200, answer.body


async def set_rank(guildhall, leader, guild, person, rank):
    return await guildhall.request(
        "PUT", f"{GUILDS}/{guild['id']}/members/{person.id}/rank", headers=leader.headers, json={"rank": rank}
    )


async def events(rows, topic, *, access=False):
    told = await rows(
        "select kind, body, subject from core.live_events where topic = $1 and access = $2 order by seq", topic, access
    )
    return [(row["kind"], msgspec.json.decode(row["body"]), row["subject"]) for row in told]


async def acts(rows):
    return [row["act"] for row in await rows("select act from core.audit_log order by id")]


async def test_a_guild_is_founded_with_its_leader_and_a_channel(guildhall, server, rows):
    leader, stranger = await make_player(guildhall, server, username="Ana"), await make_player(guildhall, server)

    guild = await found(guildhall, leader, " The  Iron Lanterns ", description="We raid.", max_members=40)
    seen = await guildhall.get(f"{GUILDS}/{guild['id']}", headers=stranger.headers)

    assert (guild["name"], guild["leader_name"], guild["level"], guild["war_status"]) == (
        "The Iron Lanterns", "Ana", 1, "peace",
    )  # fmt: skip
    assert (guild["own_rank"], guild["treasury_balance"], guild["member_count"]) == ("leader", 0, 1)
    assert (seen.json["own_rank"], seen.json["treasury_balance"], seen.json["channel_id"]) == (None, None, None)
    (channel,) = await rows("select id, closed_at from realm.channels where guild_id = $1", guild["id"])
    assert (str(channel["id"]), channel["closed_at"]) == (guild["channel_id"], None)
    assert (await guildhall.get(f"{GUILDS}/mine", headers=leader.headers)).json == guild
    assert (await guildhall.get(f"{GUILDS}/mine", headers=stranger.headers)).code == "realm.not_in_guild"
    again = await guildhall.post(GUILDS, headers=leader.headers, json={"name": "Another"})
    assert (again.status, again.code) == (409, "realm.in_guild")
    taken = await guildhall.post(GUILDS, headers=stranger.headers, json={"name": "the iron LANTERNS"})
    assert (taken.status, taken.code) == (409, "realm.guild_name_taken")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": "x"}, 400),
        ({"name": "x" * 61}, 400),
        ({"name": "  "}, 400),
        ({"name": " x "}, 422),
        ({"name": "a\u0000b"}, 400),
        ({"name": "\u200b\u200b\u200b"}, 422),
        ({"name": "Fine", "description": "x" * 1001}, 400),
        ({"name": "Fine", "description": "a\u0000"}, 400),
        ({"name": "Fine", "description": "a\u0007"}, 400),
        ({"name": "Fine", "max_members": 0}, 400),
        ({"name": "Fine", "max_members": 1001}, 400),
    ],
)
async def test_what_is_no_guild_is_refused(guildhall, server, rows, body, status):
    leader = await make_player(guildhall, server)

    answer = await guildhall.post(GUILDS, headers=leader.headers, json=body)

    assert answer.status == status, answer.body
    assert await rows("select 1 from realm.guilds") == []


async def test_one_name_is_given_once_however_many_ask(guildhall, server, rows):
    people = [await make_player(guildhall, server) for _ in range(12)]

    answers = await asyncio.gather(
        *(guildhall.post(GUILDS, headers=one.headers, json={"name": "Only One"}) for one in people)
    )

    assert sorted(answer.status for answer in answers) == [201] + [409] * 11
    assert len(await rows("select 1 from realm.guilds")) == 1


async def test_a_guild_waits_for_so_many_answers_and_no_more(start_guildhall):
    guildhall = await start_guildhall(realm={"guild_invitations_most": 2})
    server = await make_server(guildhall.runtime.url)
    leader, *people = [await make_player(guildhall, server) for _ in range(4)]
    guild = await found(guildhall, leader)

    answers = [await ask_in(guildhall, leader, guild, person) for person in people]
    again = await ask_in(guildhall, leader, guild, people[0])

    assert [one.status for one in answers] == [201, 201, 409]
    assert answers[2].code == "realm.too_many_invitations"
    assert again.status == 201
    waiting = await guildhall.get("/api/v1/realm/guild-invitations", headers=people[2].headers)
    assert waiting.json == []


async def test_who_is_asked_joins_declines_or_comes_too_late(guildhall, server, rows):
    leader, friend, foreigner = (
        await make_player(guildhall, server),
        await make_player(guildhall, server),
        await make_player(guildhall, await make_server(guildhall.runtime.url)),
    )
    guild = await found(guildhall, leader)
    url = f"{GUILDS}/{guild['id']}"

    async def accept():
        return await guildhall.post(f"{url}/acceptance", headers=friend.headers)

    assert (await ask_in(guildhall, leader, guild, foreigner)).code == "realm.user_not_found"
    assert (await guildhall.get(url, headers=foreigner.headers)).code == "realm.guild_not_found"
    await ask_in(guildhall, leader, guild, friend)
    (good,) = await rows("select expires_at - created_at as length from realm.guild_invitations")
    waiting = await guildhall.get("/api/v1/realm/guild-invitations", headers=friend.headers)
    asked = await guildhall.get(f"{url}/invitations", headers=leader.headers)
    assert good["length"] == timedelta(days=7)
    assert [one["guild_id"] for one in waiting.json] == [guild["id"]]
    assert [one["user_id"] for one in asked.json["items"]] == [str(friend.id)]
    assert (await guildhall.get(f"{url}/invitations", headers=friend.headers)).code == "realm.rank_too_low"
    assert (await guildhall.post(f"{url}/refusal", headers=friend.headers)).status == 204
    assert (await accept()).code == NO_INVITATION
    await ask_in(guildhall, leader, guild, friend)
    await rows("update realm.guild_invitations set expires_at = now() - interval '1 second'")
    assert (await accept()).code == NO_INVITATION
    await ask_in(guildhall, leader, guild, friend)
    taken_back = await guildhall.request("DELETE", f"{url}/invitations/{friend.id}", headers=leader.headers)
    assert taken_back.status == 204
    assert (await accept()).code == NO_INVITATION
    await ask_in(guildhall, leader, guild, friend)
    joined = await accept()

    assert (joined.json["own_rank"], joined.json["member_count"]) == ("member", 2)
    assert (await ask_in(guildhall, leader, guild, friend)).code == "realm.in_guild"
    assert [kind for kind, _, _ in await events(rows, f"realm.guild:{guild['id']}")] == [
        "invitation_declined", "member_joined",
    ]  # fmt: skip
    told = [kind for kind, _, _ in await events(rows, f"realm.user:{friend.id}")]
    assert told.count("guild_invitation") == 4
    assert told.count("guild_invitation_withdrawn") == 1
    assert await rows("select 1 from realm.guild_invitations") == []


ACTS: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "edit": ("PATCH", "", {"description": "New"}),
    "resize": ("PATCH", "", {"max_members": 50}),
    "rename": ("PATCH", "", {"name": "New name"}),
    "invite": ("POST", "/invitations", {"user_id": "{stranger}"}),
    "kick member": ("DELETE", "/members/{member}", None),
    "kick officer": ("DELETE", "/members/{officer}", None),
    "kick leader": ("DELETE", "/members/{leader}", None),
    "promote": ("PUT", "/members/{member}/rank", {"rank": "officer"}),
    "demote": ("PUT", "/members/{officer}/rank", {"rank": "member"}),
    "transfer": ("PUT", "/leader", {"user_id": "{officer}"}),
    "deposit": ("POST", "/treasury/deposits", {"amount": 5, "client_key": "k1"}),
    "withdraw": ("POST", "/treasury/withdrawals", {"amount": 5, "client_key": "k2"}),
    "treasury": ("GET", "/treasury", None),
    "check": ("GET", "/treasury/check", None),
    "war": ("POST", "/wars", {"defender_id": "{rival}"}),
    "disband": ("DELETE", "", None),
}
ALLOWED = {
    "leader": set(ACTS) - {"kick leader", "disband"},
    "officer": {"edit", "invite", "kick member", "deposit", "withdraw", "treasury", "check", "war"},
    "member": {"deposit", "treasury", "check"},
    "stranger": set(),
}


@pytest.mark.parametrize("rank", ALLOWED)
async def test_every_rank_may_what_the_table_says(guildhall, server, rows, rank):
    people = {name: await make_player(guildhall, server) for name in ("leader", "officer", "member", "stranger")}
    second_officer, rival_leader = await make_player(guildhall, server), await make_player(guildhall, server)
    guild = await found(guildhall, people["leader"])
    rival = await found(guildhall, rival_leader, "The Rivals")
    # whom an officer throws out or demotes is another one
    ids = {name: str(person.id) for name, person in people.items()}
    ids |= {"officer": str(second_officer.id), "rival": rival["id"]}

    async def begin_again():
        await rows("delete from realm.guild_wars")
        await rows("delete from realm.guild_invitations")
        await rows("delete from realm.guild_members where guild_id = $1", guild["id"])
        await rows(
            "insert into realm.guild_members (guild_id, user_id, rank) values ($1, $2, 'leader'), ($1, $3, 'officer'), "
            "($1, $4, 'member'), ($1, $5, 'officer')", guild["id"], people["leader"].id, people["officer"].id,
            people["member"].id, second_officer.id,
        )  # fmt: skip
        await rows("update realm.guilds set member_count = 4, treasury_balance = 100, leader_id = $2 where id = $1",
                   guild["id"], people["leader"].id)  # fmt: skip

    for act, (method, path, body) in ACTS.items():
        await begin_again()
        filled = {
            name: value.format(**ids) if isinstance(value, str) else value for name, value in (body or {}).items()
        }
        answer = await guildhall.request(
            method, f"{GUILDS}/{guild['id']}{path.format(**ids)}", headers=people[rank].headers,
            json=filled if body is not None else None,
        )  # fmt: skip
        if act in ALLOWED[rank]:
            assert answer.status in (200, 201, 204), (act, answer.body)
        elif (rank, act) == ("leader", "disband"):
            assert answer.code == "realm.treasury_not_empty"
        else:
            assert (answer.status, answer.code) == (403, "realm.rank_too_low"), (act, answer.body)
            (now,) = await rows("select member_count, treasury_balance from realm.guilds where id = $1", guild["id"])
            assert (now["member_count"], now["treasury_balance"]) == (4, 100)


async def test_the_table_of_rights_is_told(guildhall, server):
    person = await make_player(guildhall, server)

    answer = await guildhall.get(f"{GUILDS}/ranks", headers=person.headers)

    told = {one["rank"]: one for one in answer.json}
    assert list(told) == ["leader", "officer", "member"]
    assert {rank: set(one["may"]) for rank, one in told.items()} == {rank: set(acts) for rank, acts in MAY.items()}
    assert [one["daily_withdrawal"] for one in answer.json] == [None, 1_000_000, 0]


async def test_ranks_change_are_told_kept_and_power_ends_at_once(guildhall, server, rows):
    leader, second, third = [await make_player(guildhall, server) for _ in range(3)]
    guild = await found(guildhall, leader)
    await join(guildhall, leader, guild, second, third)

    up = await set_rank(guildhall, leader, guild, second, "officer")
    again = await set_rank(guildhall, leader, guild, second, "officer")
    down = await set_rank(guildhall, leader, guild, second, "member")
    of_leader = await set_rank(guildhall, leader, guild, leader, "member")
    nonsense = await set_rank(guildhall, leader, guild, second, "leader")
    kicked = await guildhall.request("DELETE", f"{GUILDS}/{guild['id']}/members/{third.id}", headers=leader.headers)

    assert (up.json["rank"], again.json["rank"], down.json["rank"]) == ("officer", "officer", "member")
    assert (of_leader.code, nonsense.status, kicked.status) == ("realm.rank_too_low", 400, 204)
    told = await events(rows, f"realm.guild:{guild['id']}")
    assert [(kind, body.get("rank", body.get("how"))) for kind, body, _ in told[2:]] == [
        ("rank_changed", "officer"), ("rank_changed", "member"), ("member_left", "kicked"),
    ]  # fmt: skip
    revoked = await events(rows, f"realm.guild:{guild['id']}", access=True)
    assert [subject for _, _, subject in revoked] == [second.id, third.id]
    of_channel = await events(rows, f"realm.channel:{guild['channel_id']}", access=True)
    assert [subject for _, _, subject in of_channel] == [second.id, third.id]
    assert (await acts(rows))[2:] == ["guild_member_promoted", "guild_member_demoted", "guild_member_kicked"]


async def test_the_channel_is_for_those_who_are_in(guildhall, server, rows):
    leader, member, stranger = [await make_player(guildhall, server) for _ in range(3)]
    guild = await found(guildhall, leader)
    await join(guildhall, leader, guild, member)
    url = f"/api/v1/realm/channels/{guild['channel_id']}/messages"

    sent = await guildhall.post(url, headers=member.headers, json={"content": "Hello"})
    of_stranger = await guildhall.get(url, headers=stranger.headers)
    await guildhall.request("DELETE", f"{GUILDS}/{guild['id']}/members/{member.id}", headers=leader.headers)
    after = await guildhall.get(url, headers=member.headers)
    no_more = await guildhall.post(url, headers=member.headers, json={"content": "Still here"})
    await guildhall.request("DELETE", f"{GUILDS}/{guild['id']}", headers=leader.headers)
    closed = await guildhall.post(url, headers=leader.headers, json={"content": "Anybody?"})

    assert sent.status in (200, 201), sent.body
    assert [of_stranger.status, after.status, no_more.status, closed.status] == [404, 404, 404, 404]
    assert [row["content"] for row in await rows("select content from realm.messages")] == ["Hello"]


async def test_who_blocks_an_officer_is_not_asked(guildhall, server, rows):
    leader, friend = [await make_player(guildhall, server) for _ in range(2)]
    guild = await found(guildhall, leader)
    await rows("insert into core.blocks (user_id, blocked_id) values ($1, $2)", friend.id, leader.id)

    answer = await ask_in(guildhall, leader, guild, friend)

    assert (answer.status, answer.code) == (403, "realm.blocked")
    assert await rows("select 1 from realm.guild_invitations") == []


async def test_the_lead_is_handed_on_and_passes_on(guildhall, server, rows):
    leader, officer, rich, old = [await make_player(guildhall, server) for _ in range(4)]
    guild = await found(guildhall, leader)
    await join(guildhall, leader, guild, old, rich, officer)
    url = f"{GUILDS}/{guild['id']}"

    handed = await guildhall.request("PUT", f"{url}/leader", headers=leader.headers, json={"user_id": str(officer.id)})
    roster = await guildhall.get(f"{url}/members", headers=old.headers)
    await rows("update realm.guild_members set contribution = 9 where user_id = $1", rich.id)
    assert (await guildhall.post(f"{url}/departure", headers=officer.headers)).status == 204
    to_officer = (await guildhall.get(url, headers=old.headers)).json
    assert (await guildhall.post(f"{url}/departure", headers=leader.headers)).status == 204
    to_rich = (await guildhall.get(url, headers=old.headers)).json
    assert (await guildhall.post(f"{url}/departure", headers=rich.headers)).status == 204
    assert (await guildhall.post(f"{url}/departure", headers=old.headers)).status == 204
    after = (await guildhall.get(url, headers=old.headers)).json

    assert handed.json["leader_id"] == str(officer.id)
    assert [(one["user_id"], one["rank"]) for one in roster.json["items"]] == [
        (str(officer.id), "leader"), (str(leader.id), "officer"), (str(old.id), "member"), (str(rich.id), "member"),
    ]  # fmt: skip
    assert (to_officer["leader_id"], to_officer["member_count"]) == (str(leader.id), 3)
    assert (to_rich["leader_id"], to_rich["member_count"]) == (str(rich.id), 2)
    assert after["disbanded_at"] is not None
    assert after["member_count"] == 0
    (channel,) = await rows("select closed_at from realm.channels where guild_id = $1", guild["id"])
    assert channel["closed_at"] is not None
    told = [kind for kind, _, _ in await events(rows, f"realm.guild:{guild['id']}")]
    assert told[-2:] == ["rank_changed", "leader_changed"] or told[-1] == "guild_disbanded"
    again = await found(guildhall, old, guild["name"])
    assert again["id"] != guild["id"]
    gone = await guildhall.request("PATCH", url, headers=leader.headers, json={"description": "x"})
    assert gone.code == "realm.guild_disbanded"


async def test_the_last_one_leaves_nothing_of_worth_behind(guildhall, server):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    url = f"{GUILDS}/{guild['id']}"
    await guildhall.post(f"{url}/treasury/deposits", headers=leader.headers, json={"amount": 7, "client_key": "in"})

    refused = await guildhall.post(f"{url}/departure", headers=leader.headers)
    await guildhall.post(f"{url}/treasury/withdrawals", headers=leader.headers, json={"amount": 7, "client_key": "out"})
    left = await guildhall.post(f"{url}/departure", headers=leader.headers)

    assert (refused.code, left.status) == ("realm.treasury_not_empty", 204)


async def test_the_lists_in_their_orders(guildhall, server, rows):
    people = [await make_player(guildhall, server) for _ in range(4)]
    made = [await found(guildhall, one, f"Guild {number}") for number, one in enumerate(people)]
    for guild, level, points in zip(made, (5, 9, 5, 1), (0, 10, 30, 0), strict=True):
        await rows("update realm.guilds set level = $2, conquest_points = $3 where id = $1", guild["id"], level, points)
    await guildhall.request("DELETE", f"{GUILDS}/{made[3]['id']}", headers=people[3].headers)
    url = f"/api/v1/realm/servers/{server}/guilds"

    async def names(order):
        listed, after = [], ""
        while True:
            page = await guildhall.get(f"{url}?order={order}&limit=1{after}", headers=people[0].headers)
            listed += [one["name"] for one in page.json["items"]]
            if page.json["next"] is None:
                return listed
            after = f"&after={page.json['next']}"

    assert await names("newest") == ["Guild 2", "Guild 1", "Guild 0"]
    assert await names("level") == ["Guild 1", "Guild 2", "Guild 0"]
    assert await names("conquest_points") == ["Guild 2", "Guild 1", "Guild 0"]
    newest = await guildhall.get(f"{url}?limit=1", headers=people[0].headers)
    wrong = await guildhall.get(f"{url}?order=level&after={newest.json['next']}", headers=people[0].headers)
    assert (wrong.status, wrong.code) == (400, "bad_cursor")


async def test_the_roster_in_pages(guildhall, server, rows):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    people = [await make_player(guildhall, server) for _ in range(5)]
    for person in people:
        await rows("insert into realm.guild_members (guild_id, user_id, joined_at) values ($1, $2, $3)",
                   guild["id"], person.id, datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
    url = f"{GUILDS}/{guild['id']}/members"

    listed, after = [], ""
    while True:
        page = await guildhall.get(f"{url}?limit=2{after}", headers=leader.headers)
        listed += [one["user_id"] for one in page.json["items"]]
        if page.json["next"] is None:
            break
        after = f"&after={page.json['next']}"

    assert listed == [str(leader.id), *sorted(str(person.id) for person in people)]


async def test_sixty_four_join_at_once_and_never_more_than_fit(guildhall, server, rows):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader, max_members=20)
    people = [await make_player(guildhall, server) for _ in range(64)]
    later = datetime.now(UTC) + timedelta(days=1)
    for person in people:
        await rows("insert into realm.guild_invitations (guild_id, user_id, expires_at) values ($1, $2, $3)",
                   guild["id"], person.id, later)  # fmt: skip

    answers = await asyncio.gather(
        *(guildhall.post(f"{GUILDS}/{guild['id']}/acceptance", headers=person.headers) for person in people)
    )

    assert sum(answer.status == 200 for answer in answers) == 19
    assert {answer.code for answer in answers if answer.status != 200} == {"realm.guild_full"}
    (counted,) = await rows("select member_count from realm.guilds")
    (there,) = await rows("select count(*) from realm.guild_members")
    assert counted["member_count"] == there["count"] == 20


async def test_one_who_accepts_many_at_once_is_in_one_guild(guildhall, server, rows):
    leaders = [await make_player(guildhall, server) for _ in range(6)]
    made = [await found(guildhall, leader, f"Guild {number}") for number, leader in enumerate(leaders)]
    friend = await make_player(guildhall, server)
    for leader, guild in zip(leaders, made, strict=True):
        await ask_in(guildhall, leader, guild, friend)

    answers = await asyncio.gather(
        *(guildhall.post(f"{GUILDS}/{guild['id']}/acceptance", headers=friend.headers) for guild in made),
        guildhall.post(GUILDS, headers=friend.headers, json={"name": "My own"}),
    )

    assert sorted(answer.status for answer in answers)[1:] == [409] * 6
    assert len(await rows("select 1 from realm.guild_members where user_id = $1", friend.id)) == 1
    assert await rows("select 1 from realm.guilds g where member_count <> "
                      "(select count(*) from realm.guild_members m where m.guild_id = g.id)") == []  # fmt: skip


async def test_members_come_and_go_at_once_and_are_counted(guildhall, server, rows):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    people = [await make_player(guildhall, server) for _ in range(16)]
    await join(guildhall, leader, guild, *people[:8])
    for person in people[8:]:
        await ask_in(guildhall, leader, guild, person)
    url = f"{GUILDS}/{guild['id']}"

    answers = await asyncio.gather(
        *(guildhall.post(f"{url}/departure", headers=person.headers) for person in people[:4]),
        *(guildhall.request("DELETE", f"{url}/members/{person.id}", headers=leader.headers) for person in people[2:8]),
        *(guildhall.post(f"{url}/acceptance", headers=person.headers) for person in people[8:]),
    )

    assert {answer.status for answer in answers} <= {200, 204, 403, 404}
    check = await guildhall.get(f"{url}/treasury/check", headers=leader.headers)
    assert check.json["sound"] is True
    assert check.json["check"]["member_count"] == check.json["check"]["members"] == 9


@given(st.integers(1, 60), st.integers(0, 10**18))
def test_the_level_follows_the_experience_and_never_falls(level, experience):
    level = min(level, LEVEL_MOST)
    after = level_after(level, experience)

    assert level <= after <= LEVEL_MOST
    if after > level:
        assert 1000 * (after - 1) ** 2 <= experience
    if after < LEVEL_MOST:
        assert experience < 1000 * after**2
    assert level_after(after, experience) == after


@given(st.sampled_from(RANKS), st.sampled_from(RANKS))
def test_nobody_throws_out_who_is_not_below(rank, other):
    assert may_kick(rank, other) == (may(rank, "kick") and (rank, other) in {
        ("leader", "officer"), ("leader", "member"), ("officer", "member"),
    })  # fmt: skip


def test_a_higher_rank_may_everything_that_a_lower_one_may():
    assert set(MAY["member"]) < set(MAY["officer"]) < set(MAY["leader"])
