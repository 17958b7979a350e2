"""How fast are old messages found again among five million: newest, page by page, by their author, by their words?"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from bench import realm_side
from bench.chat_lines import WORDS
from bench.chat_rows import fill_messages, fill_words
from bench.compare import Result, median_of, told, within
from bench.context import BenchError, Context, without_failures
from bench.live_socket import percentile_ms
from bench.load import LoadResult, run_load
from bench.realm_side import World
from guildhall.clock import Clock
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.realm.chat.actions.reading import read_history, read_live_log, read_messages_of
from guildhall.packs.realm.chat.queries.messages import FIRST, live_log
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.packs.realm.search.actions import Wanted, search

MESSAGES = 5_000_000
SERVERS = 20
CHANNELS = 200
USERS = 20_000
PAGE = 100
"""Messages of a page, and pages that are gone back."""
CALLS = 400
HUNDREDTH = 100
"""A prepared statement turns to a plan for all values after a few calls; what it is then counts from here on."""
_WALKS = 4
_WARM = 20
"""Calls that read what no cache has yet, which a server that runs has long done."""
_NOBODY = "quxotlwumph"


def run(context: Context) -> list[Result]:
    """The product's own queries and actions, in its transactions, on one connection, one after the other."""
    amount = context.scaled(MESSAGES)
    with realm_side.own_cluster(context) as own:
        world = asyncio.run(realm_side.make_world(own, servers=SERVERS, channels=CHANNELS, users=USERS))
        asyncio.run(fill_messages(own, world, amount))
        asyncio.run(fill_words(own))
        results = asyncio.run(_measure(own, world, f"of {amount:,} messages"))
        return [*results, *_over_http(own, world)]


