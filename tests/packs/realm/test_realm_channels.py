"""Channels: who sees, reads, writes and moderates which, and what changes when they change."""

import asyncio
from datetime import UTC, datetime

import pytest

from guildhall.db.policies import Viewer
from guildhall.errors import GuildhallError
from guildhall.ids import uuid7
from guildhall.packs.realm.access.actions.permissions import reading, writing
from guildhall.packs.realm.access.queries.permissions import channel_facts
from guildhall.packs.realm.chat.actions.channels import close_channel, open_channel
from guildhall.testing.people import sign_in
from tests.packs.realm.asking import do, happened, taken_away, value
from tests.packs.realm.make import insert, make_channel, make_player, make_server

REALM = "/api/v1/realm"


async def may(guildhall, person, channel_id) -> str:
    """What somebody may do in a channel, by the rules that every path asks: the code, 'read' or 'write'."""
    async with guildhall.runtime.db.write(Viewer(person.id)) as tx:
        try:
            await reading(tx, channel_id)
            await writing(tx, channel_id)
        except GuildhallError as error:
            return "read" if error.code == "realm.read_only" else error.code
    return "write"


async def shown(guildhall, person, channel_id):
    """A channel as somebody is shown it."""
    return await guildhall.get(f"{REALM}/channels/{channel_id}", headers=person.headers)


async def listed(guildhall, person, server_id, query=""):
    """The channels that somebody is shown of a server, page by page."""
    seen, after = [], ""
    while after is not None:
        answer = await guildhall.get(
            f"{REALM}/servers/{server_id}/channels?limit=2{query}{after}", headers=person.headers
        )
        seen += answer.json["items"]
        after = answer.json["next"] and f"&after={answer.json['next']}"
    return seen


async def patch(guildhall, actor, channel_id, **body):
    """Change a channel."""
    return await guildhall.request("PATCH", f"{REALM}/channels/{channel_id}", headers=actor.headers, json=body)


async def put_member(guildhall, actor, channel_id, person, role="member"):
    """Add somebody, or change their role."""
    path = f"{REALM}/channels/{channel_id}/members/{person.id}"
    return await guildhall.request("PUT", path, headers=actor.headers, json={"role": role})


async def join(guildhall, person, channel_id, method="PUT"):
    """Join, or leave with DELETE."""
    return await guildhall.request(method, f"{REALM}/channels/{channel_id}/membership", headers=person.headers)


# What each kind of person may do in each kind of channel of their server: the code, 'read' or 'write'.
HIDDEN, LOW = "realm.channel_not_found", "realm.level_too_low"
MATRIX = {
    #                     standard  member   channel mod  moderator  admin    elsewhere
    "public":            ("write",  "write", "write",     "write",   "write", HIDDEN),
    "restricted":        ("read",   "write", "write",     "write",   "write", HIDDEN),
    "private":           (HIDDEN,   "write", "write",     "write",   "write", HIDDEN),
    "public from 60":    (LOW,      LOW,     "write",     "write",   "write", HIDDEN),
    "private from 60":   (HIDDEN,   LOW,     "write",     "write",   "write", HIDDEN),
    "public and closed": ("read",   "read",  "read",      "read",    "read",  HIDDEN),
}  # fmt: skip


@pytest.mark.parametrize("kind", MATRIX)
async def test_who_may_read_and_write_where(guildhall, kind):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    people = [
        await make_player(guildhall, server_id, level=10),
        await make_player(guildhall, server_id, level=10),
        await make_player(guildhall, server_id, level=10),
        await make_player(guildhall, server_id, level=10, badge="moderator"),
        await make_player(guildhall, server_id, level=10, badge="admin"),
        await make_player(guildhall, await make_server(url), level=120),
    ]
    channel = await make_channel(url, server_id, visibility=kind.split()[0], min_level=60 if "60" in kind else 1)
    for person, role in zip(people[1:3], ("member", "moderator"), strict=True):
        await insert(url, "realm.channel_members", {"channel_id": channel, "user_id": person.id, "role": role})
    if "closed" in kind:
        await do(url, "update realm.channels set closed_at = now() where id = $1", channel)

    rights = tuple([await may(guildhall, person, channel) for person in people])

    assert rights == MATRIX[kind]
    query = "&closed=true" if "closed" in kind else ""
    for person, right in zip(people[:-1], rights, strict=False):
        answer = await shown(guildhall, person, channel)
        in_list = [one for one in await listed(guildhall, person, server_id, query) if one["id"] == str(channel)]
        if right == HIDDEN:
            assert (answer.status, answer.code, in_list) == (404, HIDDEN, [])
        else:
            assert in_list == [answer.json]
            assert (answer.json["may_read"], answer.json["may_write"]) == (right != LOW, right == "write")
            assert answer.json["may_moderate"] == (person in people[2:5])
    assert (await shown(guildhall, people[-1], channel)).status == 404
    elsewhere = await guildhall.get(f"{REALM}/servers/{server_id}/channels", headers=people[-1].headers)
    assert elsewhere.code == "realm.server_not_found"


