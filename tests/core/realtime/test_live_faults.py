"""Processes that end, databases that leave, notifications that are lost: nothing is missing, nothing twice."""

# What a database or another process does has no event to wait for.
# ruff: noqa: ASYNC110

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.boot.runtime import open_web
from guildhall.clock import Clock
from guildhall.core.realtime import hub as hub_module
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.presence import Presence
from guildhall.db import migrate
from guildhall.db.embedded import EmbeddedCluster
from guildhall.testing.cluster import POSTGRES
from guildhall.testing.live import PATIENCE, Live, connected
from guildhall.testing.product import Product
from guildhall.testing.serving import lent_app, serving
from tests.conftest import configuration
from tests.core.cache.conftest import RedisServer, redis  # noqa: F401 (a fixture)
from tests.core.realtime.make import Place, Served, happen, in_order, make_place, served, talkative


class Client:
    """One who talks and listens through whatever happens, as a good client does: keys, resuming, reconnecting."""

    def __init__(self, place: Place, person: Any, addresses: list[Any]) -> None:
        self.place = place
        self.person = person
        self.addresses = addresses
        self.acked: dict[str, str] = {}
        self.seen: list[str] = []
        self.drops = 0
        self.after: str | None = None
        self._ready = asyncio.Event()

    async def ready(self) -> None:
        """Return when it follows for the first time."""
        await self._ready.wait()

    async def run(self, texts: list[str], until: asyncio.Event | None = None) -> None:
        """Say texts one after the other, each until it is acknowledged; then listen until told to stop."""
        left = list(texts)
        turn = 0
        while left or not (until is None or until.is_set()):
            at = self.addresses[turn % len(self.addresses)]
            turn += 1
            live: Live | None = None
            try:
                async with connected(at, self.person) as live:
                    await self._talk(live, left, until)
            except (AssertionError, aiohttp.ClientError, OSError, TimeoutError):
                self.drops += 1
                await asyncio.sleep(0.02)
            finally:
                if live is not None:
                    self.seen += live.ids(self.place.topic)
                    self.after = self.seen[-1] if self.seen else self.after

    async def _talk(self, live: Live, left: list[str], until: asyncio.Event | None) -> None:
        told = await live.follow(self.place.topic, self.after)
        self.after = self.after or told["position"]
        self._ready.set()
        while left:
            told = await live.ask("realm.send", channel=str(self.place.channel_id), content=left[0], key=left[0])
            if told["op"] == "ack":
                self.acked[left.pop(0)] = told["id"]
            else:
                assert told["status"] == 503, told
                await asyncio.sleep(0.02)
        while not (until is None or until.is_set()):
            assert live.code is None
            await asyncio.sleep(0.02)


async def check(place: Place, talkers: list[Client], listeners: list[Client], each: int) -> None:
    """Everything that was acknowledged is there, once, and everybody who listens has all of it, in order."""
    history = await place.history()
    acked = {text: identifier for one in talkers for text, identifier in one.acked.items()}
    assert len(acked) == len(talkers) * each
    assert sorted(content for _, content in history) == sorted(acked)
    assert {content: identifier for identifier, content in history} == acked
    for one in listeners:
        assert in_order(one.seen)
        assert one.seen == [identifier for identifier, _ in history]


@pytest.mark.slow
async def test_a_process_that_is_killed_in_a_burst_loses_and_doubles_nothing(guildhall, clone, tmp_path):
    """Its clients come back to a new one with their keys; the users of another one hear all of it."""
    place = await make_place(guildhall)
    people = await place.people(9)
    until = asyncio.Event()
    listener = Client(place, people[8], [guildhall])
    listening = asyncio.create_task(listener.run([], until))
    await listener.ready()
    addresses: list[Served] = []
    talkers = [Client(place, person, addresses) for person in people[:8]]
    async with served(clone, tmp_path) as first, served(clone, tmp_path) as second:
        addresses.append(first)
        talking = [
            asyncio.create_task(one.run([f"{number} {count}" for count in range(60)]))
            for number, one in enumerate(talkers)
        ]
        while sum(len(one.acked) for one in talkers) < 80:
            await asyncio.sleep(0.005)
        await first.kill()
        at_death = dict(talkers[0].acked)
        addresses[0] = second
        await asyncio.gather(*talking)
        total = len(await place.history())
        assert set(at_death) <= {content for _, content in await place.history()}
        await asyncio.sleep(0.5)
        until.set()
        await listening

    assert all(one.drops for one in talkers)
    assert total == 480
    await check(place, talkers, [listener], 60)


