"""What is looked at before a message is written, by whatever way it comes."""

import asyncpg
import pytest

from guildhall.core.realtime.ticks import first_id, tick_at
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.jobs import forget_message_keys
from guildhall.packs.realm.writer.messages import ForgetMessageKeys
from tests.packs.realm.make import insert, make_channel, make_player, make_server


@pytest.fixture
async def place(guildhall):
    url = guildhall.runtime.url
    server = await make_server(url)
    return server, await make_channel(url, server)


async def filter_word(guildhall, server, word, action):
    await insert(
        guildhall.runtime.url, "realm.word_filters", {"id": server, "server_id": server, "word": word, "action": action}
    )


async def say(guildhall, person, channel, content, **more):
    return await guildhall.post(
        f"/api/v1/realm/channels/{channel}/messages", headers=person.headers, json={"content": content, **more}
    )


async def rows(guildhall, sql, *args: object):
    connection = await asyncpg.connect(guildhall.runtime.url)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *args)]
    finally:
        await connection.close()


async def test_a_blocked_word_is_refused_by_both_ways(guildhall, place):
    server, channel = place
    anna = await make_player(guildhall, server)
    await filter_word(guildhall, server, "gold4cash", "block")

    answer = await say(guildhall, anna, channel, "cheap GOLD4CASH here")
    async with guildhall.session.ws_connect(f"{guildhall.address}/api/v1/live", headers=anna.headers) as socket:
        await socket.receive_json()
        for ref, text in ((1, "gold4cash"), (2, "nothing wrong")):
            await socket.send_json({"op": "realm.send", "ref": ref, "channel": str(channel), "content": text})
        answers = [await socket.receive_json(timeout=10) for _ in range(2)]

    assert (answer.status, answer.code) == (422, "realm.content_refused")
    assert sorted((one["ref"], one["op"], one.get("code")) for one in answers) == [
        (1, "error", "realm.content_refused"),
        (2, "ack", None),
    ]
    assert await rows(guildhall, "select content from realm.messages") == [("nothing wrong",)]


async def test_a_masked_word_is_written_as_stars(guildhall, place):
    server, channel = place
    anna = await make_player(guildhall, server)
    await filter_word(guildhall, server, "darn", "mask")

    assert (await say(guildhall, anna, channel, "darn it")).status == 201
    assert await rows(guildhall, "select content from realm.messages") == [("**** it",)]


async def test_a_flagged_word_is_said_and_reported_once(guildhall, place):
    server, channel = place
    anna = await make_player(guildhall, server)
    await filter_word(guildhall, server, "exploit", "flag")

    first = await say(guildhall, anna, channel, "I know an exploit", key="k1")
    again = await say(guildhall, anna, channel, "I know an exploit", key="k1")
    async with guildhall.session.ws_connect(f"{guildhall.address}/api/v1/live", headers=anna.headers) as socket:
        await socket.receive_json()
        await socket.send_json({"op": "realm.send", "ref": 1, "channel": str(channel), "content": "another exploit"})
        acknowledged = await socket.receive_json(timeout=10)

    assert (first.status, again.status, acknowledged["op"]) == (201, 201, "ack")
    assert again.json == {**first.json, "again": True}
    assert await rows(guildhall, "select item_id::text from core.reports order by id") == [
        (first.json["id"],),
        (acknowledged["id"],),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Anna come", ["anna"]),
        ("come, @anna.", ["anna"]),
        ("it is @anna's, and @o'neil knows", ["anna", "o'neil"]),
        ("mail@anna is no name, nor is @@anna", []),
        ("@Бертил и @нет", ["бертил"]),
    ],
)
async def test_people_are_mentioned_by_their_names(guildhall, place, text, names):
    server, channel = place
    people = {name: await make_player(guildhall, server, username=name) for name in ("anna", "o'neil", "бертил")}
    clara = await make_player(guildhall, server)

    answer = await say(guildhall, clara, channel, text)

    assert answer.status == 201
    ((mentions,),) = await rows(guildhall, "select mentions from realm.messages")
    assert set(mentions or ()) == {people[name].id for name in names}


async def test_a_reply_is_to_a_message_of_the_channel(guildhall, place):
    server, channel = place
    elsewhere = await make_channel(guildhall.runtime.url, server)
    anna = await make_player(guildhall, server)
    first = (await say(guildhall, anna, channel, "first")).json["id"]

    answered = await say(guildhall, anna, channel, "second", reply_to=first)
    lost = await say(guildhall, anna, elsewhere, "third", reply_to=first)

    assert answered.status == 201
    assert (lost.status, lost.code) == (404, "realm.reply_not_found")


async def test_who_writes_too_fast_is_told_when_to_go_on(start_guildhall, clone):
    guildhall = await start_guildhall(realm={"messages_per_minute": 60, "messages_burst": 2})
    server = await make_server(clone)
    channel = await make_channel(clone, server)
    anna = await make_player(guildhall, server)

    answers = [await say(guildhall, anna, channel, f"message {n}") for n in range(3)]

    assert [answer.status for answer in answers] == [201, 201, 429]
    assert answers[2].code == "realm.too_many_messages"
    assert answers[2].headers["retry-after"] == "1"


async def test_keys_are_kept_for_a_day_and_one_that_was_refused_is_free(guildhall, place, jobs_db):
    server, _ = place
    slow = await make_channel(guildhall.runtime.url, server, slow_mode_seconds=600)
    anna = await make_player(guildhall, server)
    first = await say(guildhall, anna, slow, "first", key="a")
    refused = await say(guildhall, anna, slow, "second", key="b")
    await insert(
        guildhall.runtime.url,
        "realm.message_keys",
        {"user_id": anna.id, "client_key": "old", "message_id": first_id(tick_at(1_700_000_000_000_000))},
    )

    forgotten = await forget_message_keys(
        ForgetMessageKeys(), jobs_db, RealmSettings.model_construct(keep_key_hours=24)
    )

    assert (first.status, refused.status, refused.code) == (201, 429, "realm.slow_mode")
    assert forgotten == {"forgotten": 1}
    assert await rows(guildhall, "select client_key, message_id::text from realm.message_keys") == [
        ("a", first.json["id"])
    ]
