"""Messages as they are read, over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.realtime.ticks import microseconds_of, tick_of
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.chat.actions.reading import id_at
from guildhall.packs.realm.chat.queries.mentions import add_mentions
from tests.packs.realm.make import insert, make_channel, make_player, make_server, say
from tests.packs.realm.place import make_place

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
async def place(guildhall):
    return await make_place(guildhall)


def contents(answer):
    assert answer.status == 200, answer.body
    return [one["content"] for one in answer.json["messages"]]


def ids(answer):
    assert answer.status == 200, answer.body
    return [UUID(one["id"]) for one in answer.json["messages"]]


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_an_instant_begins_with_its_smallest_id(instant):
    microseconds = (instant - EPOCH) // timedelta(microseconds=1)
    tick = tick_of(id_at(instant))

    assert microseconds_of(tick) >= microseconds > microseconds_of(tick - 1)


async def test_the_live_log_is_what_everybody_may_read(place):
    private = await make_channel(place.url, place.server, visibility="private")
    high = await make_channel(place.url, place.server, min_level=50)
    restricted = await make_channel(place.url, place.server, visibility="restricted")
    await place.say("one")
    await place.say("secret", channel=private)
    await place.say("for the great", channel=high)
    await place.say("read only", channel=restricted)
    await say(place.url, place.server, None, UserId(uuid7()), "The gates are open", type="system")
    await say(place.url, place.server, None, place.speaker.id, "whispered long ago", type="dm")
    await say(place.url, await make_server(place.url), None, UserId(uuid7()), "elsewhere", type="system")

    answer = await place.get(f"/servers/{place.server}/live")

    assert contents(answer) == ["The gates are open", "read only", "one"]
    assert answer.headers["cache-control"].startswith("private, max-age=")
    assert answer.json["messages"][2]["username"] is not None


async def test_the_live_log_is_the_same_bytes_for_a_while(start_guildhall):
    place = await make_place(await start_guildhall(realm={"live_log_seconds": 60}))
    await place.say("one")
    first = await place.get(f"/servers/{place.server}/live")
    await place.say("two")
    second = await place.get(f"/servers/{place.server}/live", place.speaker)

    assert contents(first) == ["one"]
    assert first.body == second.body
    async with place.guildhall.runtime.db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.cached_data") == 0


async def test_the_live_log_is_new_after_a_while(start_guildhall):
    place = await make_place(await start_guildhall(realm={"live_log_seconds": 0.05}))
    await place.say("one")
    await place.get(f"/servers/{place.server}/live")
    await place.say("two")
    await asyncio.sleep(0.06)

    assert contents(await place.get(f"/servers/{place.server}/live")) == ["two", "one"]


async def test_the_live_log_since_an_instant(place):
    (first,) = await place.say("one")
    await place.say("two", "three")
    said_at = (await place.get(f"/messages/{first}")).json["message"]["created_at"]

    answer = await place.get(f"/servers/{place.server}/live", since=said_at)
    few = await place.get(f"/servers/{place.server}/live", limit=1)

    assert contents(answer) == ["three", "two"]
    assert contents(few) == ["three"]
    assert contents(await place.get(f"/servers/{place.server}/live", since="9998-12-31T23:59:59.999999Z")) == []
    assert contents(await place.get(f"/servers/{place.server}/live", since="1970-01-01T00:00:00Z")) != []
    for outside in ("1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z"):
        refused = await place.get(f"/servers/{place.server}/live", since=outside)
        assert (refused.status, refused.code) == (400, "bad_instant")


async def test_the_live_log_finds_the_few_public_ones_among_many_private_ones(place):
    private = await make_channel(place.url, place.server, visibility="private")
    await place.say("public")
    connection = await asyncpg.connect(place.url)
    await connection.execute(
        """
        insert into realm.messages (id, type, user_id, server_id, channel_id, content, created_at, updated_at)
        select core.live_id(h.tick + i, 1, 0), 'user', $1, $2, $3, 'private', now(), now()
        from core.live_head h, generate_series(1, 1500) i
        """,
        place.speaker.id, place.server, private,
    )  # fmt: skip
    await connection.close()

    assert contents(await place.get(f"/servers/{place.server}/live")) == ["public"]


async def test_who_is_not_of_the_server_does_not_get_its_live_log(place):
    stranger = await make_player(place.guildhall, await make_server(place.url))
    await place.get(f"/servers/{place.server}/live")

    assert (await place.get(f"/servers/{place.server}/live", stranger)).code == "realm.server_not_found"
    assert (await place.guildhall.get(f"/api/v1/realm/servers/{place.server}/live")).status == 401


async def test_a_history_is_paged_both_ways_without_a_gap(place):
    said = await place.say(*(str(number) for number in range(23)))

    back, at = [], None
    for _ in range(10):
        answer = await place.get(
            f"/channels/{place.channel}/messages", limit=5, **({"before": at} if at is not None else {})
        )
        back += ids(answer)
        at = answer.json["next"]
        if at is None:
            break
    forth, at = [], UUID(int=0)
    for _ in range(10):
        answer = await place.get(f"/channels/{place.channel}/messages", limit=5, after=at)
        forth += ids(answer)
        at = answer.json["next"]
        if at is None:
            break

    assert back == said[::-1]
    assert forth == said


async def test_a_page_goes_one_way(place):
    answer = await place.get(f"/channels/{place.channel}/messages", before=uuid7(), after=uuid7())

    assert (answer.status, answer.code) == (400, "realm.one_direction")
    assert (await place.get(f"/channels/{place.channel}/messages", before="x")).status == 400
    assert (await place.get(f"/channels/{place.channel}/messages", limit=101)).status == 400


async def test_a_channel_that_one_may_not_know_has_no_history(place):
    private = await make_channel(place.url, place.server, visibility="private")
    (message,) = await place.say("secret", channel=private)

    assert (await place.get(f"/channels/{private}/messages")).code == "realm.channel_not_found"
    assert (await place.get(f"/channels/{uuid7()}/messages")).code == "realm.channel_not_found"
    assert (await place.get(f"/messages/{message}")).code == "realm.message_not_found"
    assert (await place.get(f"/messages/{message}/replies")).code == "realm.message_not_found"
    assert (await place.get(f"/messages/{uuid7()}")).code == "realm.message_not_found"


async def test_one_message_with_those_around_it(place):
    said = await place.say(*"abcdefg")

    answer = await place.get(f"/messages/{said[3]}", context=2)
    alone = await place.get(f"/messages/{said[3]}")

    assert answer.json["message"]["content"] == "d"
    assert [one["content"] for one in answer.json["before"]] == ["b", "c"]
    assert [one["content"] for one in answer.json["after"]] == ["e", "f"]
    assert (alone.json["before"], alone.json["after"]) == ([], [])


async def test_what_the_system_says_to_all_is_everybodys_and_an_old_whisper_its_authors(place):
    (news,) = await say(place.url, place.server, None, UserId(uuid7()), "news", type="system")
    (whisper,) = await say(place.url, place.server, None, place.speaker.id, "psst", type="dm")

    assert (await place.get(f"/messages/{news}", context=3)).json["message"]["content"] == "news"
    assert (await place.get(f"/messages/{news}/replies")).json == {"messages": [], "next": None}
    assert (await place.get(f"/messages/{whisper}")).code == "realm.message_not_found"
    assert (await place.get(f"/messages/{whisper}", place.speaker)).json["message"]["content"] == "psst"


async def test_replies_come_oldest_first(place):
    (question,) = await place.say("who tanks?")
    await place.say("not a reply")
    for text in "abc":
        await place.say(text, reply_to=question)

    first = await place.get(f"/messages/{question}/replies", limit=2)
    second = await place.get(f"/messages/{question}/replies", limit=2, after=first.json["next"])

    assert contents(first) + contents(second) == ["a", "b", "c"]
    assert second.json["next"] is None


async def test_a_deleted_message_keeps_its_place_for_readers_and_its_text_for_moderators(place):
    moderator = await make_player(place.guildhall, place.server, badge="moderator")
    (message,) = await place.say("rude")
    connection = await asyncpg.connect(place.url)
    await connection.execute(
        "update realm.messages set is_deleted = true, deletion_reason = 'why', metadata = '{\"a\": 1}' where id = $1",
        message,
    )
    await connection.close()

    (seen,) = (await place.get(f"/channels/{place.channel}/messages")).json["messages"]
    (full,) = (await place.get(f"/channels/{place.channel}/messages", moderator)).json["messages"]
    (log,) = (await place.get(f"/servers/{place.server}/live", moderator)).json["messages"]

    assert (seen["content"], seen["is_deleted"], seen["deletion_reason"], seen["metadata"]) == ("", True, None, None)
    assert (full["content"], full["is_deleted"], full["deletion_reason"]) == ("rude", True, "why")
    assert log["content"] == ""


async def test_what_somebody_said_where_the_viewer_may_read(place):
    private = await make_channel(place.url, place.server, visibility="private")
    await place.say("open 1")
    await place.say(*(f"closed {number}" for number in range(30)), channel=private)
    await place.say("open 2")
    await place.say("of another", user=place.reader.id)
    await say(place.url, place.server, None, place.speaker.id, "psst", type="dm")

    found, at, pages = [], None, 0
    while True:
        answer = await place.get(
            f"/servers/{place.server}/users/{place.speaker.id}/messages", limit=4,
            **({"before": at} if at is not None else {}),
        )  # fmt: skip
        found += contents(answer)
        at, pages = answer.json["next"], pages + 1
        if at is None:
            break

    assert found == ["open 2", "open 1"]
    assert pages == 2  # one page looks at a bounded number of messages
    own = await place.get(f"/servers/{place.server}/users/{place.speaker.id}/messages", place.speaker)
    assert contents(own)[:2] == ["psst", "open 2"]


async def test_mentions_are_listed_where_one_may_still_read(place, jobs_db):
    private = await make_channel(place.url, place.server, visibility="private")
    (first,) = await place.say("@reader", mentions=[place.reader.id])
    (hidden,) = await place.say("@reader again", channel=private, mentions=[place.reader.id])
    (gone,) = await place.say("@reader gone", mentions=[place.reader.id])
    connection = await asyncpg.connect(place.url)
    await connection.execute("update realm.messages set is_deleted = true where id = $1", gone)
    await connection.close()
    async with jobs_db.write() as tx:
        for _ in range(2):
            await add_mentions.one(
                tx, [first, hidden, gone, first], [place.channel, private, place.channel, place.channel],
                [place.reader.id, place.reader.id, place.reader.id, UserId(uuid7())],
            )  # fmt: skip

    assert ids(await place.get("/mentions")) == [first]
    assert ids(await place.get("/mentions", place.speaker)) == []


async def test_a_banned_reader_reads_nothing(place):
    await place.say("hello")
    await insert(
        place.url, "realm.sanctions",
        {"id": uuid7(), "user_id": place.reader.id, "server_id": place.server, "kind": "ban"},
    )  # fmt: skip

    assert (await place.get(f"/servers/{place.server}/live")).code == "realm.banned"
    assert (await place.get(f"/channels/{place.channel}/messages")).code == "realm.banned"
    assert (await place.get(f"/servers/{place.server}/users/{place.speaker.id}/messages")).code == "realm.banned"
