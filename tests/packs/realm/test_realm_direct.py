"""Direct messages: sent once, read by two, told to both; blocks."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.packs.realm.follow.actions.search_index import index_new_messages
from tests.packs.realm.make import insert, make_channel, make_player, make_server
from tests.packs.realm.place import make_place


@pytest.fixture
async def place(guildhall):
    return await make_place(guildhall)


async def rows(place, sql, *args: Any):
    connection = await asyncpg.connect(place.url)
    try:
        return await connection.fetch(sql, *args)
    finally:
        await connection.close()


async def told(place, person):
    """What was told to somebody: kinds, in the order of commits."""
    found = await rows(
        place,
        "select kind from core.live_events where topic = $1 and not access order by id",
        f"realm.user:{person.id}",
    )
    return [row["kind"] for row in found]


async def write(place, content, to=None, who=None, key=None):
    body = {"content": content} if key is None else {"content": content, "client_key": key}
    to = to or place.reader
    return await place.request("POST", f"/direct/{getattr(to, 'id', to)}/messages", who or place.speaker, json=body)


async def read(place, who, other, **body: object):
    return await place.request("POST", f"/direct/{other.id}/read", who, json=body)


async def test_a_message_reaches_both_ends(place):
    answer = await write(place, "  hello\r\n👋 ")

    assert answer.status == 201, answer.body
    assert answer.json["again"] is False
    message = answer.json["message"]
    assert (message["content"], message["is_read"], message["read_at"]) == ("hello\n👋", False, None)
    for who, other in ((place.speaker, place.reader), (place.reader, place.speaker)):
        page = (await place.get(f"/direct/{other.id}/messages", who)).json
        assert page == {"messages": [message], "next": None}
        assert await told(place, who) == ["direct_message"]
    (event,) = await rows(place, "select body from core.live_events where topic = $1", f"realm.user:{place.reader.id}")
    assert message["id"] in event["body"]


async def test_a_retry_finds_the_first(place):
    first, again = await write(place, "hello", key="k1"), await write(place, "hello once more", key="k1")
    other = await write(place, "hi", who=place.reader, to=place.speaker, key="k1")
    elsewhere = await write(place, "hello", to=await make_player(place.guildhall, place.server), key="k1")

    assert (first.status, again.status) == (201, 201)
    assert first.json["message"] == again.json["message"]
    assert (first.json["again"], again.json["again"], other.json["again"]) == (False, True, False)
    assert other.json["message"]["id"] != first.json["message"]["id"]
    assert (elsewhere.status, elsewhere.code) == (409, "realm.client_key_taken")
    assert await told(place, place.reader) == ["direct_message", "direct_message"]


async def test_one_key_from_many_connections_is_one_message(place):
    answers = await asyncio.gather(*(write(place, f"text {number}", key="same") for number in range(24)))

    assert sorted(answer.json["again"] for answer in answers) == [False] + [True] * 23
    assert len({answer.json["message"]["id"] for answer in answers}) == 1
    assert len(await rows(place, "select from realm.direct_messages")) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"content": "a\x00b"}, 422, "realm.content_refused"),
        ({"content": "\u200b\u2060"}, 422, "realm.content_refused"),
        ({"content": ""}, 422, "realm.content_refused"),
        ({"content": "x" * 2001}, 422, "realm.content_refused"),
        ({"content": "x" * 20_001}, 400, "bad_request"),
        ({}, 400, "bad_request"),
        ({"content": "a", "client_key": ""}, 400, "bad_request"),
        ({"content": "a", "client_key": "x" * 65}, 400, "bad_request"),
        ({"content": "a", "client_key": "\x00"}, 400, "bad_request"),
    ],
)
async def test_a_bad_message_is_refused(place, body, status, code):
    answer = await place.request("POST", f"/direct/{place.reader.id}/messages", place.speaker, json=body)

    assert (answer.status, answer.code) == (status, code)
    assert await rows(place, "select from realm.direct_messages") == []


async def test_whom_one_may_write_to(place):
    stranger = await make_player(place.guildhall, await make_server(place.url))
    gone = await make_player(place.guildhall, place.server, is_active=False)

    assert (await write(place, "hi", to=place.speaker)).code == "realm.to_yourself"
    assert (await write(place, "hi", to=stranger)).code == "realm.user_not_found"
    assert (await write(place, "hi", to=gone)).code == "realm.user_not_found"
    assert (await write(place, "hi", to=uuid7())).code == "realm.user_not_found"
    assert (await place.guildhall.post(f"/api/v1/realm/direct/{place.reader.id}/messages", json={})).status == 401


async def test_who_is_blocked_is_told_so_and_no_more(place):
    blocked = await place.request("PUT", f"/blocks/{place.speaker.id}", place.reader)
    again = await place.request("PUT", f"/blocks/{place.speaker.id}", place.reader)
    denied = await write(place, "hi")
    back = await write(place, "hi", to=place.speaker, who=place.reader)
    listed = (await place.get("/blocks", place.reader)).json
    theirs = (await place.get("/blocks", place.speaker)).json
    await place.request("DELETE", f"/blocks/{place.speaker.id}", place.reader)
    free = await write(place, "hi")

    assert (blocked.status, again.status) == (204, 204)
    assert (denied.status, denied.code) == (403, "realm.blocked")
    assert str(place.reader.id) not in str(denied.json)
    assert back.code == "realm.blocked_by_you"
    assert [one["user_id"] for one in listed["items"]] == [str(place.speaker.id)]
    assert theirs == {"items": [], "next": None}
    assert free.status == 201
    assert (await place.request("PUT", f"/blocks/{uuid7()}")).code == "realm.user_not_found"
    assert (await place.request("PUT", f"/blocks/{place.reader.id}")).code == "realm.to_yourself"


async def test_blocks_are_limited_and_paged(start_guildhall):
    place = await make_place(await start_guildhall(social={"blocks_most": 3}))
    people = sorted([await make_player(place.guildhall, place.server) for _ in range(4)], key=lambda one: one.id)
    answers = [await place.request("PUT", f"/blocks/{one.id}") for one in people]
    first = (await place.get("/blocks", limit=2)).json
    second = (await place.get("/blocks", limit=2, after=first["next"])).json

    assert [one.status for one in answers] == [204, 204, 204, 409]
    assert answers[3].code == "realm.too_many_blocks"
    assert (await place.request("PUT", f"/blocks/{people[0].id}")).status == 204  # once more is no more
    assert [one["user_id"] for one in first["items"] + second["items"]] == [str(one.id) for one in people[:3]]
    assert second["next"] is None
    assert (await place.get("/blocks", after="nonsense")).code == "bad_cursor"


async def test_sanctions_hold_here_too(place):
    until = datetime.now(UTC) + timedelta(minutes=5)
    sanction = {"user_id": place.speaker.id, "server_id": place.server}
    channel = await make_channel(place.url, place.server)
    await insert(
        place.url, "realm.sanctions", {**sanction, "id": uuid7(), "kind": "mute", "channel_id": channel, "until": until}
    )
    assert (await write(place, "hi")).status == 201
    await insert(place.url, "realm.sanctions", {**sanction, "id": uuid7(), "kind": "mute", "until": until})
    muted = await write(place, "hi")
    await insert(place.url, "realm.sanctions", {**sanction, "id": uuid7(), "kind": "ban", "until": until})
    banned = await write(place, "hi")

    assert (muted.status, muted.code) == (403, "realm.muted")
    assert 0 < int(muted.headers["retry-after"]) <= 300
    assert banned.code == "realm.banned"


async def test_one_sends_so_many_a_minute_also_at_once(start_guildhall):
    place = await make_place(await start_guildhall(realm={"direct_per_minute": 5}))
    others = [await make_player(place.guildhall, place.server) for _ in range(4)]

    answers = await asyncio.gather(*(write(place, f"{turn}", to=one) for one in others for turn in range(4)))
    kept = await write(place, "again", key="k")

    assert sorted(answer.status for answer in answers) == [201] * 5 + [429] * 11
    late = next(answer for answer in answers if answer.status == 429)
    assert late.code == "realm.direct_rate_limited"
    assert 0 < int(late.headers["retry-after"]) <= 61
    assert kept.status == 429


async def test_conversations_the_latest_first_with_what_is_unread(start_guildhall):
    place = await make_place(await start_guildhall(realm={"unread_most": 2}))
    others = [await make_player(place.guildhall, place.server) for _ in range(3)]
    for number, other in enumerate(others):
        for turn in range(number + 1):
            await write(place, f"{number}.{turn}", to=place.reader, who=other)
    await write(place, "answer", to=others[0], who=place.reader)

    first = (await place.get("/direct", limit=2)).json
    second = (await place.get("/direct", limit=2, after=first["next"])).json
    found = first["items"] + second["items"]

    assert [one["user_id"] for one in found] == [str(others[0].id), str(others[2].id), str(others[1].id)]
    assert [one["unread"] for one in found] == [1, 3, 2]
    assert [one["last"]["content"] for one in found] == ["answer", "2.2", "1.1"]
    assert second["next"] is None
    assert (await place.get("/direct/unread")).json == {"messages": 2, "people": 2, "more": True}
    assert (await place.get("/direct", place.speaker)).json == {"items": [], "next": None}


async def test_a_conversation_is_paged_both_ways_and_read(place):
    sent = []
    for number in range(9):
        who, to = (place.speaker, place.reader) if number % 3 else (place.reader, place.speaker)
        sent.append((await write(place, str(number), who=who, to=to)).json["message"]["id"])
    path = f"/direct/{place.speaker.id}/messages"

    back = await place.get(path, limit=5)
    more = await place.get(path, limit=5, before=back.json["next"])
    forth = await place.get(path, limit=5, after=UUID(int=0))
    half = await read(place, place.reader, place.speaker, up_to=sent[4])
    rest = await read(place, place.reader, place.speaker)
    nothing = await read(place, place.reader, place.speaker)

    assert [one["id"] for one in back.json["messages"] + more.json["messages"]] == sent[::-1]
    assert [one["id"] for one in forth.json["messages"]] == sent[:5]
    assert (await place.get(path, before=uuid7(), after=uuid7())).code == "realm.one_direction"
    assert (await place.get(f"/direct/{uuid7()}/messages")).code == "realm.user_not_found"
    assert (await place.request("POST", f"/direct/{uuid7()}/read")).code == "realm.user_not_found"
    assert (await place.request("DELETE", f"/blocks/{uuid7()}")).code == "realm.user_not_found"
    assert (half.json["messages"], half.json["up_to"]) == (3, sent[4])
    assert (rest.json["messages"], rest.json["up_to"]) == (3, sent[8])
    assert (nothing.json["messages"], nothing.json["up_to"]) == (0, None)
    assert (await told(place, place.speaker)).count("dm_read") == 2
    seen = (await place.get(f"/direct/{place.reader.id}/messages", place.speaker)).json["messages"]
    assert [one["is_read"] for one in seen] == [number % 3 != 0 for number in range(9)][::-1]
    assert all((one["read_at"] is not None) == one["is_read"] for one in seen)
    assert (await place.get("/direct/unread")).json["messages"] == 0
    assert (await place.get("/direct/unread", place.speaker)).json["messages"] == 3


async def test_one_takes_back_ones_own(place):
    message = (await write(place, "oops")).json["message"]["id"]

    denied = await place.request("DELETE", f"/direct/messages/{message}", place.reader)
    gone = [(await place.request("DELETE", f"/direct/messages/{message}", place.speaker)).status for _ in range(2)]

    assert denied.code == "realm.direct_message_not_found"
    assert gone == [204, 204]
    for who, other in ((place.speaker, place.reader), (place.reader, place.speaker)):
        (seen,) = (await place.get(f"/direct/{other.id}/messages", who)).json["messages"]
        assert (seen["content"], seen["is_deleted"]) == ("", True)
        assert (await place.get("/direct", who)).json["items"][0]["last"]["content"] == ""
    assert "direct_message_deleted" in await told(place, place.reader)
    assert (await place.request("DELETE", f"/direct/messages/{uuid7()}")).status == 404


async def test_nobody_else_sees_them(place):
    await write(place, "secret")
    db = place.guildhall.runtime.db
    third = await make_player(place.guildhall, place.server)

    for viewer, count in (
        (None, 0),
        (Viewer(third.id), 0),
        (Viewer(place.speaker.id), 1),
        (Viewer(place.reader.id), 1),
    ):
        async with db.read(viewer) as tx:
            assert await tx.connection.fetchval("select count(*) from realm.direct_messages") == count
            assert await tx.connection.fetchval("select count(*) from realm.conversations") == 2 * count


async def test_both_write_at_once_and_ids_follow_the_commits(place):
    await asyncio.gather(
        *(write(place, f"a{number}") for number in range(20)),
        *(write(place, f"b{number}", who=place.reader, to=place.speaker) for number in range(20)),
    )

    ids = [row["id"] for row in await rows(place, "select id from realm.direct_messages order by id")]
    events = await rows(
        place, "select body ->> 'id' as id from core.live_events where topic = $1 order by id",
        f"realm.user:{place.reader.id}",
    )  # fmt: skip
    assert len(ids) == 40
    assert [UUID(row["id"]) for row in events] == ids
    assert {row["last_id"] for row in await rows(place, "select last_id from realm.conversations")} == {ids[-1]}


async def test_an_id_is_after_the_conversations_last_whatever_the_clock_says(place):
    await write(place, "first")
    ahead = UUID("ffffffff-0000-7000-8000-000000000001")
    await rows(place, "update realm.conversations set last_id = $1", ahead)

    assert UUID((await write(place, "second")).json["message"]["id"]) == UUID(int=ahead.int + 1)


async def test_people_are_notified_of_what_they_have_not_read(place, start_worker):
    worker = await start_worker()
    await write(place, "are you there?")
    (seen,) = await place.say("hello @reader", mentions=[place.reader.id, place.speaker.id])
    private = await make_channel(place.url, place.server, visibility="private")
    await place.say("hidden @reader", channel=private, mentions=[place.reader.id])

    await index_new_messages(place.guildhall.runtime.db)
    await worker.idle()

    found = await rows(place, "select user_id, type, body, data from core.notification_log order by type")
    assert [(row["user_id"], row["type"], row["body"]) for row in found] == [
        (place.reader.id, "realm_dm", "are you there?"), (place.reader.id, "realm_mention", "hello @reader"),
    ]  # fmt: skip
    assert str(seen) in found[1]["data"]
    assert await told(place, place.reader) == ["direct_message", "mention"]
    assert [one["id"] for one in (await place.get("/mentions")).json["messages"]] == [str(seen)]


async def test_who_blocks_an_author_is_not_notified_of_them(place, start_worker):
    await place.request("PUT", f"/blocks/{place.speaker.id}")
    await place.say("hello @reader", mentions=[place.reader.id])
    worker = await start_worker()

    await index_new_messages(worker.runtime.db)
    await worker.idle()

    assert await rows(place, "select from core.notification_log") == []


async def test_an_account_goes_with_its_conversations(place):
    await write(place, "hello")
    await place.request("PUT", f"/blocks/{place.speaker.id}")
    await rows(place, "delete from core.users where id = $1", place.speaker.id)

    for table in ("realm.direct_messages", "realm.conversations", "core.blocks"):
        assert await rows(place, f"select from {table}") == []
    assert (await place.get("/direct")).json["items"] == []