async def test_the_platforms_administrators_see_and_keep_channels_without_a_character(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    platform = await sign_in(guildhall, role="admin")
    private = await make_channel(url, server_id, visibility="private")

    made = await guildhall.post(
        f"{REALM}/servers/{server_id}/channels", headers=platform.headers, json={"name": "news"}
    )

    assert (made.status, made.json["may_moderate"], made.json["may_read"]) == (201, True, False)
    assert {one["id"] for one in await listed(guildhall, platform, server_id)} == {str(private), made.json["id"]}
    assert (await patch(guildhall, platform, private, name="hidden")).json["name"] == "hidden"
    actors = await value(url, "select array_agg(distinct actor_id) from core.audit_log")
    assert actors == [platform.id]


async def test_moderators_open_channels_up_to_a_number(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"channels_most": 3})
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    path = f"{REALM}/servers/{server_id}/channels"
    wanted = {"name": "General", "description": "All", "visibility": "restricted", "category": "Talk",
              "min_level": 2, "slow_mode_seconds": 5}  # fmt: skip

    made = await guildhall.post(path, headers=moderator.headers, json=wanted)

    assert made.status == 201
    assert {name: made.json[name] for name in wanted} == wanted
    assert (await guildhall.post(path, headers=person.headers, json=wanted)).code == "realm.forbidden"
    taken = await guildhall.post(path, headers=moderator.headers, json={"name": "GENERAL"})
    assert (taken.status, taken.code) == (409, "realm.channel_name_taken")
    answers = await asyncio.gather(
        *(guildhall.post(path, headers=moderator.headers, json={"name": f"c{number}"}) for number in range(8))
    )
    assert sorted(answer.status for answer in answers) == [201] * 2 + [409] * 6
    assert {answer.code for answer in answers if answer.status == 409} == {"realm.too_many_channels"}
    await patch(guildhall, moderator, made.json["id"], closed=True)
    assert (await guildhall.post(path, headers=moderator.headers, json=wanted)).status == 201
    assert (await patch(guildhall, moderator, made.json["id"], closed=False)).code == "realm.channel_name_taken"
    told = await happened(url, f"realm.server:{server_id}")
    assert told[0] == (
        "channel_opened",
        {"id": made.json["id"], "name": "General", "category": "Talk", "visibility": "restricted"},
    )
    assert [one["name"] for one in await listed(guildhall, person, server_id, "&category=Talk")] == ["General"]


@pytest.mark.parametrize("body", [
    {}, {"name": ""}, {"name": " \t"}, {"name": "a\x00"}, {"name": "x" * 81}, {"name": "x", "visibility": "secret"},
    {"name": "x", "min_level": 0}, {"name": "x", "min_level": 121}, {"name": "x", "slow_mode_seconds": 21601},
    {"name": "x", "description": "\x00"}, {"name": "x", "category": " "},
])  # fmt: skip
async def test_a_channel_that_cannot_be_is_refused(guildhall, body):
    server_id = await make_server(guildhall.runtime.url)
    moderator = await make_player(guildhall, server_id, badge="moderator")

    answer = await guildhall.post(f"{REALM}/servers/{server_id}/channels", headers=moderator.headers, json=body)

    assert answer.status == 400


