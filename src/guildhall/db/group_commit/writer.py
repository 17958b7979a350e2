"""The one writer of a kind of row in a process: commits whatever has gathered since its last commit."""

import asyncio
import contextlib
import random
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import asyncpg
from msgspec import Struct

from guildhall.db.connection import GONE
from guildhall.db.group_commit.pending import Pending
from guildhall.db.group_commit.queue import LINGER, BatchQueue
from guildhall.db.pool import Database, Transaction
from guildhall.db.statements import Prepared, Query
from guildhall.db.trouble import TROUBLE
from guildhall.errors import DatabaseUnavailable, Unavailable, Unprocessable
from guildhall.log import get_logger

log = get_logger(__name__)

Item = TypeVar("Item", bound=Pending[Any, Any])
Answer = TypeVar("Answer")

_AGAIN = (0.05, 1.0)
"""Seconds until another attempt while the database is away: at first, and at most."""
_WORTH_PREPARING = 4
"""The number of batches in a row that is worth a round trip to prepare their statement."""
_CLOSING = 10.0
"""Seconds that the waiting rows have at the end of the process."""


class WriterLimits(Struct, frozen=True):
    """Capacities of a writer: rows of one batch, rows that may wait, and seconds that one may wait."""

    batch_most: int
    waiting_most: int
    seconds: float


