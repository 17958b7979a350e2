"""The WebSocket's twin: server-sent events."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from guildhall.clock import SetClock
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.server import LiveServer
from guildhall.testing.live import PATIENCE, connected
from guildhall.testing.people import Person
from guildhall.testing.product import Product
from tests.core.realtime.make import happen, in_order, make_place, sign_out, take_access, talkative
from tests.logs import captured_logs


class Event:
    """A server-sent event."""

    def __init__(self, text: str) -> None:
        fields = dict(line.split(": ", 1) for line in text.split("\n"))
        self.id = fields.get("id")
        self.name = fields["event"]
        self.data: Any = json.loads(fields["data"])
        self.retry = fields.get("retry")


class Stream:
    """A stream that is open."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self.comments = 0

    async def next(self) -> Event | None:
        """The next event, or None at the end."""
        async with asyncio.timeout(PATIENCE):
            while True:
                text = ""
                while (line := (await self.answer.content.readline()).decode()) not in ("\n", ""):
                    text += line
                if not text:
                    return None
                if not text.startswith(":"):
                    return Event(text.strip())
                self.comments += 1

    async def named(self, name: str) -> Event:
        """The next event of a name."""
        while True:
            event = await self.next()
            assert event is not None, f"ended before {name}"
            if event.name == name:
                return event

    async def rest(self) -> list[Event]:
        """All events up to the end."""
        found: list[Event] = []
        while (event := await self.next()) is not None:
            found.append(event)
        return found


@contextlib.asynccontextmanager
async def stream(guildhall: Product, person: Person, *topics: str, after: str | None = None) -> AsyncIterator[Stream]:
    """A stream of topics."""
    async with guildhall.session.get(
        f"{guildhall.address}/api/v1/live/events", params=[("topic", topic) for topic in topics],
        headers={**person.headers, **({"Last-Event-ID": after} if after else {})},
    ) as answer:  # fmt: skip
        assert answer.status == 200, await answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        made = Stream(answer)
        assert (await made.named("welcome")).id is None
        for _ in dict.fromkeys(topics):
            await made.named("subscribed")
        yield made


async def test_a_stream_tells_what_a_socket_tells(start_guildhall):
    one, two = await start_guildhall(), await start_guildhall()
    place = await make_place(one)
    person, other = await place.people(2)
    async with stream(one, person, place.topic) as heard, connected(two, other) as live:
        await live.follow(place.topic)
        await place.say(other, "line one\nline two \u2028 three", two)
        await happen(one, place.topic, "thing")
        await live.counts(2, "event")
        events = [await heard.named("event") for _ in range(2)]

    assert [{"op": "event", "id": one.id, **one.data} for one in events] == live.events()


async def test_presence_and_typing_are_events_too(guildhall):
    place = await make_place(guildhall)
    person, other = await place.people(2)
    async with stream(guildhall, person, place.topic) as heard, connected(guildhall, other) as live:
        told = await live.follow(place.topic)
        assert told["present"] == sorted([str(person.id), str(other.id)])
        await live.send("typing", topic=place.topic)

        assert (await heard.named("presence")).data["user"] == str(other.id)
        assert (await heard.named("typing")).data == {"op": "typing", "topic": place.topic, "user": str(other.id)}


async def test_what_may_not_be_followed_is_a_problem(guildhall):
    place, hidden = await make_place(guildhall), await make_place(guildhall, visibility="private")
    person = await place.person()
    path = "/api/v1/live/events"
    for query, status in (
        (f"?topic={hidden.topic}", 404), (f"?topic={place.topic}&topic={hidden.topic}", 404), ("?topic=nothing", 404),
        (f"?topic=nothing:{UUID(int=7)}", 404), ("", 400), ("?topic=realm.server:x", 404),
        ("?" + "&".join(f"topic={place.topic}" for _ in range(101)), 400),
    ):  # fmt: skip
        assert (await guildhall.get(path + query, headers=person.headers)).status == status, query[:60]
    assert (await guildhall.get(f"{path}?topic={place.topic}")).status == 401
    assert guildhall.runtime.provided[LiveServer].open == 0