@pytest.mark.parametrize(("body", "revokes"), [
    ({"visibility": "private"}, True), ({"visibility": "restricted"}, True), ({"min_level": 20}, True),
    ({"slow_mode_seconds": 60}, True), ({"closed": True}, True), ({"min_level": 5}, False), ({"name": "other"}, False),
    ({"slow_mode_seconds": 0}, False), ({"description": None}, False), ({"category": "C"}, False),
    ({"visibility": "public", "min_level": 10, "slow_mode_seconds": 10}, False),
])  # fmt: skip
async def test_a_change_that_takes_rights_away_is_judged_anew_at_once(guildhall, body, revokes):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    channel = await make_channel(
        url, server_id, name="c", description="d", visibility="public", min_level=10, slow_mode_seconds=10
    )

    answer = await patch(guildhall, moderator, channel, **body)

    assert answer.status == 200
    for name, wanted in body.items():
        assert (answer.json["closed_at"] is not None if name == "closed" else answer.json[name]) == wanted
    assert await taken_away(url) == ([(f"realm.channel:{channel}", None)] if revokes else [])
    changed = body != {"visibility": "public", "min_level": 10, "slow_mode_seconds": 10}
    assert [kind for kind, _ in await happened(url, f"realm.channel:{channel}")] == ["channel_changed"] * changed
    server_heard = await happened(url, f"realm.server:{server_id}")
    if body.get("visibility") == "private":
        assert server_heard == [("channel_gone", {"id": str(channel)})]
    else:
        assert [kind for kind, _ in server_heard] == ["channel_changed"] * changed
    assert await value(url, "select count(*) from core.audit_log where act = 'channel_changed'") == changed