class GroupCommit(Generic[Item, Answer]):
    """A writer of rows: durable before acknowledged, batched without a timer, with a bounded queue.

    A subclass has the statement, which takes a batch as arrays and is its own transaction, and says what it answers.
    `submit` queues a row, which is called back with its outcome.
    """

    busy: ClassVar[type[Unavailable]]
    """Raised by `submit` while the queue is full."""
    uncertain: ClassVar[type[Unavailable]]
    """The failure of a row without a key that was on its way when the connection was lost."""
    refused: ClassVar[type[Unprocessable]]
    """The failure of a row that the database does not take."""

    def __init__(self, db: Database, statement: Query[..., Answer], limits: WriterLimits) -> None:
        self._db = db
        self._query = statement
        self._waiting_most = limits.waiting_most
        self._seconds = limits.seconds
        self._queue: BatchQueue[Item] = BatchQueue(limits.batch_most, self.keys)
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._statement: Prepared[..., Answer] | None = None
        self.batches = 0
        self.written = 0

    # -- a subclass's part, called once a batch -----------------------------------------------------------------------

    def keys(self, batch: Sequence[Item]) -> Sequence[Hashable | None]:
        """Return the idempotency keys of rows; the statement writes a key once.

        Rows with a key are written again after a lost connection, the others fail as uncertain.
        """
        return (None,) * len(batch)

    def arguments(self, batch: Sequence[Item]) -> tuple[Any, ...]:
        """Return the arguments of the statement; it is run next."""
        raise NotImplementedError

    def answered(self, answer: Answer, arguments: tuple[Any, ...]) -> bool:
        """Take the answer at once; False if it says that nothing was written, which `check_again` settles."""
        return True

    def unanswered(self) -> None:
        """Called when the statement has failed."""

    async def check_again(self, batch: Sequence[Item]) -> Sequence[Item]:
        """Settle a batch that was not written as its rows were checked too early; return those to write again.

        Raises Unavailable: all are tried again.
        """
        raise NotImplementedError

    def settle(self, batch: Sequence[Item], answer: Answer, arguments: tuple[Any, ...]) -> int:
        """Tell each row of a committed batch its outcome; return how many rows were written."""
        raise NotImplementedError

    def linger(self) -> float:
        """Return the seconds in which a row may still come before `idle` is asked."""
        return LINGER

    async def idle(self, tx: Transaction) -> bool:
        """Do what was put off until nothing waits; True if the connection is kept for a while longer."""
        return False

    # -- the way in and out -------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """Rows that wait to be written."""
        return len(self._queue)

    def submit(self, one: Item) -> None:
        """Queue a row. Raises the writer's `busy` error."""
        if len(self._queue.waiting) >= self._waiting_most:
            raise self.busy
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        one.until = loop.time() + self._seconds
        self._queue.add(one)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run(), name="group-commit")

    async def close(self) -> None:
        """Write the waiting rows, and take no more. After ten seconds the rest fails."""
        self._waiting_most = 0
        if self._task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._task), _CLOSING)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for one in self._queue.take_late(float("inf")):
            one.failed(DatabaseUnavailable())

    # -- the loop -----------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Write as long as rows wait, and a moment longer: the connection is kept for the next senders."""
        wait = _AGAIN[0]
        while len(self._queue):
            try:
                async with self._db.single() as tx:
                    wait = _AGAIN[0]
                    self._statement = None
                    await self._write_on(tx)
            except Unavailable as error:
                log.warning("rows_wait", writer=type(self).__name__, why=str(error), rows=len(self._queue))
                for one in self._queue.take_late(asyncio.get_running_loop().time()):
                    one.failed(error)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 (jitter, no secret)
                wait = min(wait * 2, _AGAIN[1])

    async def _write_on(self, tx: Transaction) -> None:
        """Write on one connection until nothing has come for a while."""
        acknowledged, turns = 0, 0
        while True:
            if not await self._queue.gathered(acknowledged, self.linger()):
                if not await self.idle(tx):
                    return
                continue
            if tx.connection.is_closed():  # nothing of what waits was on its way
                raise DatabaseUnavailable(detail="The database connection was lost.")
            turns += 1
            if turns == _WORTH_PREPARING:
                self._statement = await self._query.prepared(tx)
            acknowledged = await self._write_all(tx, acknowledged)

    async def _write_all(self, tx: Transaction, acknowledged: int) -> int:
        """Write batch after batch as long as enough wait; return the size of the last one.

        While the database works on one batch, the senders of the one before are acknowledged.
        """
        queue = self._queue
        batch = queue.take(queue.share(acknowledged))
        answer = await self._write(tx, batch)
        while True:
            share = queue.share(len(batch))
            writing = None
            try:
                if len(queue) * 2 > share:
                    following = queue.take(share)
                    writing = asyncio.create_task(self._write(tx, following), name="batch")
                    await asyncio.sleep(0)  # so that the statement is on its way
            finally:
                if answer is not None:
                    self._settle(batch, *answer)
            if writing is None:
                return len(batch)
            batch, answer = following, await writing

    async def _write(self, tx: Transaction, batch: list[Item]) -> tuple[Answer, tuple[Any, ...]] | None:
        """Write a batch; return the database's answer and the arguments, None if the batch is settled already.

        Raises Unavailable if the database is away; rows that can be tried again wait for it.
        """
        arguments = self.arguments(batch)
        statement = self._statement
        try:
            answer = await (self._query.one(tx, *arguments) if statement is None else statement.one(*arguments))
        except GONE:
            self.unanswered()
            # A row that was on its way when the database left may be written: only one with a key can be tried again.
            keys = self.keys(batch)
            for one, key in zip(batch, keys, strict=True):
                if key is None:
                    one.failed(self.uncertain())
            self._queue.put_back([one for one, key in zip(batch, keys, strict=True) if key is not None])
            raise
        except (*TROUBLE, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            self.unanswered()
            self._queue.put_back(batch)  # nothing was written
            raise
        except (asyncpg.PostgresError, asyncpg.DataError) as error:
            self.unanswered()
            await self._halve(tx, batch, error)
            return None
        except asyncio.CancelledError:  # the process ends
            self.unanswered()
            for one in batch:
                one.failed(self.uncertain())
            raise
        if self.answered(answer, arguments):
            return answer, arguments
        try:
            again = await self.check_again(batch)
        except Unavailable:
            self._queue.put_back(batch)
            raise
        self._queue.put_back(again)
        return None

    async def _halve(self, tx: Transaction, batch: list[Item], error: Exception) -> None:
        """Write the halves of a batch apart: a row that the database does not take must not keep the others back."""
        if len(batch) == 1:
            log.error("row_refused", writer=type(self).__name__, exc_info=error)
            batch[0].failed(self.refused())
            return
        half = len(batch) // 2
        first, second = batch[:half], batch[half:]
        try:
            answer = await self._write(tx, first)
        except BaseException:
            self._queue.put_back(second)
            raise
        if answer is not None:
            self._settle(first, *answer)
        answer = await self._write(tx, second)
        if answer is not None:
            self._settle(second, *answer)

    def _settle(self, batch: list[Item], answer: Answer, arguments: tuple[Any, ...]) -> None:
        self.batches += 1
        try:
            self.written += self.settle(batch, answer, arguments)
        except Exception as error:  # the batch is durable all the same
            log.error("commit_not_settled", writer=type(self).__name__, exc_info=error)
