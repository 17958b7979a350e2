"""The worker's sender: claims due notifications, sends them on all channels at once, stores the outcomes."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import aiohttp
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.notify.actions import dispatch
from guildhall.core.notify.channels.accounts import FcmTokens
from guildhall.core.notify.channels.addresses import PublicResolver
from guildhall.core.notify.channels.email import EmailSender
from guildhall.core.notify.channels.fcm import Fcm
from guildhall.core.notify.channels.webhook import WebhookSender
from guildhall.core.notify.kinds import NoticeKinds
from guildhall.core.notify.queries.notices import next_due
from guildhall.core.notify.rules.retries import backoff
from guildhall.core.notify.schemas.deliveries import Outcome, Outgoing
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

LINGER = 10.0
"""Seconds ahead that a run waits for what comes due, so that it goes out on time."""
_LONGEST_RUN = 240.0
"""Seconds; then another job goes on."""
_RESULTS = 2000
"""Results that one transaction writes down."""
_FLUSH_EVERY = 0.05
"""Seconds between two writings, in which results gather."""
_PATIENCE = 30.0
"""Seconds that a database which is away is waited for; what is lost after that is sent again under its own id."""


class Sent(Struct):
    """The result of a run. `more` is true if something is still due."""

    taken_up: int = 0
    sent: int = 0
    retried: int = 0
    failed: int = 0
    more: bool = False


class NoticeSender:
    """Sends the notifications of a process; one run at a time does all of the process's work."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: NotifySettings,
        kinds: NoticeKinds,
        vault: Vault,
        mailer: Mailer,
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._kinds = kinds
        self._vault = vault
        self._mailer = mailer
        self._channels: dict[str, Callable[[Outgoing], Awaitable[Outcome]]] = {}
        self._sessions: list[aiohttp.ClientSession] = []
        self._running = False
        self._wake = asyncio.Event()

    async def close(self) -> None:
        """Hang up."""
        for session in self._sessions:
            await session.close()

    async def run(self) -> Sent:
        """Send everything that is due or comes due within seconds; what was done.

        While a run is at work a second one leaves everything to it.
        """
        if self._running:
            self._wake.set()
            return Sent()
        self._running = True
        try:
            self._open()
            run = _Run(self._db, self._clock, self._settings, self._kinds, self._vault, self._channels, self._wake)
            return await run.run()
        finally:
            self._running = False

    def _open(self) -> None:
        """The channels that are configured, at the first run, which is on the loop that they need."""
        if self._channels:
            return
        settings = self._settings
        if settings.fcm_service_account is not None:
            session = _session(settings.concurrency, settings.send_seconds)
            tokens = FcmTokens(settings.fcm_service_account, session, self._clock)
            self._channels["push"] = Fcm(settings.fcm_url, tokens, session, self._clock).send
            self._sessions.append(session)
        private = settings.webhook_private_addresses
        session = _session(settings.concurrency, settings.send_seconds, PublicResolver(private))
        self._channels["webhook"] = WebhookSender(session, self._clock, private).send
        self._sessions.append(session)
        if self._mailer.configured:
            self._channels["email"] = EmailSender(self._mailer).send


def _session(connections: int, seconds: float, resolver: PublicResolver | None = None) -> aiohttp.ClientSession:
    """A session that keeps its connections, and no cookies."""
    connector = aiohttp.TCPConnector(limit=connections, resolver=resolver, keepalive_timeout=60, ttl_dns_cache=60)
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept", "Accept-Encoding"),
        headers={"User-Agent": "Guildhall"},
    )


