"""Whatever comes in, in whatever order it is counted, by whomever, however often interrupted: the sums are right."""

import asyncio
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.core.analytics.actions import record
from guildhall.core.analytics.columns import columns_of
from guildhall.core.analytics.declaration import declared
from guildhall.core.analytics.queries.intake import add_events, roll_up
from guildhall.core.analytics.recount import recount_day
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.core.analytics.schemas import Event
from guildhall.db.connection import connect
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.testing.people import make_user
from tests.core.analytics.make import CLOSED, OPENED, Closed, Opened, chosen, daily

PEOPLE, MOST = 2, 2
LATE = timedelta(hours=48)
SETTINGS = chosen(values_most=MOST, late_hours=48)
TABLES = ("events", "event_keys", "salts", "rollups", "daily", "visitors", "outbox", "recounts")

a_hero = st.sampled_from(["axe", "lina", "zeus"])
a_league = st.sampled_from([None, "one", "two", "three"])
someone = st.one_of(st.none(), st.integers(0, PEOPLE - 1), st.sampled_from(["s0", "s1", "s2"]))
an_event = st.tuples(a_hero, a_league, someone, st.sampled_from([None, 0, 1, 23, 30, 47, 90]))
a_process = st.integers(0, 1)
steps = st.one_of(
    st.tuples(st.just("batch"), a_process, st.lists(an_event, min_size=1, max_size=12)),
    st.tuples(st.just("batch"), a_process, st.lists(an_event, min_size=1, max_size=12)),
    st.tuples(st.just("in a transaction"), a_process, st.lists(an_event, min_size=1, max_size=3), st.booleans()),
    st.tuples(st.just("count"), a_process),
    st.tuples(st.just("count a few"), a_process),
    st.tuples(st.just("die while counting"), a_process),
    st.tuples(st.just("count at once"), st.lists(an_event, max_size=12)),
    st.tuples(st.just("share"), st.integers(0, PEOPLE - 1), st.booleans()),
    st.tuples(st.just("account goes"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("recount"), st.integers(0, 3)),
)


class Died(Exception):
    """A process ends in the middle."""


class World:
    """Two processes on one database, and what the owner of it sees."""

    def __init__(self, url: str, connection: asyncpg.Connection, db: Database, worker: Database) -> None:
        self.url = url
        self.connection = connection
        self.processes = processes = (db, worker)
        self.worker = worker
        self.roll_ups = [RollUps(one, SETTINGS) for one in processes]
        self.people: list[UserId] = []
        self.sent = 0

    async def begin(self) -> None:
        await self.connection.execute(f"truncate {', '.join(f'core.analytics_{name}' for name in TABLES)}")
        await self.connection.execute(
            "update core.analytics_checkpoints set tick = (select tick from core.analytics_head)"
        )
        await self.connection.execute("delete from core.users")
        self.people = [await self.person() for _ in range(PEOPLE)]
        self.sent = 0

    async def person(self) -> UserId:
        user = await make_user(self.connection)
        await self.connection.execute(
            "insert into core.user_settings (id, user_id, share_activity_stats) values (gen_random_uuid(), $1, true)",
            user,
        )
        return user

    def event(self, drawn: tuple[Any, ...]) -> Event:
        hero, league, who, hours = drawn
        user = self.people[who] if isinstance(who, int) else None
        at = None if hours is None else datetime.now(UTC) - timedelta(hours=hours)
        kind, data = (CLOSED, Closed(3)) if league == "three" and hero == "axe" else (OPENED, Opened(hero, league, "x"))
        known = declared(kind)
        session = who if isinstance(who, str) else "a phone"
        return Event(kind.name, known.rollups, *known.texts(data), user, None if who is None else session, None, at)

    async def batch(self, process: int, drawn: list[tuple[Any, ...]]) -> None:
        async with self.processes[process].single() as tx:
            await add_events.one(tx, random.getrandbits(48), LATE, *columns_of([self.event(one) for one in drawn]))
        self.sent += len(drawn)

    async def act(self, what: str, *given: Any) -> None:
        match what, given:
            case "batch", (process, drawn):
                await self.batch(process, drawn)
            case "in a transaction", (process, drawn, commits):
                try:
                    async with self.processes[process].write() as tx:
                        for hero, league, who, _ in drawn:
                            user = self.people[who] if isinstance(who, int) else None
                            await record(tx, OPENED, Opened(hero, league), user_id=user)
                        if not commits:
                            raise Died
                    self.sent += len(drawn)
                except Died:
                    pass
            case "count", (process,):
                assert await self.roll_ups[process].round()
            case "count a few", (process,):
                async with self.processes[process].single() as tx:
                    await roll_up.one(tx, 1, MOST)
            case "die while counting", (process,):
                try:
                    async with self.processes[process].write() as tx:
                        await roll_up.one(tx, 3, MOST)
                        raise Died
                except Died:
                    pass
            case "count at once", (drawn,):
                rounds = [one.round() for one in self.roll_ups]
                await asyncio.gather(*rounds, *([self.batch(0, drawn)] if drawn else []))
            case "share", (person, shares):
                await self.connection.execute(
                    "update core.user_settings set share_activity_stats = $2 where user_id = $1",
                    self.people[person],
                    shares,
                )
            case "account goes", (person,):
                waiting = "select count(*) from core.analytics_outbox where user_id = $1"
                self.sent -= await self.connection.fetchval(waiting, self.people[person])
                await self.connection.execute("delete from core.users where id = $1", self.people[person])
                self.people[person] = await self.person()
            case "recount", (days,):
                day = datetime.now(UTC).date() - timedelta(days=days)
                done = await recount_day(self.worker, SETTINGS, day)
                assert done.corrected == 0

    async def check(self) -> None:
        """All that was sent is there, and counted as a count of the rows says."""
        assert await self.roll_ups[0].round()
        assert await self.connection.fetchval("select count(*) from core.analytics_events") == self.sent
        expected = await self.counts()
        assert await daily(self.url) == expected
        for day in {key[0] for key in expected}:
            assert (await recount_day(self.worker, SETTINGS, day)).corrected == 0
        assert await daily(self.url) == expected

    async def counts(self) -> dict[tuple[Any, ...], tuple[int, int]]:
        """The sums by another way: row by row."""
        events: Counter[tuple[Any, ...]] = Counter()
        visitors: dict[tuple[Any, ...], set[int]] = defaultdict(set)
        apart: dict[tuple[Any, ...], set[tuple[Any, ...]]] = defaultdict(set)
        found = await self.connection.fetch(
            "select day, event_type, event_data::text as data, visitor from core.analytics_events order by id"
        )
        for day, kind, text, visitor in found:
            data = msgspec.json.decode(text)
            cells = [("", ())]
            if kind == OPENED.name:
                cells += [
                    (by, tuple(data.get(field) for field in by.split(","))) for by in ("hero", "league", "hero,league")
                ]
            for by, vals in cells:
                known = apart[day, kind, by]
                if by and vals not in known:
                    if len(known) >= MOST:
                        vals = ()
                    else:
                        known.add(vals)
                events[day, kind, by, vals] += 1
                if visitor is not None:
                    visitors[day, kind, by, vals].add(visitor)
        return {cell: (count, len(visitors[cell])) for cell, count in events.items()}


KNOWN = (
    [("batch", 0, [("axe", None, 0, None)]), ("account goes", 0), ("batch", 1, [("axe", None, 0, None)])],
    [("batch", 0, [("axe", "one", "s0", 30)]), ("count", 0), ("recount", 1), ("batch", 1, [("axe", "one", "s0", 30)])],
    [("in a transaction", 0, [("axe", "one", 0, None)], True), ("account goes", 0)],
)


async def test_every_sum_is_that_of_its_events(clone, db, jobs_db):
    connection = await connect(clone)
    world = World(clone, connection, db, jobs_db)
    loop = asyncio.get_running_loop()

    async def play(history):
        await world.begin()
        for step in history:
            await world.act(*step)
        await world.check()
        await world.batch(1, [("lina", "two", "s1", 1), ("zeus", "four", 1, 25)])  # a recount has forgotten nobody
        await world.check()

    @settings(max_examples=40, deadline=timedelta(seconds=120), suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=1, max_size=20))
    def histories(history):
        asyncio.run_coroutine_threadsafe(play(history), loop).result()

    for history in KNOWN:
        await play(history)
    await asyncio.to_thread(histories)
    await connection.close()