@pytest.mark.slow
async def test_the_users_of_a_process_that_is_killed_go_on_with_another_without_a_gap(start_guildhall, clone, tmp_path):
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    people = await place.people(8)
    until = asyncio.Event()
    async with served(clone, tmp_path, realtime_presence_seconds=1.1) as dying:
        addresses: list[Any] = [dying]
        listeners = [Client(place, person, addresses) for person in people[:4]]
        listening = [asyncio.create_task(one.run([], until)) for one in listeners]
        for one in listeners:
            await one.ready()
        talkers = [Client(place, person, [guildhall]) for person in people[4:]]
        talking = [
            asyncio.create_task(one.run([f"{number} {count}" for count in range(50)]))
            for number, one in enumerate(talkers)
        ]
        while sum(len(one.acked) for one in talkers) < 50:
            await asyncio.sleep(0.005)
        await dying.kill()
        addresses[0] = guildhall
        await asyncio.gather(*talking)
        await asyncio.sleep(1.0)
        until.set()
        await asyncio.gather(*listening)

    assert all(one.drops for one in listeners)
    await check(place, talkers, listeners, 50)


@pytest.fixture
def own_cluster() -> Iterator[EmbeddedCluster]:
    """A cluster that the test may restart."""
    folder = Path(tempfile.mkdtemp(prefix="gh-live-"))
    folder.chmod(0o755)
    with EmbeddedCluster(folder, POSTGRES) as running:  # what is acknowledged must survive: not the quick settings
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_of_postgresql_in_a_burst_loses_and_doubles_nothing(own_cluster, mode):
    url = own_cluster.url()
    await migrate.upgrade(url, branches(BUILT_IN))
    chosen = configuration(**talkative(check_seconds=0.5))
    async with contextlib.AsyncExitStack() as stack:
        processes: list[Product] = []
        for _ in range(2):
            runtime = await stack.enter_async_context(open_web(chosen, url, Clock()))
            edge = stack.enter_context(lent_app(runtime))
            address = await stack.enter_async_context(serving(edge, chosen))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            processes.append(Product(address, runtime, session, edge))
        place = await make_place(processes[0])
        people = await place.people(10)
        until = asyncio.Event()
        listeners = [Client(place, people[8 + number], [processes[number]]) for number in range(2)]
        listening = [asyncio.create_task(one.run([], until)) for one in listeners]
        for one in listeners:
            await one.ready()
        talkers = [Client(place, person, [processes[number % 2]]) for number, person in enumerate(people[:8])]
        talking = [
            asyncio.create_task(one.run([f"{number} {count}" for count in range(60)]))
            for number, one in enumerate(talkers)
        ]
        while sum(len(one.acked) for one in talkers) < 100:
            await asyncio.sleep(0.005)
        await asyncio.to_thread(own_cluster.restart, mode)
        await asyncio.gather(*talking)
        await asyncio.sleep(1.5)
        until.set()
        await asyncio.gather(*listening)

        assert [one.drops for one in listeners] == [0, 0], "a restart of the database is no reason to hang up"
        await check(place, talkers, listeners, 60)


async def test_a_listening_connection_that_is_lost_under_load_loses_nothing(start_guildhall):
    one, two = (
        await start_guildhall(**talkative(check_seconds=30)),
        await start_guildhall(**talkative(check_seconds=30)),
    )
    place = await make_place(one)
    person, other = await place.people(2)
    killer = await asyncpg.connect(one.runtime.url)
    async with connected(two, person) as live, connected(one, other) as voice:
        await live.follow(place.topic)
        for number in range(60):
            told = await voice.ask("realm.send", channel=str(place.channel_id), content=f"{number}")
            assert told["op"] == "ack"
            if number % 20 == 10:
                await killer.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where application_name = 'guildhall-listener' and datname = current_database()"
                )
        await live.counts(60, "event", kind="message")
    await killer.close()

    assert live.said() == [f"{number}" for number in range(60)]
    assert in_order(live.ids())


async def test_announcements_that_are_never_heard_are_looked_for(start_guildhall, monkeypatch):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative(check_seconds=0.3))
    place = await make_place(one)
    person, other = await place.people(2)
    monkeypatch.setattr(two.runtime.provided[Hub], "_learn", lambda tick: None)
    async with connected(two, person) as live:
        await live.follow(place.topic)
        await place.say(other, "hello")
        await happen(one, place.topic, "thing")
        await live.counts(2, "event")

    assert live.ids() == sorted(live.ids())


async def test_a_commit_with_more_rows_than_a_page_is_handed_out(start_guildhall, monkeypatch):
    monkeypatch.setattr(hub_module, "_PAGE", 10)
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    person, other = await place.people(2)
    async with connected(two, person) as live, connected(one, other) as voice:
        await live.follow(place.topic)
        for number in range(100):
            await voice.send("realm.send", channel=str(place.channel_id), content=f"{number}", ref=number)
        await voice.counts(100, "ack")
        await live.counts(100, "event")

    assert live.said() == [f"{number}" for number in range(100)]


async def test_who_is_there_is_known_across_processes(start_guildhall):
    one, two = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(one)
    ann, bob, cid = await place.people(3)
    async with connected(one, ann) as here, connected(one, cid) as alone:
        await here.follow(place.topic)
        async with connected(two, bob) as there:
            told = await there.follow(place.topic)
            await here.hears("presence", user=str(bob.id), state="here")
            async with asyncio.timeout(PATIENCE):
                while (told := await there.follow(place.topic))["present_count"] < 2:
                    await asyncio.sleep(0.05)
            assert told["present"] == sorted([str(ann.id), str(bob.id)])
            async with connected(two, bob) as again:
                await again.follow(place.topic)
            await there.send("typing", topic=place.topic)
            await here.hears("typing", user=str(bob.id))
            before = len(here.heard("presence", state="gone"))
            present = await alone.follow(place.topic)
            assert present["present_count"] == 3
        await here.until(lambda: len(here.heard("presence", state="gone", user=str(bob.id))) > before)

    assert here.heard("presence", user=str(ann.id)) == []


