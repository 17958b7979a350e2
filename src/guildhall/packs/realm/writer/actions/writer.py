"""The one writer of messages in a process: takes whatever has gathered since the last commit and commits it as one."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

import asyncpg

from guildhall.core.realtime.queries import CHANNEL, live_head, tell
from guildhall.core.realtime.ticks import live_ids, microseconds_of, tick_of
from guildhall.db.connection import GONE
from guildhall.db.pool import Database, Transaction
from guildhall.db.statements import Prepared
from guildhall.db.trouble import TROUBLE
from guildhall.errors import DatabaseUnavailable, Unavailable
from guildhall.log import get_logger
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.actions.gathering import LINGER, Batch, Gathering
from guildhall.packs.realm.writer.actions.waiting import Awaited, Judgement, Waiting, columns_of
from guildhall.packs.realm.writer.errors import AccessChanged, MessageRefused, SendUncertain, SlowMode, WriterBusy
from guildhall.packs.realm.writer.queries import add_messages, still_there
from guildhall.packs.realm.writer.schemas import AddedMessages, Draft, Sent

log = get_logger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AGAIN = (0.05, 1.0)
"""Seconds until another attempt while the database is away: at first, and at most."""
_SPACING = 0.005
"""Seconds between two announcements to other processes: under load one tells of several commits."""
_WORTH_PREPARING = 4
"""The number of batches in a row that is worth a round trip to prepare their statement."""
_CLOSING = 10.0
"""Seconds that what waits has at the end of the process."""


Committed = Callable[[int, int, Sequence[tuple[Draft, Sent]]], None]
"""Takes the tick before, the tick, and what was written in the order of ids."""


class MessageWriter:
    """The writer of messages: durable before acknowledged, batched without waiting.

    `send` waits, `submit` calls back.
    """

    def __init__(self, db: Database, settings: RealmSettings) -> None:
        self._db = db
        self._waiting_most = settings.waiting_most
        self._send_seconds = settings.send_seconds
        self._gathering = Gathering(settings.batch_most)
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._committed: Committed = lambda previous, tick, written: None
        self._catch_up: Callable[[], Awaitable[None]] | None = None
        self._floor: Callable[[], int] = lambda: 0
        self._expect: Callable[[], None] = lambda: None
        self._settled: Callable[[], None] = lambda: None
        self._tell = True
        self._announced_at = 0.0
        self._unannounced = 0
        """The tick of the latest commit that other processes were not told of yet."""
        self._statement: Prepared[..., AddedMessages] | None = None
        self.batches = 0
        self.written = 0

    def tell(
        self,
        committed: Committed,
        catch_up: Callable[[], Awaitable[None]],
        floor: Callable[[], int],
        *,
        expect: Callable[[], None],
        settled: Callable[[], None],
        notify: bool,
    ) -> None:
        """Wire the writer to the hub of its process.

        `committed` is called for each commit, between `expect` and `settled`. `floor` is the access tick up to which
        valid permissions hold, and `catch_up` returns when it has risen to now. Without `notify` no NOTIFY is sent,
        because other processes learn of commits otherwise.
        """
        self._committed = committed
        self._catch_up = catch_up
        self._floor = floor
        self._expect = expect
        self._settled = settled
        self._tell = notify

    async def close(self) -> None:
        """Write what waits, and stop."""
        if self._task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._task), _CLOSING)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """Messages that wait to be written."""
        return len(self._gathering)

    def submit(self, waiting: Waiting) -> None:
        """Queue a draft, which is called back with the outcome. Raises WriterBusy."""
        if len(self._gathering.waiting) >= self._waiting_most:
            raise WriterBusy
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        waiting.until = loop.time() + self._send_seconds
        self._gathering.add(waiting)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run(), name="message-writer")

    async def send(self, draft: Draft, judgement: Judgement | None = None) -> Sent:
        """Write a draft, and return when it is durable.

        Without a judgement (a game server, the product itself) it is only looked whether sender and channel are there.
        Raises AccessChanged when a judgement is not good any more, ChannelNotFound, SlowMode, MessageRefused,
        WriterBusy, SendUncertain, Unavailable.
        """
        while True:
            judged = judgement or await self._judge(draft)
            future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
            self.submit(Awaited(draft=draft, judgement=judged, future=future))
            try:
                return await future
            except AccessChanged:
                if judgement is not None:
                    raise

    async def _judge(self, draft: Draft) -> Judgement:
        async with self._db.single() as tx:
            _, known = await live_head.one(tx)
            if not await still_there.one(tx, draft.user_id, draft.channel_id):
                raise ChannelNotFound
        return Judgement(known)

    # -- the loop -------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Write as long as messages wait, and a moment longer: the connection is kept for the next senders."""
        wait = _AGAIN[0]
        while len(self._gathering):
            try:
                async with self._db.single() as tx:
                    wait = _AGAIN[0]
                    self._statement = None
                    await self._write_on(tx)
            except Unavailable as error:
                log.warning("messages_wait", why=str(error), messages=len(self._gathering))
                for one in self._gathering.take_late(asyncio.get_running_loop().time()):
                    one.failed(error)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 (jitter, no secret)
                wait = min(wait * 2, _AGAIN[1])

    async def _write_on(self, tx: Transaction) -> None:
        """Write on one connection until nothing has come for a while."""
        told, turns = 0, 0
        while True:
            if not await self._gathering.gathered(told, _SPACING if self._unannounced else LINGER):
                if not self._unannounced:
                    return
                await tell.one(tx, CHANNEL, f":{self._unannounced}")
                self._unannounced = 0
                continue
            if tx.connection.is_closed():  # nothing of what waits was on its way
                raise DatabaseUnavailable(detail="The database connection was lost.")
            turns += 1
            if turns == _WORTH_PREPARING:
                self._statement = await add_messages.prepared(tx)
            told = await self._write_all(tx, told)

    async def _write_all(self, tx: Transaction, told: int) -> int:
        """Write batch after batch as long as enough wait; return the size of the last one.

        While the database works on one batch, the senders of the one before are acknowledged.
        """
        gathering = self._gathering
        batch = gathering.take(gathering.share(told))
        added = await self._ask(tx, batch)
        while True:
            if added is not None and added[0].tick is None:
                await self._judge_again(batch)
                added = None
            share = gathering.share(len(batch))
            asking = None
            if len(gathering) * 2 > share:
                following = gathering.take(share)
                asking = asyncio.create_task(self._ask(tx, following), name="message-batch")
                await asyncio.sleep(0)  # so that the statement is on its way
            if added is not None:
                self._done(batch, *added)
            if asking is None:
                return len(batch)
            batch, added = following, await asking

    async def _ask(self, tx: Transaction, batch: Batch) -> tuple[AddedMessages, int] | None:
        """Write a batch; return the database's answer and the random bits of its ids, None if it is already settled.

        Raises Unavailable if the database is away; messages that can be tried again wait for it.
        """
        floor = self._floor()
        known = min(one.judgement.good_as_of(floor) for one in batch)
        noise = random.getrandbits(48)
        now = perf_counter()
        announced = self._tell and now - self._announced_at >= _SPACING
        arguments = (known, noise, announced, *columns_of(batch))
        statement = self._statement
        self._expect()
        try:
            added = await (add_messages.one(tx, *arguments) if statement is None else statement.one(*arguments))
            if announced:
                self._announced_at, self._unannounced = now, 0
            elif self._tell and added.tick is not None:
                self._unannounced = added.tick
            return added, noise
        except GONE:
            self._settled()
            # What was on its way when the database left may be written: only what has a key can be tried again.
            again = [one for one in batch if one.draft.client_key is not None]
            for one in batch:
                if one.draft.client_key is None:
                    one.failed(SendUncertain())
            self._gathering.put_back(again)
            raise
        except (*TROUBLE, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            self._settled()
            self._gathering.put_back(batch)  # nothing was written
            raise
        except (asyncpg.PostgresError, asyncpg.DataError) as error:
            self._settled()
            await self._apart(tx, batch, error)
            return None

    async def _apart(self, tx: Transaction, batch: Batch, error: Exception) -> None:
        """One that the database does not take must not keep the others back."""
        if len(batch) == 1:
            log.error("message_refused", exc_info=error)
            batch[0].failed(MessageRefused())
            return
        half = len(batch) // 2
        try:
            await self._write_part(tx, batch[:half])
        except BaseException:
            self._gathering.put_back(batch[half:])
            raise
        await self._write_part(tx, batch[half:])

    async def _write_part(self, tx: Transaction, part: Batch) -> None:
        added = await self._ask(tx, part)
        if added is None:
            return
        if added[0].tick is None:
            await self._judge_again(part)
        else:
            self._done(part, *added)

    async def _judge_again(self, batch: Batch) -> None:
        """Check permissions after a revocation: drafts of people who still have theirs are tried again, others fail."""
        self._settled()
        if self._catch_up is not None:
            try:
                await self._catch_up()
            except Unavailable:
                self._gathering.put_back(batch)
                raise
        floor = self._floor()
        again: Batch = []
        for one in batch:
            if one.judgement.good_as_of(floor) >= floor > 0 and self._catch_up is not None:
                again.append(one)
            else:
                one.failed(AccessChanged())
        self._gathering.put_back(again)

    def _done(self, batch: Batch, added: AddedMessages, noise: int) -> None:
        """Tell everybody, the readers first."""
        tick, previous = added.tick, added.previous
        assert tick is not None
        assert previous is not None
        at = added.at
        assert at is not None
        ids = live_ids(tick, len(batch), noise)
        outcomes = [(one, Sent(identifier, at)) for one, identifier in zip(batch, ids, strict=True)]
        refused: Batch = []
        if added.refused:
            refused = [batch[n - 1] for n in added.refused]
            skipped = set(added.refused)
            outcomes = [outcome for n, outcome in enumerate(outcomes, 1) if n not in skipped]
        written = [(one.draft, sent) for one, sent in outcomes]
        self.batches += 1
        self.written += len(written)
        try:
            self._committed(previous, tick, written)
        except Exception as error:  # it is durable all the same, and its senders wait
            log.error("commit_not_told", exc_info=error)
        self._settled()
        for one, sent in outcomes:
            one.sent(sent)
        for one, found, wait in zip(refused, added.earlier or (), added.wait or (), strict=True):
            if found is not None:
                then = _EPOCH + timedelta(microseconds=microseconds_of(tick_of(found)))
                one.sent(Sent(found, then, again=True))
            else:
                one.failed(SlowMode(retry_after=wait))