@pytest.mark.parametrize(
    ("last", "complete"),
    [
        ("", None),
        (" ", None),
        ("yesterday", False),
        ("x" * 300, False),
        ("ffffffff-ffff-7fff-bfff-ffffffffffff", False),
    ],
)
async def test_a_last_event_id_never_ends_a_stream(start_guildhall, last, complete):
    """A browser sends what it has by itself, and gives up for good on any answer but 200."""
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    topics = [("topic", place.topic), ("topic", place.server_topic)]
    async with guildhall.session.get(
        f"{guildhall.address}/api/v1/live/events", params=topics, headers={**person.headers, "Last-Event-ID": last}
    ) as answer:
        assert answer.status == 200, await answer.read()
        heard = Stream(answer)
        begun = [await heard.named("subscribed") for _ in topics]
        await place.say(person, "live")
        event = await heard.named("event")

    assert [one.data.get("complete") for one in begun] == [complete, complete]
    assert begun[0].id == begun[0].data["position"]
    assert event.data["data"]["content"] == "live"
    assert event.id is not None
    assert begun[0].id is not None
    assert event.id > begun[0].id


async def test_head_is_answered_without_a_stream(guildhall):
    place = await make_place(guildhall)
    person = await place.person()

    answer = await guildhall.request("HEAD", f"/api/v1/live/events?topic={place.topic}", headers=person.headers)

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert guildhall.runtime.provided[LiveServer].open == 0


async def test_a_stream_goes_on_behind_the_last_id_whatever_topic_it_was_of(start_guildhall):
    """Drops all the time, three topics, two processes, more than is told at once: no gap and no double."""
    most = talkative(backfill_most=9)
    processes = [await start_guildhall(**most), await start_guildhall(**most)]
    place = await make_place(processes[0])
    person, other = await place.people(2)
    topics = [place.topic, place.server_topic, f"realm.user:{person.id}"]
    chance = random.Random(5)
    async with connected(processes[1], other) as steady:
        await steady.follow(place.topic)
        await place.say(other, "the first")
        await steady.counts(1, "event")
        after = steady.ids()[0]
        done = asyncio.Event()

        async def talk() -> None:
            number = 0
            while number < 60 or rounds < 6:  # so that there are drops however slow the machine is
                await place.say(other, f"{number}", processes[number % 2])
                await happen(processes[number % 2], topics[number % 3], f"thing {number}")
                number += 1
            done.set()

        rounds = 0
        talking = asyncio.create_task(talk())
        seen: list[tuple[str, str]] = []
        while True:
            last_round = done.is_set()
            async with stream(processes[rounds % 2], person, *topics, after=after) as heard:
                until = asyncio.get_running_loop().time() + (2.0 if last_round else chance.random() * 0.1)
                with contextlib.suppress(TimeoutError):
                    while True:
                        async with asyncio.timeout_at(until):
                            event = await heard.next()
                        if event is None:
                            break
                        assert event.id is not None
                        after = event.id
                        if event.name == "event":
                            seen.append((event.id, event.data["topic"]))
            rounds += 1
            if last_round and event is not None:
                break
        await talking

    async with processes[0].runtime.db.read() as tx:
        things = await tx.connection.fetch("select id, topic from core.live_events where kind = 'thing'")
    said = [identifier for identifier, _ in (await place.history())[1:]]
    expected = {(str(row["id"]), row["topic"]) for row in things}
    expected |= {(one, topic) for one in said for topic in topics[:2]}
    assert len(seen) == len(set(seen))
    assert set(seen) == expected
    assert [one for one, _ in seen] == sorted(one for one, _ in seen)


async def test_a_topic_that_is_judged_again_holds_the_others_back(start_guildhall, monkeypatch):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person, other = await place.people(2)
    server: LiveServer = guildhall.runtime.provided[LiveServer]
    gate = asyncio.Event()
    really = server._rights.check

    async def slowly(*arguments: Any) -> Any:
        await gate.wait()
        return await really(*arguments)

    topics = [place.topic, f"realm.user:{person.id}"]
    async with stream(guildhall, person, *topics) as heard, connected(guildhall, other) as live:
        await live.follow(place.topic)
        monkeypatch.setattr(server._rights, "check", slowly)
        await take_access(guildhall, place.topic, person.id)
        await place.say(other, "first")
        await happen(guildhall, topics[1], "second")
        await live.counts(1, "event")
        await asyncio.sleep(0.1)
        gate.set()
        events = [await heard.named("event") for _ in range(2)]

    assert [event.data["topic"] for event in events] == topics
    assert in_order(str(event.id) for event in events)


