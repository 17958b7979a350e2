"""A clock that is ahead for seconds: later messages are stamped rightly, it is told and mended, exports hold."""

from datetime import UTC, datetime, timedelta

import pytest

from guildhall.core.realtime.ticks import microseconds_of, tick_of
from guildhall.ids import UserId
from guildhall.packs.realm.exchange.actions.export import export_to_sqlite
from guildhall.packs.realm.follow.actions.clock import mend_clock
from guildhall.packs.realm.follow.errors import StillServing
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.testing.live import connected
from guildhall.testing.people import make_user
from tests.packs.realm.asking import do, value
from tests.packs.realm.exchanging import by_table, quiet, take_in
from tests.packs.realm.make import insert, make_channel, make_server, say
from tests.packs.realm.place import make_place

HOUR = 3600 * 4_096_000


async def jump(url, server, channel, person, *texts: str):
    """As a clock leaves the order that was an hour ahead while these were said."""
    await do(url, f"update core.live_head set tick = (extract(epoch from now()) * 4096000)::bigint + {HOUR}")
    said = await say(url, server, channel, person, *texts)
    await do(
        url,
        "update realm.messages set created_at = created_at + interval '1 hour', updated_at = updated_at + interval "
        "'1 hour' where id = any($1)", said,
    )  # fmt: skip
    return said


def age(text):
    return abs((datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds())


async def test_what_is_sent_after_the_jump_bears_the_right_time_in_the_right_order(start_guildhall):
    guildhall = await start_guildhall(web={"require_worker": False})
    place = await make_place(guildhall)
    slow = await make_channel(place.url, place.server, slow_mode_seconds=60)
    before = await guildhall.get("/readyz")
    async with connected(guildhall, place.reader) as live:
        await live.follow(f"realm.channel:{place.channel}")
        await place.say("before")
        await jump(place.url, place.server, place.channel, place.speaker.id, "in the jump")
        path = f"/channels/{place.channel}/messages"
        after = await place.request("POST", path, place.speaker, json={"content": "after"})
        again = await place.request("POST", path, place.speaker, json={"content": "later", "client_key": "k"})
        await live.until(lambda: len(live.said()) == 4)
    first = await place.request("POST", f"/channels/{slow}/messages", json={"content": "one"})
    second = await place.request("POST", f"/channels/{slow}/messages", json={"content": "two"})
    ready = await guildhall.get("/readyz")
    measured = (await guildhall.get("/metrics")).body.decode()

    assert (after.status, again.status) == (201, 201)
    assert max(age(after.json["created_at"]), age(again.json["created_at"])) < 30
    assert live.said() == ["before", "in the jump", "after", "later"]
    shown = [one["data"]["created_at"] for one in live.events() if one["data"]["content"] in ("after", "later")]
    assert shown == [after.json["created_at"], again.json["created_at"]]
    assert (first.status, second.status, second.code) == (201, 429, "realm.slow_mode")
    assert 0 < int(second.headers["retry-after"]) <= 60
    assert before.json["checks"]["clock"] == "ok"
    assert ready.status == 200
    assert "mend" in ready.json["checks"]["clock"]
    (line,) = [one for one in measured.split("\n") if one.startswith("guildhall_live_ahead_seconds")]
    assert 3500 < float(line.split()[1]) < 3700


async def test_nobody_mends_the_order_while_a_process_serves(guildhall, jobs_db):
    place = await make_place(guildhall)
    await jump(place.url, place.server, place.channel, place.speaker.id, "in the jump")
    with pytest.raises(StillServing):
        await mend_clock(jobs_db)


class Talk:
    """A channel without any process, with two who speak."""

    def __init__(self, url: str, server: ServerId, channel: ChannelId, people: list[UserId]) -> None:
        self.url = url
        self.server = server
        self.channel = channel
        self.people = people

    async def say(self, *texts: str, **more):
        return await say(self.url, self.server, self.channel, self.people[0], *texts, **more)

    async def contents(self):
        return await value(
            self.url, "select array_agg(content order by id) from realm.messages where channel_id = $1", self.channel
        )


@pytest.fixture
async def talk(clone):
    server = await make_server(clone)
    channel = await make_channel(clone, server)
    people = []
    for name in ("ann", "ben"):
        user_id = await make_user(clone, name=name)
        await insert(clone, "realm.users", {"id": user_id, "username": name, "server_id": server})
        people.append(user_id)
    return Talk(clone, server, channel, people)


async def test_the_order_is_mended_with_all_that_refers_to_it(talk, jobs_db):
    (before,) = await talk.say("before")
    jumped = await jump(talk.url, talk.server, talk.channel, talk.people[0], "jump 1", "jump 2")
    (after,) = await talk.say("after", reply_to=jumped[1], mentions=[talk.people[1]])
    last = await talk.say("last")
    one = {"message_id": after, "user_id": talk.people[1]}
    await insert(talk.url, "realm.message_reactions", {**one, "reaction": "👍"})
    await insert(talk.url, "realm.mentions", {**one, "channel_id": talk.channel})
    await insert(talk.url, "realm.pins", {"message_id": after, "channel_id": talk.channel})
    await insert(
        talk.url, "realm.channel_reads",
        {"user_id": talk.people[1], "channel_id": talk.channel, "last_read": last[0]},
    )  # fmt: skip
    order = await talk.contents()

    done = await mend_clock(jobs_db)
    again = await mend_clock(jobs_db)

    assert done.messages == 4
    assert 3500 < done.seconds < 3700
    assert (again.messages, again.seconds) == (0, 0)
    assert await talk.contents() == order == ["before", "jump 1", "jump 2", "after", "last"]
    newest = await value(talk.url, "select max(id::text)::uuid from realm.messages")
    assert microseconds_of(tick_of(newest)) <= datetime.now(UTC).timestamp() * 1e6
    assert await value(talk.url, "select max(created_at) <= now() from realm.messages")
    assert await value(talk.url, "select min(id::text)::uuid from realm.messages") == before
    moved = await value(talk.url, "select id from realm.messages where content = 'after'")
    for table in ("message_reactions", "mentions", "pins"):
        assert await value(talk.url, f"select message_id from realm.{table}") == moved
    answered = "select m.content from realm.messages m join realm.messages a on a.reply_to = m.id"
    assert await value(talk.url, answered) == "jump 2"
    read = "select m.content from realm.messages m join realm.channel_reads r on r.last_read = m.id"
    assert await value(talk.url, read) == "last"
    (later,) = await talk.say("and on")
    assert (await talk.contents())[-1] == "and on"
    assert await value(talk.url, "select tick from core.live_head") == tick_of(later)


async def test_our_own_export_is_taken_in_again(talk, jobs_db, tmp_path):
    await talk.say("before")
    await jump(talk.url, talk.server, talk.channel, talk.people[0], "in the jump")
    await talk.say("after")
    file = tmp_path / "realm.sqlite3"
    await export_to_sqlite(jobs_db, file, quiet)

    await do(talk.url, "delete from realm.messages")
    done = await take_in(jobs_db, file)

    assert by_table(done)["messages"] == (3, 0, 0)
    assert sorted(await talk.contents()) == ["after", "before", "in the jump"]
    at = await value(talk.url, "select max(created_at) from realm.messages")
    assert at < datetime.now(UTC) + timedelta(seconds=1)
