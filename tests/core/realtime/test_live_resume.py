"""Nobody misses anything and nobody gets anything twice: resuming, order, slow readers."""

import asyncio
import gc
import random
from typing import Any
from uuid import UUID

import psutil
import pytest

from guildhall.core.realtime import sockets
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.server import LiveServer
from guildhall.core.realtime.sockets import LiveSocket
from guildhall.core.realtime.ticks import last_id
from guildhall.testing.live import Live, connected
from guildhall.testing.product import Product
from tests.core.realtime.make import Place, happen, in_order, make_place, sign_out, talkative


async def chatter(place: Place, at: list[Product], senders: int, each: int) -> list[str]:
    """Everybody says something at the same time, by sockets in all processes in turn; the ids."""

    async def speak(number: int) -> list[str]:
        person = await place.person()
        async with connected(at[number % len(at)], person) as live:
            told = [
                await live.ask(
                    "realm.send", channel=str(place.channel_id), content=f"{number}/{count}", key=f"k{count}"
                )
                for count in range(each)
            ]
        assert {one["op"] for one in told} == {"ack"}, told
        return [one["id"] for one in told]

    return sorted(one for said in await asyncio.gather(*map(speak, range(senders))) for one in said)


async def test_the_order_is_one_for_every_reader_and_for_history(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    people = await place.people(4)
    async with (
        connected(one, people[0]) as a,
        connected(two, people[1]) as b,
        connected(one, people[2]) as c,
        connected(two, people[3]) as d,
    ):
        readers = [a, b, c, d]
        for reader in readers:
            await reader.follow(place.topic)
        sending = asyncio.create_task(chatter(place, [one, two], 12, 20))
        while not sending.done():
            await happen(random.choice((one, two)), place.topic, "between")
        ids = await sending
        history = [identifier for identifier, _ in await place.history()]
        for reader in readers:
            await reader.counts(len(ids), "event", kind="message")
        await happen(one, place.topic, "last")
        for reader in readers:
            await reader.hears("event", data={"content": "last"})

    assert history == ids
    assert in_order(a.ids())
    assert a.ids() == b.ids() == c.ids() == d.ids()
    assert [one["id"] for one in a.heard("event", kind="message")] == ids
    assert len(a.heard("event", kind="thing")) > 1
    read = [one["data"]["id"] for one in a.heard("event", kind="message")]
    assert read == ids


async def resume(live: Live, topic: str, after: str) -> None:
    """Follow from behind an id as a client does: as often as it is told to resync."""
    while True:
        known = len(live.heard("resync"))
        await live.follow(topic, after)
        assert (await live.ask("ping"))["op"] == "pong"
        resyncs = live.heard("resync")[known:]
        if not resyncs:
            return
        after = resyncs[-1]["after"]


@pytest.mark.parametrize("seed", range(2))
async def test_a_reader_who_drops_all_the_time_misses_nothing(start_guildhall, seed):
    chance = random.Random(seed)
    most = talkative(backfill_most=(3, 20)[seed])
    processes = [await start_guildhall(**most), await start_guildhall(**most)]
    place = await make_place(processes[0])
    reader, stays = await place.people(2)
    seen: list[str] = []
    async with connected(processes[0], stays) as steady:
        after = (await steady.follow(place.topic))["position"]
        sending = asyncio.create_task(chatter(place, processes, 6, 25))
        rounds = 0
        happened: list[str] = []

        async def go_on() -> None:
            while len(happened) < 30 or rounds < 6:  # so that there are drops however slow the machine is
                await happen(processes[1], place.topic, "thing")
                happened.append("thing")

        happening = asyncio.create_task(go_on())
        while True:
            last_round = sending.done() and happening.done()
            async with connected(processes[rounds % 2], reader) as live:
                await resume(live, place.topic, after)
                if last_round:
                    await steady.until(lambda: len(steady.events()) == 150 + len(happened))
                    if steady.ids()[-1] not in seen:
                        await live.hears("event", id=steady.ids()[-1])
                else:
                    await asyncio.sleep(chance.random() * 0.1)
            seen += live.ids()
            after = seen[-1] if seen else after
            rounds += 1
            if last_round:
                break
        ids = await sending

    assert in_order(seen)
    assert seen == steady.ids()
    assert set(ids) < set(seen)


async def test_more_than_is_told_at_once_comes_in_parts_without_a_gap(start_guildhall):
    guildhall = await start_guildhall(**talkative(backfill_most=7))
    place = await make_place(guildhall)
    person, other = await place.people(2)
    async with connected(guildhall, person) as live, connected(guildhall, other) as follows:
        await follows.follow(place.topic)
        begin = (await place.say(person, "the first"))["id"]
        await follows.until(follows.events)
        for number in range(15):
            await place.say(person, f"said {number}")
            await happen(guildhall, place.topic, f"happened {number}")
        await follows.until(lambda: len(follows.events()) == 31)
        after, parts = begin, list[int]()
        while True:
            told = await live.follow(place.topic, after)
            assert told["complete"] is True
            await live.ask("ping")
            parts.append(len(live.events()) - sum(parts))
            if len(live.heard("resync")) < len(parts):
                break
            after = live.heard("resync")[-1]["after"]
            assert after == live.ids()[-1]
        await place.say(person, "and now live again")
        await live.until(lambda: len(live.events()) == 31)

    assert parts == [7, 7, 7, 7, 2]
    assert live.ids()[:30] == follows.ids()[1:31]
    assert in_order(live.ids())


async def test_resuming_from_anywhere(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    said = [(await place.say(person, f"{number}"))["id"] for number in range(5)]
    hub: Hub = guildhall.runtime.provided[Hub]
    async with connected(guildhall, person) as live:
        for after, expected in (
            (said[1], said[2:]), (said[4], []), (str(UUID(int=0)), said), (str(last_id(hub.position)), []),
        ):  # fmt: skip
            begin = len(live.frames)
            told = await live.follow(place.topic, after)
            await live.ask("ping")
            assert [one["id"] for one in live.frames[begin:] if one["op"] == "event"] == expected
            assert told["complete"] is (UUID(after).int != 0)
        await live.send("subscribe", topic=place.topic, after="yesterday")
        assert (await live.hears("error"))["status"] == 400
        await live.follow(place.topic, said[-1])
        await place.say(person, "live")
        await live.until(lambda: live.said()[-1:] == ["live"])


NEVER_GIVEN_OUT = (
    "ffffffff-ffff-7fff-bfff-ffffffffffff",
    str(UUID(int=2**128 - 1)),
    "9b2f953e-61bf-44ee-b24a-a6bcade54ff2",
)


@pytest.mark.parametrize("after", NEVER_GIVEN_OUT)
async def test_an_id_that_was_never_given_out_is_told_and_the_reader_goes_on_from_now(start_guildhall, after):
    """It is ahead of everything, so that nothing would ever come behind it."""
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    person = await place.person()
    said = (await place.say(person, "before"))["id"]
    async with connected(guildhall, person) as live:
        told = await live.follow(place.topic, after)
        said_then = (await place.say(person, "live"))["id"]
        await live.until(lambda: live.said())

    assert told["complete"] is False
    assert said <= told["position"] < said_then
    assert live.said() == ["live"]


async def test_a_reader_who_comes_from_a_process_that_is_ahead_gets_nothing_twice(start_guildhall, monkeypatch):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative(check_seconds=60))
    place = await make_place(one)
    person, other = await place.people(2)
    hub: Hub = two.runtime.provided[Hub]
    async with connected(one, person) as live, connected(two, other) as behind:
        await live.follow(place.topic)
        await behind.follow(place.topic)
        monkeypatch.setattr(hub, "_learn", lambda tick: None)  # it hears nothing for a while
        said = [(await place.say(other, f"{number}"))["id"] for number in range(5)]
        await live.counts(5, "event")
        async with connected(two, person) as moved:
            await moved.follow(place.topic, said[2])
            monkeypatch.undo()
            said.append((await place.say(other, "last"))["id"])
            await moved.hears("event", id=said[-1])
            await behind.counts(6, "event")

    assert moved.ids() == said[3:]
    assert behind.ids() == said


async def test_a_server_s_log_is_its_public_channels(start_guildhall):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    hidden = await make_place(guildhall, visibility="private")
    person = await place.person()
    mod = await hidden.person(badge="moderator")
    async with connected(guildhall, person) as live, connected(guildhall, mod) as other:
        before = (await live.follow(place.server_topic))["position"]
        await other.follow(hidden.server_topic)
        await other.follow(hidden.topic)
        await place.say(person, "hello")
        await hidden.say(mod, "secret")
        await live.until(lambda: live.events())
        await other.until(lambda: other.events())
        begin = len(live.frames)
        await live.follow(place.server_topic, before)
        await other.follow(hidden.server_topic, before)
        await live.ask("ping")

    assert live.said(place.server_topic) == ["hello", "hello"]
    assert begin
    assert other.said(hidden.topic) == ["secret"]
    assert other.said(hidden.server_topic) == []


async def test_a_reader_who_never_reads_costs_the_others_nothing(start_guildhall):
    guildhall = await start_guildhall(**talkative(queue_bytes=65_536, stalled_seconds=60, heartbeat_seconds=300))
    place = await make_place(guildhall)
    lazy, keen, talker = await place.people(3)
    server: LiveServer = guildhall.runtime.provided[LiveServer]
    async with connected(guildhall, lazy) as slow, connected(guildhall, keen) as fast:
        followed = await slow.follow(place.topic)
        await fast.follow(place.topic)
        transport: Any = slow.socket._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()
        before = psutil.Process().memory_info().rss
        async with connected(guildhall, talker) as voice:
            count = 0
            text = "x" * 1900
            while not server.resyncs or count % 200:
                await voice.send("realm.send", channel=str(place.channel_id), content=text, ref=count)
                count += 1
                if count % 200 == 0:
                    await voice.counts(count, "ack")
                assert count < 12_000
            await voice.until(lambda: len(voice.heard("ack")) == count)
        await fast.until(lambda: len(fast.events()) == count)
        held = [one for one in server._connections if one.blocked]
        assert [one.user_id for one in held] == [lazy.id]
        assert sum(map(len, held[0]._out)) == 0
        gc.collect()
        grown = psutil.Process().memory_info().rss - before

        transport.resume_reading()
        resync = await slow.hears("resync")
        assert resync["topic"] == place.topic
        assert resync["after"] == (slow.ids() or [followed["position"]])[-1]
        await resume(slow, place.topic, resync["after"])
        await slow.until(lambda: len(slow.events()) == count)

    assert grown < 64_000_000 + 8 * count * 2000  # what the test itself keeps of the readers' frames
    assert slow.ids() == fast.ids()
    assert in_order(fast.ids())


async def test_a_reader_who_takes_nothing_is_cut_off(start_guildhall):
    guildhall = await start_guildhall(**talkative(queue_bytes=16_384, stalled_seconds=0.5, heartbeat_seconds=300))
    place = await make_place(guildhall)
    lazy, talker = await place.people(2)
    server: LiveServer = guildhall.runtime.provided[LiveServer]
    async with connected(guildhall, lazy) as slow, connected(guildhall, talker) as voice:
        await slow.follow(place.topic)
        transport: Any = slow.socket._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()
        async with asyncio.timeout(30):
            while not server.resyncs:
                await happen(guildhall, place.topic, "x" * 100_000)
            while server.open == 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert (await voice.ask("ping"))["op"] == "pong"
        transport.resume_reading()
        await slow.until(lambda: slow.code is not None)


async def test_one_who_asks_and_never_reads_is_not_answered_without_end(start_guildhall):
    """What a client has asked for waits as long as it takes nothing: its answers would fill the memory."""
    guildhall = await start_guildhall(**talkative(queue_bytes=16_384, stalled_seconds=60, heartbeat_seconds=300))
    place = await make_place(guildhall)
    person = await place.person()
    await happen(guildhall, place.topic, *["x" * 50_000] * 20)
    hub: Hub = guildhall.runtime.provided[Hub]
    since = str(UUID(int=0))
    async with connected(guildhall, person) as live:
        transport: Any = live.socket._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()
        for _ in range(60):
            await live.send("subscribe", topic=place.topic, after=since)
        (held,) = guildhall.runtime.provided[LiveServer]._connections
        async with asyncio.timeout(20):
            while not held.blocked:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        waiting = len(held._waiting)
        await asyncio.sleep(0.5)
        assert len(held._waiting) == waiting > 20
        transport.resume_reading()
        await live.until(lambda: len(live.heard("subscribed")) == 60, 30)

    assert hub.position


async def test_a_session_that_ends_cuts_off_one_who_never_reads(start_guildhall, monkeypatch):
    guildhall = await start_guildhall(**talkative(queue_bytes=16_384, heartbeat_seconds=300))
    place = await make_place(guildhall)
    person = await place.person()
    async with connected(guildhall, person) as live:
        await live.follow(place.topic)
        (held,) = guildhall.runtime.provided[LiveServer]._connections
        socket: LiveSocket = held._wire
        monkeypatch.setattr(sockets, "CLOSE_SECONDS", 0.3)
        transport: Any = live.socket._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()
        async with asyncio.timeout(20):
            while not held.blocked:
                await happen(guildhall, place.topic, "x" * 100_000)
        await sign_out(guildhall, person)
        async with asyncio.timeout(5):
            while socket in socket._open:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
