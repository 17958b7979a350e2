"""Characters: having one, moving it, finding others, and what administrators and the game change."""

import asyncio
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.ids import uuid7
from guildhall.packs.realm.access.rules.names import clean_username
from guildhall.testing.people import sign_in
from tests.packs.realm.asking import do, happened, taken_away, value
from tests.packs.realm.make import insert, make_channel, make_player, make_server

REALM = "/api/v1/realm"


async def put_me(guildhall, person, username, server_id, **more):
    """Make or change somebody's character."""
    body = {"username": username, "server_id": str(server_id), **more}
    return await guildhall.request("PUT", f"{REALM}/me", headers=person.headers, json=body)


async def patch(guildhall, actor, user_id, **body):
    """Change somebody else's."""
    return await guildhall.request("PATCH", f"{REALM}/users/{user_id}", headers=actor.headers, json=body)


async def test_an_account_makes_a_character_and_changes_it(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    person, other = await sign_in(guildhall), await sign_in(guildhall)

    before = await guildhall.get(f"{REALM}/me", headers=person.headers)
    made = await put_me(guildhall, person, "Thrall", server_id, avatar_url="https://cdn.example.org/t.png")
    again = await put_me(guildhall, person, "Thrall", server_id, avatar_url="https://cdn.example.org/t.png")

    assert (before.status, before.code) == (409, "realm.no_profile")
    assert made.status == 200
    assert (made.json["username"], made.json["level"], made.json["badge"]) == ("Thrall", 1, "standard")
    assert again.json == made.json
    assert (await guildhall.get(f"{REALM}/me", headers=person.headers)).json == made.json
    assert (await guildhall.get(f"{REALM}/users/{person.id}", headers=other.headers)).json == made.json
    assert (await put_me(guildhall, person, "Go'el", server_id)).json["avatar_url"] is None
    assert (await put_me(guildhall, other, "Thrall", server_id)).status == 200


@pytest.mark.parametrize("taken", ["thrall", "THRALL", "ＴＨＲＡＬＬ"])
async def test_a_name_is_somebodys_once_a_server_however_it_is_written(guildhall, taken):
    url = guildhall.runtime.url
    first, second = await make_server(url), await make_server(url)
    owner, rival = await sign_in(guildhall), await sign_in(guildhall)
    await put_me(guildhall, owner, "Thrall", first)

    refused = await put_me(guildhall, rival, taken, first)

    assert (refused.status, refused.code) == (409, "realm.name_taken")
    assert (await put_me(guildhall, rival, taken, second)).status == 200
    assert (await put_me(guildhall, rival, taken, first)).code == "realm.name_taken"
    assert (await put_me(guildhall, owner, taken, first)).status == 200


async def test_of_many_who_want_one_name_at_once_one_has_it(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    people = [await sign_in(guildhall) for _ in range(12)]

    answers = await asyncio.gather(*(put_me(guildhall, person, "Jaina", server_id) for person in people))

    assert sorted(answer.status for answer in answers) == [200] + [409] * 11


async def test_one_account_makes_one_character_however_often_it_asks_at_once(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    person = await sign_in(guildhall)

    answers = await asyncio.gather(*(put_me(guildhall, person, "Jaina", server_id) for _ in range(8)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize(("username", "status"), [
    ("a", 400), ("x" * 33, 400), ("a\x00b", 400), ("a b", 422), ("   ", 422), ("-dash", 422), ("a\u200bb", 422),
    ("a\u202eb", 422), ("ab\n", 422), ("a@b", 422), ("\U0001f600\U0001f600", 422), ("\u115fa", 422), ("a\ufe0fb", 422),
    ("\u3164\u3164", 422),
])  # fmt: skip
async def test_a_name_that_cannot_be_borne_is_refused(guildhall, username, status):
    server_id = await make_server(guildhall.runtime.url)
    person = await sign_in(guildhall)

    refused = await put_me(guildhall, person, username, server_id)

    assert refused.status == status
    assert status == 400 or refused.code == "realm.name_refused"


@given(st.text(max_size=40))
def test_a_clean_name_is_seen_and_stays_as_it_is(text):
    name = clean_username(text)

    if name is not None:
        assert 2 <= len(name) <= 32
        assert clean_username(name) == name
        assert all(unicodedata.category(letter)[0] in "LMNP" for letter in name)
        assert name == name.strip()


@pytest.mark.parametrize("name", ["Thrall", "Go'el", "x2", "Ünïcödé", "Гаррош", "玩家一号", "पुष्पा", "a.b_c-d", "ＡＢ"])
def test_names_of_all_scripts_are_names(name):
    assert clean_username(name) == unicodedata.normalize("NFKC", name)


@pytest.mark.parametrize(
    "url", ["http://cdn.example.org/x.png", "javascript:alert(1)", "https://x y", "https://" + "a" * 500]
)
async def test_an_avatar_is_a_safe_address(guildhall, url):
    server_id = await make_server(guildhall.runtime.url)

    assert (await put_me(guildhall, await sign_in(guildhall), "Thrall", server_id, avatar_url=url)).status == 400


async def test_who_moves_leaves_badge_channels_and_session_behind(guildhall):
    url = guildhall.runtime.url
    old, new = await make_server(url), await make_server(url)
    person = await make_player(guildhall, old, username="Rexxar", badge="admin", level=60, message_count=5)
    channel = await make_channel(url, old, visibility="private")
    await insert(url, "realm.channel_members", {"channel_id": channel, "user_id": person.id, "role": "moderator"})
    assert (await guildhall.post(f"{REALM}/servers/{old}/sessions", headers=person.headers)).status == 201

    moved = await put_me(guildhall, person, "Rexxar", new)

    assert (moved.status, moved.json["server_id"]) == (200, str(new))
    assert (moved.json["badge"], moved.json["level"], moved.json["message_count"]) == ("standard", 60, 5)
    assert await value(url, "select count(*) from realm.channel_members") == 0
    assert await value(url, "select realm.live_sessions($1)", old) == 0
    assert await taken_away(url) == [("*", person.id)]
    assert (await guildhall.get(f"{REALM}/channels/{channel}", headers=person.headers)).status == 404
    assert (await put_me(guildhall, person, "Rexxar", uuid7())).code == "realm.server_not_found"


async def test_who_is_bound_does_not_move(guildhall):
    url = guildhall.runtime.url
    old, new = await make_server(url), await make_server(url)
    person, leader = await make_player(guildhall, old), await make_player(guildhall, old)
    guild, party, raid = uuid7(), uuid7(), uuid7()
    await insert(url, "realm.guilds", {"id": guild, "name": "Horde", "server_id": old, "leader_id": leader.id})
    await insert(url, "realm.guild_members", {"guild_id": guild, "user_id": person.id})
    await insert(url, "realm.parties", {"id": party, "leader_id": leader.id, "server_id": old})
    await insert(url, "realm.party_members", {"party_id": party, "user_id": person.id})
    await insert(url, "realm.raids", {
        "id": raid, "name": "r", "boss_name": "b", "difficulty": "hard", "server_id": old, "leader_id": leader.id,
    })  # fmt: skip
    await insert(url, "realm.raid_signups", {
        "raid_id": raid, "user_id": person.id, "role": "dps", "class": "hunter", "state": "confirmed",
    })  # fmt: skip

    for tie, loosen in (
        ("your guild", "delete from realm.guild_members"),
        ("your party", "delete from realm.party_members"),
        ("your raids", "update realm.raid_signups set state = 'declined'"),
    ):
        refused = await put_me(guildhall, person, "Somebody", new)
        assert (refused.status, refused.code) == (409, "realm.still_bound")
        assert tie in refused.json["detail"]
        await do(url, loosen)
    assert (await put_me(guildhall, person, "Somebody", new)).status == 200
    assert (await put_me(guildhall, leader, "Leader", new)).code == "realm.still_bound"


async def test_a_banned_character_may_move_and_change_nothing_else(guildhall):
    url = guildhall.runtime.url
    home, away = await make_server(url), await make_server(url)
    person = await make_player(guildhall, home)
    await insert(url, "realm.sanctions", {"id": uuid7(), "user_id": person.id, "server_id": home, "kind": "ban"})

    assert (await put_me(guildhall, person, "Newname", home)).code == "realm.banned"
    assert (await put_me(guildhall, person, "Newname", away)).status == 200
    assert (await put_me(guildhall, person, "Newname", home)).status == 200
    assert (await guildhall.post(f"{REALM}/servers/{home}/sessions", headers=person.headers)).code == "realm.banned"


async def test_people_of_a_server_by_level_and_by_name(guildhall):
    url = guildhall.runtime.url
    server_id, other = await make_server(url), await make_server(url)
    me = await make_player(guildhall, server_id, username="Zed", level=1)
    for number, name in enumerate(["Anna", "anton", "ÄNNE", "Ände", "Berta", "An%na", "an_x"]):
        await make_player(guildhall, server_id, username=name, level=10 + number // 2)
    await make_player(guildhall, server_id, username="Anhid", is_active=False)
    await make_player(guildhall, other, username="Anders")
    path = f"{REALM}/servers/{server_id}/users"

    async def all_of(query):
        seen, after = [], ""
        while after is not None:
            page = (await guildhall.get(f"{path}?limit=2&{query}{after}", headers=me.headers)).json
            seen += [(one["username"], one["level"]) for one in page["items"]]
            after = page["next"] and f"&after={page['next']}"
        return seen

    everybody = await all_of("")
    assert len(everybody) == 8
    assert [level for _, level in everybody] == sorted((level for _, level in everybody), reverse=True)
    assert [level for _, level in await all_of("level_from=11&level_to=12")] == [12, 12, 11, 11]
    assert [name for name, _ in await all_of("name=AN")] == ["An%na", "an_x", "Anna", "anton"]
    assert [name for name, _ in await all_of("name=an%25")] == ["An%na"]
    assert {name for name, _ in await all_of("name=%C3%A4n")} == {"Ände", "ÄNNE"}
    assert await all_of("name=an&level_from=13") == [("an_x", 13)]
    assert (await guildhall.get(f"{REALM}/servers/{other}/users", headers=me.headers)).code == "realm.server_not_found"
    by_name = (await guildhall.get(f"{path}?limit=1&name=an", headers=me.headers)).json["next"]
    assert (await guildhall.get(f"{path}?after={by_name}", headers=me.headers)).code == "bad_cursor"
    assert (await guildhall.get(f"{path}?level_from=0", headers=me.headers)).status == 400


async def test_statistics_are_those_of_the_documents_query(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    people = [await make_player(guildhall, server_id, message_count=count) for count in (5, 9, 0, 5, 7)]
    me = people[0]
    await do(url, "update realm.users set last_login = $2 where id = $1", me.id, datetime(2026, 1, 2, tzinfo=UTC))
    for _ in range(3):
        raid = uuid7()
        await insert(url, "realm.raids", {
            "id": raid, "name": "r", "boss_name": "b", "difficulty": "hard", "server_id": server_id, "leader_id": me.id,
        })  # fmt: skip
        await insert(url, "realm.raid_participants", {
            "raid_id": raid, "user_id": people[1].id, "role": "dps", "class": "hunter",
        })  # fmt: skip

    seen, after = [], ""
    while after is not None:
        answer = await guildhall.get(f"{REALM}/servers/{server_id}/statistics/users?limit=2{after}", headers=me.headers)
        seen += answer.json["items"]
        after = answer.json["next"] and f"&after={answer.json['next']}"

    order = sorted(people, key=lambda person: ([5, 9, 0, 5, 7][people.index(person)], person.id), reverse=True)
    assert [one["id"] for one in seen] == [str(person.id) for person in order]
    assert [one["message_count"] for one in seen] == [9, 7, 5, 5, 0]
    assert {one["id"]: one["raid_count"] for one in seen}[str(people[1].id)] == 3
    mine = next(one for one in seen if one["id"] == str(me.id))
    assert mine.keys() == {"id", "username", "message_count", "raid_count", "level", "last_login"}
    assert (mine["last_login"], mine["raid_count"]) == ("2026-01-02T00:00:00Z", 0)


@pytest.mark.parametrize(("badge", "role", "elsewhere", "status"), [
    ("standard", "member", False, 403), ("vip", "member", False, 403), ("moderator", "member", False, 403),
    ("admin", "member", False, 200), ("admin", "member", True, 404), ("standard", "moderator", False, 403),
    ("standard", "admin", True, 200),
])  # fmt: skip
async def test_who_may_change_badges_and_levels(guildhall, badge, role, elsewhere, status):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    actor = await make_player(guildhall, await make_server(url) if elsewhere else server_id, badge=badge)
    await do(url, "update core.users set role = $2 where id = $1", actor.id, role)
    actor = await sign_in(guildhall, actor.id)
    subject = await make_player(guildhall, server_id)

    for body in ({"badge": "moderator"}, {"level": 7}, {"experience": 900}):
        assert (await patch(guildhall, actor, subject.id, **body)).status == status
    assert (await patch(guildhall, actor, uuid7(), level=2)).code == "realm.user_not_found"


async def test_a_change_is_told_kept_and_takes_rights_away_where_they_shrink(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    boss = await make_player(guildhall, server_id, badge="admin")
    person = await make_player(guildhall, server_id, level=50)
    await guildhall.post(f"{REALM}/servers/{server_id}/sessions", headers=person.headers)

    raised = await patch(guildhall, boss, person.id, level=60, badge="moderator", experience=10, reason="earned")
    assert (raised.json["level"], raised.json["badge"], raised.json["experience"]) == (60, "moderator", 10)
    assert await taken_away(url) == []
    assert (await patch(guildhall, boss, person.id, level=60)).json == raised.json
    await patch(guildhall, boss, person.id, badge="vip")
    await patch(guildhall, boss, person.id, level=59)
    assert await taken_away(url) == [("*", person.id)] * 2
    await patch(guildhall, boss, person.id, is_active=False)
    assert await taken_away(url) == [("*", person.id)] * 3
    assert await value(url, "select realm.live_sessions($1)", server_id) == 0
    assert (await put_me(guildhall, person, "Anew", server_id)).code == "realm.forbidden"
    assert (await guildhall.get(f"{REALM}/users/{person.id}", headers=boss.headers)).code == "realm.user_not_found"

    told = await happened(url, f"realm.user:{person.id}")
    assert told[0] == ("character_changed", {"level": 60, "badge": "moderator", "experience": 10})
    assert len(told) == 4
    log = await guildhall.get(f"{REALM}/servers/{server_id}/audit", headers=boss.headers)
    entry = log.json["items"][-1]
    assert (entry["act"], entry["reason"], entry["subject_id"]) == ("person_changed", "earned", str(person.id))


async def test_administrators_do_not_unmake_each_other(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    boss = await make_player(guildhall, server_id, badge="admin")
    other = await make_player(guildhall, server_id, badge="admin")
    platform = await sign_in(guildhall, role="admin")

    assert (await patch(guildhall, boss, other.id, badge="standard")).code == "realm.forbidden"
    assert (await patch(guildhall, boss, other.id, is_active=False)).code == "realm.forbidden"
    assert (await patch(guildhall, boss, boss.id, badge="standard")).code == "realm.forbidden"
    assert (await patch(guildhall, boss, other.id, level=9)).status == 200
    assert (await patch(guildhall, platform, other.id, badge="standard")).json["badge"] == "standard"


@pytest.mark.parametrize("body", [
    {"level": 0}, {"level": 121}, {"experience": -1}, {"experience": 2**63}, {"badge": "king"}, {"level": None},
    {"reason": "x" * 301}, {"is_active": "no"},
])  # fmt: skip
async def test_a_change_that_cannot_be_is_refused(guildhall, body):
    server_id = await make_server(guildhall.runtime.url)
    boss = await make_player(guildhall, server_id, badge="admin")
    person = await make_player(guildhall, server_id)

    assert (await patch(guildhall, boss, person.id, **body)).status == 400