class Reader:
    """One connection as the web process has it, and what is asked on it, timed."""

    def __init__(self, db: Database, world: World) -> None:
        self.db = db
        self.world = world
        self.dice = random.Random(3)

    def somebody(self) -> tuple[Viewer, ServerId, ChannelId]:
        """A person, their server, and one of its channels."""
        number = self.dice.randrange(USERS)
        channel = number % SERVERS + SERVERS * self.dice.randrange(CHANNELS // SERVERS)
        return Viewer(self.world.users[number]), self.world.servers[number % SERVERS], self.world.channels[channel]

    async def times(self, call: Callable[[], Awaitable[int]], calls: int = CALLS, least: int = 1) -> list[float]:
        """Seconds of each call, without the first ones. Raises BenchError when one found less than `least`."""
        taken: list[float] = []
        for number in range(calls + _WARM):
            began = time.perf_counter()
            found = await call()
            took = time.perf_counter() - began
            if found < least:
                raise BenchError(f"{found} messages were found, not {least}")
            if number >= _WARM:
                taken.append(took)
        return taken

    async def newest(self) -> int:
        """The statement alone."""
        _, server, _ = self.somebody()
        async with self.db.read() as tx:
            return len(await live_log.many(tx, server, FIRST, PAGE))

    async def live_log(self) -> int:
        """The answer's whole content."""
        _, server, _ = self.somebody()
        async with self.db.read() as tx:
            return len((await read_live_log(tx, server, None, PAGE)).messages)

    async def of_author(self) -> int:
        """What somebody said, whoever it is."""
        viewer, server, _ = self.somebody()
        author = self.world.users[self.dice.randrange(USERS // SERVERS) * SERVERS + self.world.servers.index(server)]
        async with self.db.read(viewer) as tx:
            return len((await read_messages_of(tx, server, author, None, PAGE)).messages)

    async def walk(self) -> list[float]:
        """Seconds of each page on the way back."""
        viewer, _, channel = self.somebody()
        before: UUID | None = None
        taken: list[float] = []
        for _ in range(PAGE):
            began = time.perf_counter()
            async with self.db.read(viewer) as tx:
                page = await read_history(tx, channel, before, None, PAGE)
            taken.append(time.perf_counter() - began)
            before = page.next
            if before is None:
                break
        return taken

    def searching(self, words: str) -> Callable[[], Awaitable[int]]:
        """A search of somebody's server for words."""

        async def once() -> int:
            viewer, server, _ = self.somebody()
            async with self.db.read(viewer, timeout=30) as tx:
                return len((await search(tx, server, Wanted(words=words), 50)).found)

        return once


async def _measure(context: Context, world: World, of_all: str) -> list[Result]:
    db = await Database.open(PoolSettings(context.database_url, APP, smallest=1, largest=1), Clock())
    try:
        reader = Reader(db, world)
        newest = await reader.times(reader.newest, least=min(PAGE, context.scaled(MESSAGES) // SERVERS // 2))
        whole = await reader.times(reader.live_log)
        walks = [await reader.walk() for _ in range(_WALKS)]
        author = await reader.times(reader.of_author, least=0)
        found = {
            kind: await reader.times(reader.searching(words), least=least)
            for kind, words, least in (
                ("rare", WORDS.rare, 0),
                ("middling", WORDS.middling, 0),
                ("common", WORDS.common, 1),
                ("never said", _NOBODY, 0),
            )
        }
    finally:
        await db.close()
    pages = [page for walk in walks for page in walk]
    deepest = max(len(walk) for walk in walks)
    lines = [
        within(f"newest {PAGE} of a server {of_all}, in the database: p99", percentile_ms(newest, 0.99), 3.0, "ms"),
        told("the same: p50", percentile_ms(newest, 0.5), "ms"),
        told(f"the live log {of_all}, with its reactions, as it is encoded: p99", percentile_ms(whole, 0.99), "ms"),
        within(f"back page by page in a channel {of_all}, {deepest} pages of {PAGE}: p99",
               percentile_ms(pages, 0.99), 10.0, "ms"),
        told("the same: p50", percentile_ms(pages, 0.5), "ms"),
        told("the same: p50 of the deepest page", percentile_ms([walk[-1] for walk in walks], 0.5), "ms"),
        within(f"somebody's newest {PAGE} {of_all}: p99", percentile_ms(author, 0.99), 10.0, "ms"),
        told("the same: p50", percentile_ms(author, 0.5), "ms"),
    ]  # fmt: skip
    for kind, times in found.items():
        name = f"search for a {kind} word" if kind != "never said" else "search for a word that nobody said"
        lines += _search_lines(f"{name} {of_all}", times)
    return lines


def _search_lines(name: str, times: Sequence[float]) -> list[Result]:
    return [
        within(f"{name}: p99", percentile_ms(times, 0.99), 50.0, "ms"),
        within(f"{name}, from the hundredth call on: p99", percentile_ms(times[HUNDREDTH - _WARM :], 0.99), 50.0, "ms"),
        told(f"{name}: p50", percentile_ms(times, 0.5), "ms"),
    ]


def _over_http(context: Context, world: World) -> list[Result]:
    """The live log of one server as all its people ask for it."""
    [token] = asyncio.run(realm_side.access_tokens(context, world.users[:1]))
    target = f"/api/v1/realm/servers/{world.servers[0]}/live"
    with realm_side.serve(context, GUILDHALL_LOG_LEVEL="warning") as server:
        headers = {"Authorization": f"Bearer {token}"}
        rounds: list[LoadResult] = []
        for _ in range(context.rounds):
            result = run_load(server.host, server.port, [target], context.connections, context.seconds, headers)
            rounds.append(without_failures(result))
    size = rounds[0].body_bytes
    name = f"the live log over HTTP, {size / 1024:.0f} KB, by its cached bytes"
    return [
        told(f"{name}: throughput", median_of(rounds, lambda one: one.throughput), "req/s"),
        told(f"{name}: p99", median_of(rounds, lambda one: one.p99_ms), "ms"),
    ]