@pytest.mark.slow
async def test_a_process_that_vanishes_takes_its_people_with_it(start_guildhall, clone, tmp_path):
    guildhall = await start_guildhall(**talkative(presence_seconds=1.05))
    place = await make_place(guildhall)
    ann, bob = await place.people(2)
    async with served(clone, tmp_path, realtime_presence_seconds=1.05) as other, connected(guildhall, ann) as here:
        await here.follow(place.topic)
        async with connected(other, bob) as there:
            await there.follow(place.topic)
            await here.hears("presence", user=str(bob.id), state="here")
            await other.kill()
            await here.hears("presence", user=str(bob.id), state="gone")
        presence: Presence = guildhall.runtime.provided[Presence]
        assert presence.present(place.topic) == {ann.id}


async def test_a_process_that_ends_says_goodbye_when_all_is_acknowledged(start_guildhall, clone):
    """The order is held while the process is told to end: what was said before is acknowledged after it."""
    guildhall = await start_guildhall()
    place = await make_place(guildhall)
    people = await place.people(3)
    chosen = configuration(**talkative(drain_seconds=4))
    async with contextlib.AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(open_web(chosen, clone, Clock()))
        edge = stack.enter_context(lent_app(runtime))
        leaving = contextlib.AsyncExitStack()
        address = await leaving.enter_async_context(serving(edge, chosen))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        other = Product(address, runtime, session, edge)
        talking = await stack.enter_async_context(connected(other, people[0]))
        idle = await stack.enter_async_context(connected(other, people[1]))
        events = await stack.enter_async_context(
            session.get(f"{address}/api/v1/live/events?topic={place.topic}", headers=people[2].headers)
        )
        await idle.follow(place.topic)
        await talking.ask("realm.send", channel=str(place.channel_id), content="first")
        holder = await asyncpg.connect(clone)
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("select from core.live_head for update")
        await talking.send("realm.send", channel=str(place.channel_id), content="held", ref="held")
        await talking.ask("ping")
        ending = asyncio.create_task(leaving.aclose())
        goodbye = await talking.hears("bye")
        await idle.closes()
        assert not talking.socket.closed
        await transaction.rollback()
        await holder.close()
        acked = await talking.hears("ack", ref="held")
        await talking.closes()
        told = (await events.read()).decode()
        await ending

    assert 400 <= goodbye["retry_ms"] <= 4000
    assert idle.heard("bye")
    assert (talking.code, idle.code) == (1012, 1012)
    assert acked["id"] == (await place.history())[-1][0]
    assert "event: bye\n" in told
    assert "retry: 4000\n" in told


@pytest.mark.slow
async def test_a_served_process_ends_in_good_order(guildhall, clone, tmp_path):
    place = await make_place(guildhall)
    person = await place.person()
    async with served(clone, tmp_path, realtime_drain_seconds=2) as other, connected(other, person) as live:
        await live.follow(place.topic)
        await other.stop()
        assert await live.closes() == 1012
        assert live.heard("bye")


@pytest.mark.redis
async def test_redis_carries_announcements_and_signs_and_may_die(start_guildhall, redis: RedisServer):  # noqa: F811
    by_redis = {"main": {"redis_url": redis.url}, **talkative(check_seconds=0.5)}
    one, two = await start_guildhall(**by_redis), await start_guildhall(**by_redis)
    place = await make_place(one)
    ann, bob = await place.people(2)
    async with connected(one, ann) as here, connected(two, bob) as there:
        await here.follow(place.topic)
        await there.follow(place.topic)
        await here.hears("presence", user=str(bob.id))
        await there.send("typing", topic=place.topic)
        await here.hears("typing", user=str(bob.id))
        began = asyncio.get_running_loop().time()
        for number in range(10):
            await place.say(ann, f"{number}")
            await there.counts(number + 1, "event", kind="message")
        assert asyncio.get_running_loop().time() - began < 3.0, "each is announced, not looked for"
        await redis.kill()
        for number in range(10, 20):
            await place.say(ann, f"{number}", (one, two)[number % 2])
        await happen(one, place.topic, "thing")
        for live in (here, there):
            await live.counts(21, "event")
        await redis.start()
        await asyncio.sleep(1.5)
        begun = len(here.heard("typing"))
        async with asyncio.timeout(PATIENCE):
            while len(here.heard("typing")) == begun:
                await there.send("typing", topic=place.topic)
                await asyncio.sleep(0.5)
        await place.say(bob, "back", two)
        await here.counts(22, "event")

    assert here.ids() == there.ids()[: len(here.ids())]
    assert in_order(here.ids())