async def test_a_stream_ends_with_its_session_and_its_token(start_guildhall):
    clock = SetClock(datetime(2026, 5, 1, tzinfo=UTC))
    guildhall = await start_guildhall(clock=clock)
    place = await make_place(guildhall)
    person, other = await place.people(2)
    async with stream(guildhall, person, place.topic) as heard:
        await sign_out(guildhall, person)
        assert await heard.rest() == []
    async with stream(guildhall, other, place.topic) as heard:
        clock.advance(timedelta(minutes=16))
        assert await heard.rest() == []
    assert guildhall.runtime.provided[LiveServer].open == 0


async def test_a_topic_that_is_taken_away_is_told(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    async with stream(guildhall, person, place.topic, f"realm.user:{person.id}") as heard:
        gone = ("delete from realm.channels where id = $1", place.channel_id)
        await take_access(guildhall, place.topic, None, gone)
        end = await heard.named("unsubscribed")
        await happen(guildhall, f"realm.user:{person.id}", "still there")
        after = await heard.named("event")

    assert (end.data["topic"], end.data["code"]) == (place.topic, "realm.channel_not_found")
    assert after.data["data"] == {"content": "still there"}


async def test_a_silent_stream_gives_signs_of_life(start_guildhall):
    guildhall = await start_guildhall(**talkative(heartbeat_seconds=0.1))
    place = await make_place(guildhall)
    person = await place.person()
    async with stream(guildhall, person, place.topic) as heard:
        await asyncio.sleep(0.5)
        await happen(guildhall, place.topic, "thing")
        await heard.named("event")

    assert 2 <= heard.comments <= 6


async def test_a_reader_of_a_stream_who_takes_nothing_loses_it_and_resumes(start_guildhall):
    guildhall = await start_guildhall(**talkative(queue_bytes=65_536, stalled_seconds=60))
    place = await make_place(guildhall)
    person, other = await place.people(2)
    server: LiveServer = guildhall.runtime.provided[LiveServer]
    async with connected(guildhall, other) as live, stream(guildhall, person, place.topic) as heard:
        await live.follow(place.topic)
        connection: Any = heard.answer.connection
        connection.transport.pause_reading()
        count = 0
        async with asyncio.timeout(60):
            while not server.resyncs:
                await happen(guildhall, place.topic, *["x" * 60_000] * 10)
                count += 10
        await live.counts(count, "event")
        connection.transport.resume_reading()
        events = await heard.rest()
    assert events[-1].name == "resync"
    seen = [event.id for event in events if event.name == "event"]
    assert events[-1].id == seen[-1] == events[-1].data["after"]
    async with stream(guildhall, person, place.topic, after=events[-1].id) as again:
        seen += [(await again.named("event")).id for _ in range(count - len(seen))]

    assert seen == live.ids()


async def test_streams_count_among_the_connections_of_their_user(start_guildhall):
    guildhall = await start_guildhall(realtime={"connections_per_user": 2})
    place = await make_place(guildhall)
    person = await place.person()
    async with stream(guildhall, person, place.topic), connected(guildhall, person):
        refused = await guildhall.get(f"/api/v1/live/events?topic={place.topic}", headers=person.headers)
        assert (refused.status, refused.code) == (429, "realtime.too_many_connections")
    hub: Hub = guildhall.runtime.provided[Hub]
    async with asyncio.timeout(PATIENCE):
        while hub.followed or guildhall.runtime.provided[LiveServer].open:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_events_of_topics_that_no_slice_declares_are_told_once_for_each_kind(guildhall: Product):
    hub = guildhall.runtime.provided[Hub]
    assert isinstance(hub, Hub)
    place = await make_place(guildhall)
    await hub.begin()

    with captured_logs() as logs:
        await happen(guildhall, f"tower.climb:{place.channel_id}", "one", "two")
        await happen(guildhall, f"realm.channel:{place.channel_id}", "three")
        await happen(guildhall, f"tower.fall:{place.channel_id}", "four")
        await take_access(guildhall, "*")
        await hub.catch_up()

    told = [line["topic"] for line in logs if line["event"] == "live_topic_undeclared"]
    assert told == [f"tower.climb:{place.channel_id}", f"tower.fall:{place.channel_id}"]
