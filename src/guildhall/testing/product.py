"""The running product with the packs under test: a web process, a worker on demand, and a client of both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar, cast

import aiohttp

from guildhall.boot.configuration import Configuration
from guildhall.boot.runtime import WebRuntime, open_web
from guildhall.boot.worker import open_worker
from guildhall.clock import Clock
from guildhall.core.fresh.actions import Key
from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.keeper import Keeper, Round
from guildhall.core.fresh.schemas import Outcome
from guildhall.core.identity.sessions.schemas import Device
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.schemas import Job, JobId
from guildhall.db.connection import connect
from guildhall.ids import UserId
from guildhall.testing.client import Client
from guildhall.testing.commands import Ran, run_command
from guildhall.testing.live import Live, connected
from guildhall.testing.people import Person, sign_in
from guildhall.testing.serving import lent_app, serving
from guildhall.testing.worker import ended_jobs, running_worker
from guildhall.web.edge import Edge

Provided = TypeVar("Provided")


class Product(Client):
    """A web process in this one, and a client of it over real HTTP, for somebody who is not signed in."""

    def __init__(self, address: str, runtime: WebRuntime, session: aiohttp.ClientSession, edge: Edge) -> None:
        super().__init__(address, session)
        self.runtime = runtime
        self.edge = edge
        self._ended: frozenset[JobId] = frozenset()

    async def work(self, *messages: Message, failing: bool = False) -> list[Job]:
        """Send messages, run a worker until no job waits or runs, and return the jobs that have ended since the last.

        The jobs of the messages come first, in their order; behind them are those that were caused or waited. Schedules
        do not run: send the message of one.
        Raises AssertionError for a job that has failed for good, unless `failing`, and for an event of a topic that no
        TopicKind declares; TimeoutError after a minute.
        """
        runtime = self.runtime
        async with running_worker(runtime.configuration, runtime.url, runtime.clock, schedules=False) as worker:
            async with worker.runtime.db.write() as tx:
                sent = await send_many(tx, messages)
            await worker.idle()
            async with worker.runtime.db.read() as tx:
                ended = await ended_jobs(tx.connection, self._ended)
        self._ended |= {job.id for job in ended}
        ended.sort(key=lambda job: sent.index(job.id) if job.id in sent else len(sent))
        failed = [f"{job.job_type} {job.payload}: {job.error}" for job in ended if job.status == "failed"]
        assert failing or not failed, "\n".join(["jobs failed:", *failed])
        await self._require_topics()
        return ended

    async def _require_topics(self) -> None:
        kinds = {kind.name for part in self.runtime.configuration.web_parts for kind in part.topics}
        topics = [row["topic"] for row in await self.rows("select topic from core.live_events where not access")]
        lost = sorted({topic for topic in topics if topic.partition(":")[0] not in kinds})
        assert not lost, f"published to topics of a kind that no TopicKind declares: {', '.join(lost)}"

    async def refresh(self, fresh: Fresh, key: Key, *, failing: bool = False) -> Outcome:
        """Refresh one kept key at once, whether it is due or not. Jobs that this sends wait for `work`.

        Raises AssertionError if the refresh failed, unless `failing`, and for an event of a topic that no TopicKind
        declares; KeyNotKept.
        """
        async with self._keeper() as keeper:
            outcome = await keeper.now(fresh.name, str(key))
        await self._require_topics()
        good = failing or outcome.ending in ("refreshed", "gone")
        assert good, f"{fresh.name} {key}: {outcome.ending}: {outcome.error or 'the game API asks for a pause'}"
        return outcome

    async def refresh_due(self, fresh: Fresh) -> Round:
        """Run a round: refresh or drop what is due of a declaration by the test's clock.

        Raises AssertionError for an event of a topic that no TopicKind declares.
        """
        async with self._keeper() as keeper:
            ended = await keeper.round(fresh.name)
        await self._require_topics()
        return ended

    async def command(self, *words: str, typed: str | None = None, failing: bool = False) -> Ran:
        """Run a command of a pack, `command("lichess", "follow", "ann")`, and return how it ended and what it said.

        It works on the test's database, with the product's settings, clock and stand-ins, and everything that it asks
        for. `typed` is what somebody types when it asks. Raises AssertionError for another exit status than 0, unless
        `failing`; LookupError for the commands of no pack; what an unexpected failure raises.
        """
        runtime = self.runtime
        ran = await asyncio.to_thread(run_command, runtime.configuration, runtime.url, runtime.clock, words, typed)
        assert failing or ran.status == 0, f"guildhall {' '.join(words)}: exit status {ran.status}\n{ran.error}"
        return ran

    async def settled(self) -> None:
        """Wait until the web process fetches nothing behind stale answers: the next request has the new ones."""
        await self.runtime.cache.settled()

    def provided(self, kind: type[Provided]) -> Provided:
        """Return the web process's object of a type, as endpoints get it: a game API, `Cache`, the pack's settings.

        Raises KeyError for what nothing provides.
        """
        return cast(Provided, self.runtime.provided[kind])

    @asynccontextmanager
    async def _keeper(self) -> AsyncIterator[Keeper]:
        runtime = self.runtime
        async with open_worker(runtime.configuration, runtime.url, runtime.clock) as worker:
            yield cast(Keeper, worker.provided[Keeper])

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Return the rows of a statement, as the owner of the database sees them."""
        connection = await connect(self.runtime.url)
        try:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    async def execute(self, sql: str, *arguments: object) -> None:
        """Run a statement as the owner of the database."""
        connection = await connect(self.runtime.url)
        try:
            await connection.execute(sql, *arguments)
        finally:
            await connection.close()

    async def sign_in(self, user_id: UserId | None = None, device: Device | None = None, **columns: Any) -> Person:
        """Sign in a new person (keywords are columns of core.users), or one who is there."""
        return await sign_in(self, user_id, device, **columns)

    def live(self, person: Person | None = None, **options: Any) -> AbstractAsyncContextManager[Live]:
        """Open a live connection of somebody."""
        return connected(self, person, **options)


@asynccontextmanager
async def open_product(configuration: Configuration, url: str, clock: Clock) -> AsyncIterator[Product]:
    """Open a web process on a migrated database, and a client of it."""
    async with open_web(configuration, url, clock) as runtime:
        with lent_app(runtime) as edge:
            async with (
                serving(edge, configuration) as address,
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            ):
                yield Product(address, runtime, session, edge)