class _Run:
    """One run: takers-up fill a bounded queue, senders empty it, a writer writes down what gathered meanwhile."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: NotifySettings,
        kinds: NoticeKinds,
        vault: Vault,
        channels: dict[str, Callable[[Outgoing], Awaitable[Outcome]]],
        wake: asyncio.Event,
    ) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._kinds = kinds
        self._vault = vault
        self._channels = channels
        self._wake = wake
        self._in_flight = 0
        self._todo: asyncio.Queue[Outgoing | None] = asyncio.Queue(settings.batch)
        self._results: list[tuple[Outgoing, Outcome]] = []
        self._arrived = asyncio.Event()
        self._all_sent = False
        self._done = Sent()

    async def run(self) -> Sent:
        """Send until nothing is due any more."""
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write())
            senders = [group.create_task(self._send_all()) for _ in range(self._settings.concurrency)]
            try:
                await self._take_up_all()
            finally:
                for _ in senders:
                    await self._todo.put(None)
            await asyncio.gather(*senders)
            self._all_sent = True
            self._arrived.set()
            await writer
        return self._done

    async def _take_up_all(self) -> None:
        began = time.monotonic()
        while True:
            self._wake.clear()
            taken = await self._take_up()
            self._in_flight += len(taken.outgoing)
            for message in taken.outgoing:
                await self._todo.put(message)
            self._done.taken_up += taken.notices
            if time.monotonic() - began > _LONGEST_RUN:
                self._done.more = True
                return
            if taken.notices:
                continue
            wait = await self._until_next()
            soon = wait is not None and wait <= LINGER
            if not soon and not self._in_flight and not self._wake.is_set():
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(wait, 0.02) if soon and wait is not None else LINGER)

    async def _take_up(self) -> dispatch.TakenUp:
        channels = frozenset(self._channels)
        async with self._db.write() as tx:
            taken = await dispatch.take_up_due(tx, self._kinds, self._settings, channels, self._vault)
        if taken.notices:
            return taken
        async with self._db.write() as tx:
            return await dispatch.retake_due(tx, self._kinds, self._settings, channels, self._vault)

    async def _until_next(self) -> float | None:
        """Seconds until something is due, negative when it is; None when nothing waits."""
        async with self._db.read() as tx:
            due = await next_due.one(tx, self._settings.gather_seconds)
            return None if due is None else (due - tx.now).total_seconds()

    async def _send_all(self) -> None:
        while (message := await self._todo.get()) is not None:
            outcome = await self._send(message)
            self._results.append((message, outcome))  # the list of this moment: the writer puts new ones in its place
            self._arrived.set()

    async def _send(self, message: Outgoing) -> Outcome:
        """Send one message and return its outcome, whatever its channel does."""
        if self._clock.timestamp() + self._settings.send_seconds > message.until:
            # Nobody else may have it while we send: whoever was slow lets go of it instead.
            return Outcome("retry", error="the worker was too slow", wait=0.0, counts=False)
        try:
            async with asyncio.timeout(self._settings.send_seconds):
                return await self._channels[message.channel](message)
        except TimeoutError:
            return Outcome("retry", error="no answer in time")
        except Exception as error:
            log.error("delivery_broken", delivery=str(message.delivery), channel=message.channel, exc_info=error)
            return Outcome("retry", error=f"a bug: {type(error).__name__}")

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            if not self._all_sent:
                await asyncio.sleep(_FLUSH_EVERY)
            while self._results:
                batch, self._results = self._results[:_RESULTS], self._results[_RESULTS:]
                await self._record(batch)
            if self._all_sent:
                return

    async def _record(self, results: list[tuple[Outgoing, Outcome]]) -> None:
        """Store the outcomes of messages, waiting for a database that is away. Raises Unavailable."""
        waits: dict[UUID, float] = {}
        settings = self._settings
        final: list[tuple[Outgoing, Outcome]] = []
        for message, outcome in results:
            if outcome.name == "retry" and outcome.counts and message.attempts >= settings.attempts:
                outcome = Outcome("failed", error=outcome.error)
            elif outcome.name == "retry":
                waits[message.delivery] = self._wait(message, outcome)
            final.append((message, outcome))
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                async with self._db.write() as tx:
                    await dispatch.record(tx, final, settings, waits)
                break
            except Unavailable as error:
                if time.monotonic() > deadline:
                    raise
                log.warning("deliveries_not_recorded", why=str(error), results=len(final))
                await asyncio.sleep(0.5)
        self._in_flight -= len(final)
        self._wake.set()  # what is to be tried again may be due at once
        self._done.sent += sum(outcome.name == "sent" for _, outcome in final)
        self._done.retried += len(waits)
        self._done.failed += sum(outcome.name == "failed" for _, outcome in final)
        for message, outcome in final:
            if outcome.name == "failed":
                log.info("delivery_failed", delivery=str(message.delivery), channel=message.channel, why=outcome.error)

    def _wait(self, message: Outgoing, outcome: Outcome) -> float:
        """Seconds until the next attempt: what the channel asks for, with a spread, so that not all come at once."""
        jitter = random.random()  # noqa: S311 (no secret)
        if outcome.wait is not None:
            return outcome.wait + min(outcome.wait, 5.0) * jitter
        return backoff(message.attempts, self._settings.retry_first, self._settings.retry_longest, jitter)