async def test_nobody_hears_of_a_private_channel_through_the_servers_topic(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    boss = await make_player(guildhall, server_id, badge="admin")
    made = await guildhall.post(
        f"{REALM}/servers/{server_id}/channels", headers=boss.headers, json={"name": "secret", "visibility": "private"}
    )

    await patch(guildhall, boss, made.json["id"], name="more secret", slow_mode_seconds=3)
    await guildhall.request("DELETE", f"{REALM}/channels/{made.json['id']}", headers=boss.headers)

    assert await happened(url, f"realm.server:{server_id}") == []


async def test_a_channels_moderator_changes_its_looks_and_not_who_may_be_there(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    keeper, person = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    channel = await make_channel(url, server_id)
    await insert(url, "realm.channel_members", {"channel_id": channel, "user_id": keeper.id, "role": "moderator"})

    assert (await patch(guildhall, keeper, channel, description="ours", slow_mode_seconds=9)).status == 200
    for body in ({"visibility": "private"}, {"min_level": 3}, {"closed": True}):
        assert (await patch(guildhall, keeper, channel, **body)).code == "realm.forbidden"
    assert (await patch(guildhall, person, channel, name="mine")).code == "realm.forbidden"
    gone = await guildhall.request("DELETE", f"{REALM}/channels/{channel}", headers=keeper.headers)
    assert gone.code == "realm.forbidden"
    assert (await patch(guildhall, person, uuid7(), name="mine")).code == HIDDEN


async def test_a_deleted_channel_is_gone_with_what_was_said(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    boss = await make_player(guildhall, server_id, badge="admin")
    channel = await make_channel(url, server_id)
    await insert(url, "realm.messages", {
        "id": uuid7(), "type": "user", "user_id": boss.id, "server_id": server_id, "channel_id": channel,
        "content": "hello", "created_at": (now := await value(url, "select now()")), "updated_at": now,
    })  # fmt: skip

    answer = await guildhall.request("DELETE", f"{REALM}/channels/{channel}", headers=boss.headers)

    assert answer.status == 204
    assert (await shown(guildhall, boss, channel)).code == HIDDEN
    assert await value(url, "select count(*) from realm.messages") == 0
    assert await happened(url, f"realm.server:{server_id}") == [("channel_gone", {"id": str(channel)})]
    assert (f"realm.channel:{channel}", None) in await taken_away(url)
    assert await value(url, "select context->>'channel_id' from core.audit_log where act = 'channel_deleted'") == str(
        channel
    )


async def test_members_are_added_promoted_demoted_and_removed(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    keeper, person = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    channel = await make_channel(url, server_id, visibility="private", name="inner")

    assert (await put_member(guildhall, person, channel, person)).code == HIDDEN
    assert (await put_member(guildhall, moderator, channel, keeper, "moderator")).json["role"] == "moderator"
    added = await put_member(guildhall, keeper, channel, person)
    assert (added.json["user_id"], added.json["role"]) == (str(person.id), "member")
    assert await may(guildhall, person, channel) == "write"
    assert (await put_member(guildhall, person, channel, keeper)).code == "realm.forbidden"
    assert (await put_member(guildhall, keeper, channel, person, "moderator")).code == "realm.forbidden"
    members = await guildhall.get(f"{REALM}/channels/{channel}/members?limit=1", headers=person.headers)
    rest = await guildhall.get(
        f"{REALM}/channels/{channel}/members?limit=1&after={members.json['next']}", headers=person.headers
    )
    assert [one["user_id"] for one in members.json["items"] + rest.json["items"]] == sorted(
        [str(keeper.id), str(person.id)]
    )
    assert await taken_away(url) == []

    await put_member(guildhall, moderator, channel, keeper, "member")
    assert await taken_away(url) == [(f"realm.channel:{channel}", keeper.id)]
    path = f"{REALM}/channels/{channel}/members/{person.id}"
    assert (await guildhall.request("DELETE", path, headers=keeper.headers)).code == "realm.forbidden"
    assert (await guildhall.request("DELETE", path, headers=moderator.headers)).status == 204
    assert (await guildhall.request("DELETE", path, headers=moderator.headers)).code == "realm.member_not_found"
    assert await taken_away(url) == [(f"realm.channel:{channel}", keeper.id), (f"realm.channel:{channel}", person.id)]
    assert await may(guildhall, person, channel) == HIDDEN
    assert [kind for kind, _ in await happened(url, f"realm.user:{person.id}")] == [
        "channel_invited",
        "channel_removed",
    ]
    acts = await value(url, "select array_agg(act order by id) from core.audit_log")
    assert acts == ["member_added", "member_added", "member_changed", "member_removed"]


async def test_only_people_of_the_server_who_are_not_banned_are_added(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    stranger = await make_player(guildhall, await make_server(url))
    idle = await make_player(guildhall, server_id, is_active=False)
    banned = await make_player(guildhall, server_id)
    channel = await make_channel(url, server_id)
    await insert(url, "realm.sanctions", {
        "id": uuid7(), "user_id": banned.id, "server_id": server_id, "channel_id": channel, "kind": "ban",
    })  # fmt: skip

    assert (await put_member(guildhall, moderator, channel, stranger)).code == "realm.user_not_found"
    assert (await put_member(guildhall, moderator, channel, idle)).code == "realm.user_not_found"
    assert (await put_member(guildhall, moderator, channel, banned)).code == "realm.banned"
    assert (await put_member(guildhall, moderator, channel, moderator, "king")).status == 400


async def test_people_join_public_channels_are_added_to_others_and_leave_all(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    person = await make_player(guildhall, server_id)
    public, restricted, private = [
        await make_channel(url, server_id, visibility=kind) for kind in ("public", "restricted", "private")
    ]

    assert (await join(guildhall, person, public)).json["role"] == "member"
    assert (await join(guildhall, person, public)).status == 200
    refused = await join(guildhall, person, restricted)
    assert (refused.status, refused.code) == (403, "realm.invitation_needed")
    assert (await join(guildhall, person, private)).code == HIDDEN
    assert (await join(guildhall, person, private, "DELETE")).code == HIDDEN
    assert (await join(guildhall, person, restricted, "DELETE")).code == "realm.member_not_found"
    for channel in (restricted, private):
        await insert(url, "realm.channel_members", {"channel_id": channel, "user_id": person.id})
    await insert(url, "realm.sanctions", {
        "id": uuid7(), "user_id": person.id, "server_id": server_id, "channel_id": restricted, "kind": "ban",
    })  # fmt: skip
    for channel in (public, restricted, private):
        assert (await join(guildhall, person, channel, "DELETE")).status == 204
        assert (f"realm.channel:{channel}", person.id) in await taken_away(url)
    assert await value(url, "select count(*) from realm.channel_members") == 0


async def make_followed(url, kind, server_id, leader, member):
    """A guild, party or raid; its id."""
    thing = uuid7()
    if kind == "guild":
        await insert(
            url, "realm.guilds", {"id": thing, "name": "Horde", "server_id": server_id, "leader_id": leader.id}
        )
        for person, rank in ((leader, "leader"), (member, "member")):
            await insert(url, "realm.guild_members", {"guild_id": thing, "user_id": person.id, "rank": rank})
    elif kind == "party":
        await insert(url, "realm.parties", {"id": thing, "server_id": server_id, "leader_id": leader.id})
        for person, role in ((leader, "leader"), (member, "member")):
            await insert(url, "realm.party_members", {"party_id": thing, "user_id": person.id, "role": role})
    else:
        await insert(url, "realm.raids", {
            "id": thing, "name": "r", "boss_name": "b", "difficulty": "hard", "server_id": server_id,
            "leader_id": leader.id,
        })  # fmt: skip
        await insert(url, "realm.raid_signups", {
            "raid_id": thing, "user_id": member.id, "role": "dps", "class": "hunter", "state": "bench",
            "admitted_at": datetime.now(UTC),
        })  # fmt: skip
    return thing


@pytest.mark.parametrize("kind", ["guild", "party", "raid"])
async def test_a_followed_channel_has_the_members_of_what_it_follows(guildhall, kind):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    leader, member, other = [await make_player(guildhall, server_id) for _ in range(3)]
    moderator = await make_player(guildhall, server_id, badge="moderator")
    thing = await make_followed(url, kind, server_id, leader, member)
    async with guildhall.runtime.db.write(Viewer(leader.id)) as tx:
        channel = await open_channel(tx, "n" * 200, server_id, created_by=leader.id, **{f"{kind}_id": thing})

    assert await value(url, "select name from realm.channels") == "n" * 80
    assert [await may(guildhall, one, channel) for one in (leader, member, other, moderator)] == [
        "write", "write", HIDDEN, "write",
    ]  # fmt: skip
    async with guildhall.runtime.db.write(Viewer(leader.id)) as tx:
        facts = await channel_facts.one(tx, leader.id, tx.now, channel)
    assert (facts.leads, facts.belongs) == (True, True)
    for person, sees in ((leader, True), (member, True), (other, False), (moderator, False)):
        assert (str(channel) in {one["id"] for one in await listed(guildhall, person, server_id)}) == sees
    for body in ({"visibility": "public"}, {"min_level": 2}, {"closed": True}):
        assert (await patch(guildhall, moderator, channel, **body)).code == "realm.channel_follows"
    assert (await patch(guildhall, leader, channel, description="ours")).status == 200
    assert (await patch(guildhall, member, channel, description="mine")).code == "realm.forbidden"
    assert (await put_member(guildhall, leader, channel, other)).code == "realm.channel_follows"
    assert (await join(guildhall, leader, channel)).code == "realm.channel_follows"
    assert (await join(guildhall, other, channel)).code == HIDDEN
    assert (await join(guildhall, other, channel, "DELETE")).code == HIDDEN
    members = await guildhall.get(f"{REALM}/channels/{channel}/members", headers=member.headers)
    assert members.code == "realm.channel_follows"
    boss = await make_player(guildhall, server_id, badge="admin")
    gone = await guildhall.request("DELETE", f"{REALM}/channels/{channel}", headers=boss.headers)
    assert gone.code == "realm.channel_follows"

    async with guildhall.runtime.db.write(Viewer(leader.id)) as tx:
        await close_channel(tx, channel)
        await close_channel(tx, channel)
    assert await may(guildhall, leader, channel) == "read"
    assert await taken_away(url) == [(f"realm.channel:{channel}", None)]


async def test_joining_and_making_private_at_once_leaves_nobody_in_by_accident(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    people = [await make_player(guildhall, server_id) for _ in range(10)]
    channel = await make_channel(url, server_id, visibility="public")

    answers = await asyncio.gather(
        *(join(guildhall, person, channel) for person in people[:5]),
        patch(guildhall, moderator, channel, visibility="restricted"),
        *(join(guildhall, person, channel) for person in people[5:]),
    )

    joined = {str(person.id) for person, answer in zip(people, answers[:5] + answers[6:], strict=True)
              if answer.status == 200}  # fmt: skip
    members = await value(url, "select coalesce(array_agg(user_id::text), '{}') from realm.channel_members")
    assert set(members) == joined
    assert {answer.status for answer in answers} <= {200, 403}
    assert (await join(guildhall, await make_player(guildhall, server_id), channel)).status == 403
