"""Parties: who is in, who leads, how they end; exact however many come at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from guildhall.ids import uuid7
from guildhall.testing.people import Person, sign_in
from tests.packs.realm.make import make_player, make_server

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


async def form(guildhall, leader, **body):
    answer = await guildhall.post(PARTIES, headers=leader.headers, json=body)
    assert answer.status == 201, answer.body
    return answer.json["party"]


async def ask_in(guildhall, leader, party, person):
    return await guildhall.post(
        f"{PARTIES}/{party['id']}/invitations", headers=leader.headers, json={"user_id": str(person.id)}
    )


async def join(guildhall, leader, party, *people: Person):
    for person in people:
        assert (await ask_in(guildhall, leader, party, person)).status == 201
        answer = await guildhall.post(f"{PARTIES}/{party['id']}/acceptance", headers=person.headers)
        assert answer.status == 200, answer.body


async def events(rows, topic, *, access=False):
    found = await rows(
        "select kind, body, subject from core.live_events where topic = $1 and access = $2 order by seq", topic, access
    )
    return [(row["kind"], row["body"], row["subject"]) for row in found]


async def test_a_party_is_formed_with_its_leader_and_a_channel(guildhall, server, rows):
    leader = await make_player(guildhall, server, username="Ana")

    answer = await guildhall.post(PARTIES, headers=leader.headers, json={"name": "  Delvers ", "max_members": 3})

    assert answer.status == 201
    party = answer.json["party"]
    assert (party["name"], party["leader_id"], party["leader_name"]) == ("Delvers", str(leader.id), "Ana")
    assert (party["member_count"], party["max_members"], party["status"]) == (1, 3, "active")
    assert [(one["username"], one["role"]) for one in answer.json["members"]] == [("Ana", "leader")]
    (channel,) = await rows(
        "select id, name, visibility, closed_at from realm.channels where party_id = $1", party["id"]
    )
    assert (str(channel["id"]), channel["name"], channel["closed_at"]) == (party["channel_id"], "Delvers", None)
    mine = await guildhall.get(f"{PARTIES}/mine", headers=leader.headers)
    assert mine.json == answer.json
    again = await guildhall.post(PARTIES, headers=leader.headers, json={})
    assert (again.status, again.code) == (409, "realm.in_party")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"max_members": 1}, 400),
        ({"max_members": 41}, 400),
        ({"max_members": "many"}, 400),
        ({"name": ""}, 400),
        ({"name": "   "}, 400),
        ({"name": "a\u0000b"}, 400),
        ({"name": "a\nb"}, 400),
        ({"name": "\u200b\u200b"}, 422),
        ({"name": "x" * 81}, 400),
        ([], 400),
        (None, 400),
    ],
)
async def test_what_is_no_party_is_refused(guildhall, server, rows, body, status):
    leader = await make_player(guildhall, server)

    answer = await guildhall.post(PARTIES, headers=leader.headers, json=body)

    assert answer.status == status, answer.body
    assert await rows("select 1 from realm.parties") == []


async def test_who_has_no_character_or_is_banned_has_no_party(guildhall, server, rows):
    nobody = await sign_in(guildhall)
    banned = await make_player(guildhall, server)
    await rows(
        "insert into realm.sanctions (id, user_id, server_id, kind) values ($1, $2, $3, 'ban')",
        uuid7(),
        banned.id,
        server,
    )

    assert (await guildhall.post(PARTIES, headers=nobody.headers, json={})).code == "realm.no_profile"
    assert (await guildhall.post(PARTIES, headers=banned.headers, json={})).code == "realm.banned"
    assert (await guildhall.post(PARTIES, json={})).status == 401


async def test_an_invitation_is_told_and_accepted(guildhall, server, rows):
    leader, friend = [await make_player(guildhall, server) for _ in range(2)]
    party = await form(guildhall, leader, name="Delvers")

    asked = await ask_in(guildhall, leader, party, friend)
    waiting = await guildhall.get("/api/v1/realm/party-invitations", headers=friend.headers)
    joined = await guildhall.post(f"{PARTIES}/{party['id']}/acceptance", headers=friend.headers)
    twice = await guildhall.post(f"{PARTIES}/{party['id']}/acceptance", headers=friend.headers)

    assert [one["user_id"] for one in asked.json] == [str(friend.id)]
    assert [(one["party_id"], one["name"]) for one in waiting.json] == [(party["id"], "Delvers")]
    assert joined.json["party"]["member_count"] == 2
    assert [one["user_id"] for one in joined.json["members"]] == [str(leader.id), str(friend.id)]
    assert (twice.status, twice.code) == (404, "realm.party_invitation_not_found")
    assert [kind for kind, _, _ in await events(rows, f"realm.user:{friend.id}")] == ["party_invitation"]
    assert [kind for kind, _, _ in await events(rows, f"realm.party:{party['id']}")] == ["member_joined"]
    assert (await guildhall.get("/api/v1/realm/party-invitations", headers=friend.headers)).json == []
    assert (await ask_in(guildhall, leader, party, friend)).code == "realm.in_party"


async def test_an_invitation_expires_can_be_declined_and_be_taken_back(guildhall, server, rows):
    leader, friend = [await make_player(guildhall, server) for _ in range(2)]
    party = await form(guildhall, leader)
    accept = f"{PARTIES}/{party['id']}/acceptance"

    await ask_in(guildhall, leader, party, friend)
    (until,) = await rows("select expires_at - created_at as good from realm.party_invitations")
    await rows("update realm.party_invitations set expires_at = now() - interval '1 second'")
    expired = await guildhall.post(accept, headers=friend.headers)
    listed = await guildhall.get(f"{PARTIES}/{party['id']}/invitations", headers=leader.headers)
    await ask_in(guildhall, leader, party, friend)
    declined = await guildhall.post(f"{PARTIES}/{party['id']}/refusal", headers=friend.headers)
    after_refusal = await guildhall.post(accept, headers=friend.headers)
    await ask_in(guildhall, leader, party, friend)
    url = f"{PARTIES}/{party['id']}/invitations/{friend.id}"
    not_theirs = await guildhall.request("DELETE", url, headers=friend.headers)
    taken_back = await guildhall.request("DELETE", url, headers=leader.headers)

    assert until["good"] == timedelta(minutes=10)
    assert (expired.status, listed.json) == (404, [])
    assert (declined.status, after_refusal.status) == (204, 404)
    assert (not_theirs.status, taken_back.status) == (404, 204)
    assert (await guildhall.post(accept, headers=friend.headers)).status == 404
    assert await rows("select 1 from realm.party_invitations") == []


async def test_only_the_leader_has_power_and_strangers_see_nothing(guildhall, server):
    leader, member, stranger = [await make_player(guildhall, server) for _ in range(3)]
    staff = await make_player(guildhall, server, badge="moderator")
    party = await form(guildhall, leader)
    await join(guildhall, leader, party, member)
    url = f"{PARTIES}/{party['id']}"
    attempts = [
        ("PATCH", url, {"max_members": 6}),
        ("DELETE", url, None),
        ("POST", f"{url}/invitations", {"user_id": str(stranger.id)}),
        ("DELETE", f"{url}/members/{leader.id}", None),
        ("PUT", f"{url}/leader", {"user_id": str(member.id)}),
    ]

    for method, path, body in attempts:
        of_member = await guildhall.request(method, path, headers=member.headers, json=body)
        of_stranger = await guildhall.request(method, path, headers=stranger.headers, json=body)
        assert (of_member.status, of_member.code) == (403, "realm.not_party_leader"), (method, path)
        assert (of_stranger.status, of_stranger.code) == (404, "realm.party_not_found"), (method, path)
    assert (await guildhall.get(url, headers=stranger.headers)).status == 404
    assert (await guildhall.get(f"{url}/invitations", headers=stranger.headers)).status == 404
    assert (await guildhall.post(f"{url}/departure", headers=stranger.headers)).status == 404
    assert (await guildhall.get(url, headers=staff.headers)).status == 200
    assert (await guildhall.get(f"{PARTIES}/mine", headers=stranger.headers)).code == "realm.not_in_party"


async def test_nobody_of_another_server_is_asked_in(guildhall, server):
    leader = await make_player(guildhall, server)
    foreigner = await make_player(guildhall, await make_server(guildhall.runtime.url))
    party = await form(guildhall, leader)

    assert (await ask_in(guildhall, leader, party, foreigner)).code == "realm.user_not_found"
    listed = await guildhall.get(f"/api/v1/realm/servers/{server}/parties", headers=foreigner.headers)
    assert listed.code == "realm.server_not_found"


async def test_who_blocks_the_leader_is_not_asked(guildhall, server, rows):
    leader, friend = [await make_player(guildhall, server) for _ in range(2)]
    party = await form(guildhall, leader)
    await rows("insert into core.blocks (user_id, blocked_id) values ($1, $2)", friend.id, leader.id)

    answer = await ask_in(guildhall, leader, party, friend)

    assert (answer.status, answer.code) == (403, "realm.blocked")
    assert await rows("select 1 from realm.party_invitations") == []


async def test_leadership_passes_to_the_oldest_member_and_the_last_one_disbands(guildhall, server, rows):
    leader, second, third = [await make_player(guildhall, server) for _ in range(3)]
    party = await form(guildhall, leader)
    await join(guildhall, leader, party, second, third)
    url = f"{PARTIES}/{party['id']}"

    assert (await guildhall.post(f"{url}/departure", headers=leader.headers)).status == 204
    left = await guildhall.get(url, headers=second.headers)
    gone = await guildhall.get(url, headers=leader.headers)
    assert (await guildhall.post(f"{url}/departure", headers=third.headers)).status == 204
    assert (await guildhall.post(f"{url}/departure", headers=second.headers)).status == 204

    assert (left.json["party"]["leader_id"], left.json["party"]["member_count"]) == (str(second.id), 2)
    assert [(one["user_id"], one["role"]) for one in left.json["members"]] == [
        (str(second.id), "leader"),
        (str(third.id), "member"),
    ]
    assert gone.status == 404
    (ended,) = await rows("select status, member_count, disbanded_at from realm.parties")
    (channel,) = await rows("select closed_at from realm.channels")
    assert (ended["status"], ended["member_count"]) == ("disbanded", 0)
    assert ended["disbanded_at"] == channel["closed_at"] is not None
    assert await rows("select 1 from realm.party_members") == []
    told = [kind for kind, _, _ in await events(rows, f"realm.party:{party['id']}")]
    assert told[2:] == ["member_left", "leader_changed", "member_left", "party_disbanded"]
    revoked = await events(rows, f"realm.party:{party['id']}", access=True)
    assert [subject for _, _, subject in revoked] == [leader.id, third.id, None]
    of_channel = await events(rows, f"realm.channel:{party['channel_id']}", access=True)
    assert {subject for _, _, subject in of_channel} == {leader.id, third.id, None}
    again = await guildhall.post(PARTIES, headers=second.headers, json={})
    assert again.status == 201
    assert (await guildhall.request("DELETE", url, headers=second.headers)).code == "realm.party_disbanded"


async def test_kicked_promoted_changed_disbanded(guildhall, server, rows):
    leader, second, third = [await make_player(guildhall, server) for _ in range(3)]
    party = await form(guildhall, leader, name="One")
    await join(guildhall, leader, party, second, third)
    url = f"{PARTIES}/{party['id']}"

    kicked = await guildhall.request("DELETE", f"{url}/members/{third.id}", headers=leader.headers)
    twice = await guildhall.request("DELETE", f"{url}/members/{third.id}", headers=leader.headers)
    himself = await guildhall.request("DELETE", f"{url}/members/{leader.id}", headers=leader.headers)
    stranger = await guildhall.request("PUT", f"{url}/leader", headers=leader.headers, json={"user_id": str(third.id)})
    promoted = await guildhall.request("PUT", f"{url}/leader", headers=leader.headers, json={"user_id": str(second.id)})
    small = await guildhall.request("PATCH", url, headers=second.headers, json={"max_members": 2})
    nameless = await guildhall.request("PATCH", url, headers=second.headers, json={"name": None})
    full = await ask_in(guildhall, second, party, third)
    disbanded = await guildhall.request("DELETE", url, headers=second.headers)

    assert (kicked.status, twice.code, himself.code) == (204, "realm.not_in_party", "realm.in_party")
    assert stranger.code == "realm.not_in_party"
    assert promoted.json["party"]["leader_id"] == str(second.id)
    assert [one["role"] for one in promoted.json["members"]] == ["leader", "member"]
    assert (small.json["max_members"], small.json["name"]) == (2, "One")
    assert (nameless.json["max_members"], nameless.json["name"]) == (2, None)
    assert full.code == "realm.party_full"
    assert disbanded.status == 204
    assert ("party_left", {"party_id": party["id"], "how": "kicked"}) in [
        (kind, _json(body)) for kind, body, _ in await events(rows, f"realm.user:{third.id}")
    ]
    assert await rows("select 1 from realm.party_members") == []


def _json(body):
    return msgspec.json.decode(body)


async def test_a_party_is_not_made_smaller_than_it_is(guildhall, server):
    leader, second, third = [await make_player(guildhall, server) for _ in range(3)]
    party = await form(guildhall, leader)
    await join(guildhall, leader, party, second, third)

    answer = await guildhall.request(
        "PATCH", f"{PARTIES}/{party['id']}", headers=leader.headers, json={"max_members": 2}
    )

    assert (answer.status, answer.code) == (409, "realm.party_full")


async def test_the_list_of_a_server_in_pages(guildhall, server):
    people = [await make_player(guildhall, server) for _ in range(5)]
    made = [await form(guildhall, one, max_members=2 + number) for number, one in enumerate(people[:4])]
    await join(guildhall, people[0], made[0], people[4])
    await guildhall.request("DELETE", f"{PARTIES}/{made[3]['id']}", headers=people[3].headers)
    url = f"/api/v1/realm/servers/{server}/parties"

    first = await guildhall.get(f"{url}?limit=2", headers=people[4].headers)
    second = await guildhall.get(f"{url}?limit=2&after={first.json['next']}", headers=people[4].headers)
    with_places = await guildhall.get(f"{url}?open=true", headers=people[4].headers)
    forged = await guildhall.get(f"{url}?after=xyz", headers=people[4].headers)

    assert [one["id"] for one in first.json["items"]] == [made[2]["id"], made[1]["id"]]
    assert [one["id"] for one in second.json["items"]] == [made[0]["id"]]
    assert second.json["next"] is None
    assert [one["id"] for one in with_places.json["items"]] == [made[2]["id"], made[1]["id"]]
    assert (forged.status, forged.code) == (400, "bad_cursor")


async def test_sixty_four_come_at_once_and_never_more_than_fit(guildhall, server, rows):
    leader = await make_player(guildhall, server)
    party = await form(guildhall, leader, max_members=10)
    people = [await make_player(guildhall, server) for _ in range(64)]
    later = datetime.now(UTC) + timedelta(minutes=5)
    for person in people:
        await rows(
            "insert into realm.party_invitations (party_id, user_id, expires_at) values ($1, $2, $3)",
            party["id"], person.id, later,
        )  # fmt: skip

    answers = await asyncio.gather(
        *(guildhall.post(f"{PARTIES}/{party['id']}/acceptance", headers=person.headers) for person in people)
    )

    taken = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status != 200]
    assert len(taken) == 9
    assert {answer.code for answer in refused} == {"realm.party_full"}
    (counted,) = await rows("select member_count from realm.parties")
    (there,) = await rows("select count(*) from realm.party_members")
    assert counted["member_count"] == there["count"] == 10


async def test_one_who_accepts_two_parties_at_once_is_in_one(guildhall, server, rows):
    leaders = [await make_player(guildhall, server) for _ in range(8)]
    friend = await make_player(guildhall, server)
    made = [await form(guildhall, leader) for leader in leaders]
    for leader, party in zip(leaders, made, strict=True):
        await ask_in(guildhall, leader, party, friend)

    answers = await asyncio.gather(
        *(guildhall.post(f"{PARTIES}/{party['id']}/acceptance", headers=friend.headers) for party in made),
        guildhall.post(PARTIES, headers=friend.headers, json={}),
    )

    assert sorted(answer.status for answer in answers)[1:] == [409] * 8
    (there,) = await rows("select count(*) from realm.party_members where user_id = $1", friend.id)
    assert there["count"] == 1
    assert await rows("select 1 from realm.parties p where member_count <> "
                      "(select count(*) from realm.party_members m where m.party_id = p.id)") == []  # fmt: skip


async def test_all_leave_at_once_and_the_party_ends(guildhall, server, rows):
    people = [await make_player(guildhall, server) for _ in range(12)]
    party = await form(guildhall, people[0], max_members=12)
    await join(guildhall, people[0], party, *people[1:])

    answers = await asyncio.gather(
        *(guildhall.post(f"{PARTIES}/{party['id']}/departure", headers=person.headers) for person in people)
    )

    assert {answer.status for answer in answers} == {204}
    (ended,) = await rows("select status, member_count from realm.parties")
    assert (ended["status"], ended["member_count"]) == ("disbanded", 0)
    assert await rows("select 1 from realm.party_members") == []
