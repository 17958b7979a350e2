"""One batch of claimed keys: refreshed with bounded concurrency, and ended as a whole."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.fresh import queries, rules
from guildhall.core.fresh.bound import Bound
from guildhall.core.fresh.schemas import Claimed, Ending, Outcome
from guildhall.core.jobs.errors import in_words
from guildhall.core.upstream.errors import UpstreamLimited, UpstreamNotFound, UpstreamResting
from guildhall.db.pool import Database, Transaction
from guildhall.errors import DatabaseUnavailable, NotFound, Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

_SUSPECTS = 3
"""Failures of keys without any success after which the game API is thought to be at fault, and not the keys."""
_END_WITHIN = 5.0
"""Seconds that a batch whose worker stops takes to hand back its keys."""


class Pause(Struct, frozen=True):
    """The wait that a game API asks for. `whole`: also of keys that somebody waits for. `down`: it does not answer."""

    seconds: float
    whole: bool
    why: str
    down: bool = False


class Batch:
    """Claimed keys of one declaration."""

    def __init__(self, bound: Bound, db: Database, clock: Clock, holder: UUID, key_seconds: float) -> None:
        self._bound = bound
        self._db = db
        self._clock = clock
        self.holder = holder
        self._key_seconds = key_seconds
        self.pause: Pause | None = None
        self.outcomes: list[Outcome] = []
        self.forgotten: list[Claimed] = []
        self._suspects: list[tuple[Claimed, Unavailable]] = []
        self._answered = False
        self._lost: DatabaseUnavailable | None = None

    async def run(self, claimed: Sequence[Claimed], *, keep: bool = False) -> None:
        """Refresh the keys and write down what became of each, also when the worker stops in the middle.

        `keep` refreshes also those that would be forgotten.

        Raises DatabaseUnavailable; the keys come back then when their lease ends.
        """
        now = self._clock.now()
        self.forgotten = [row for row in claimed if not keep and self._unasked(row, now)]
        left = [row for row in claimed if row not in self.forgotten]
        waiting = deque(left)
        until = asyncio.get_running_loop().time() + rules.STARTS_FOR
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._bound.at_once, len(left))):
                    group.create_task(self._work(waiting, until))
        except asyncio.CancelledError:
            self._judge(left)
            async with asyncio.timeout(_END_WITHIN):
                await asyncio.shield(self._end())
            raise
        self._judge(left)
        await self._end()
        if self._lost is not None:
            raise self._lost

    def _unasked(self, row: Claimed, now: datetime) -> bool:
        """Return whether nobody has asked for a key for long, or since the game said that there is no such thing."""
        if row.wanted_at is not None:
            return False
        after = self._bound.fresh.forget_after
        return (row.gone_at is not None and row.asked_at <= row.gone_at) or (
            after is not None and row.asked_at <= now - after
        )

    async def _work(self, waiting: "deque[Claimed]", until: float) -> None:
        """Refresh one key after another, until none is left or the batch is to end."""
        loop = asyncio.get_running_loop()
        while waiting and self.pause is None and self._lost is None and loop.time() < until:
            await self._one(waiting.popleft())

    async def _one(self, row: Claimed) -> None:
        try:
            try:
                async with asyncio.timeout(self._key_seconds) as limit:
                    due_at = await self._bound.refresh(row)
            except (NotFound, UpstreamNotFound):
                async with asyncio.timeout(self._key_seconds) as limit:
                    await self._bound.tell_gone(row)
                self._answered = True
                self._note(row, "gone", self._clock.now() + self._bound.fresh.gone_for)
                return
        except UpstreamLimited as error:
            self.pause = self.pause or Pause(error.retry_after, row.wanted_at is not None, str(error))
        except UpstreamResting as error:
            self._suspects.append((row, error))
            self.pause = Pause(error.retry_after, True, str(error), down=True)
        except DatabaseUnavailable as error:
            self._lost = error
        except Unavailable as error:
            self._suspects.append((row, error))
            if not self._answered and len(self._suspects) >= max(_SUSPECTS, self._bound.at_once):
                self.pause = self.pause or Pause(error.retry_after, True, str(error), down=True)
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            self._failed(row, cancelled, "the refresh awaited something that was cancelled")
        except Exception as error:
            late = isinstance(error, TimeoutError) and limit.expired()
            self._answered = True
            words = f"took longer than the {self._key_seconds:g} seconds of a refresh" if late else in_words(error)
            self._failed(row, error, words)
            log.error("refresh_broken", declaration=self._bound.fresh.name, key=row.key, exc_info=error)
        else:
            self._answered = True
            self._note(row, "refreshed", due_at or self._bound.fresh.next_due(self._clock.now()))

    def _failed(self, row: Claimed, error: BaseException, words: str) -> None:
        due_at = self._bound.fresh.retry_due(self._clock.now(), row.failures + 1)
        self._note(row, "failed", due_at, words[:500])

    def _note(self, row: Claimed, ending: Ending, due_at: datetime, error: str | None = None) -> None:
        self.outcomes.append(Outcome(row.key, row.wanted_at, ending, due_at, error))

    def _judge(self, rows: Sequence[Claimed]) -> None:
        """Decide whose fault the suspects are, and put back every key without an outcome of its own."""
        down = any(isinstance(error, UpstreamResting) for _, error in self._suspects) or (
            not self._answered and len(self._suspects) >= _SUSPECTS
        )
        if down:
            longest = max(self._suspects, key=lambda suspect: suspect[1].retry_after)[1]
            self.pause = Pause(longest.retry_after, True, str(longest), down=True)
        else:
            for row, error in self._suspects:
                self._failed(row, error, in_words(error))
        ended = {outcome.key for outcome in self.outcomes}
        for row in rows:
            if row.key not in ended:
                self._note(row, "put_back", row.due_at)

    async def _end(self) -> None:
        """Write down the end of all keys in one transaction."""
        async with self._db.write() as tx:
            await self._write(tx)

    async def _write(self, tx: Transaction) -> None:
        name, ends = self._bound.fresh.name, self.outcomes
        if self.forgotten:
            gone = self.forgotten
            await queries.drop.run(tx, name, self.holder, [row.key for row in gone], [row.asked_at for row in gone])
            ends = [*ends, *(Outcome(row.key, row.wanted_at, "put_back", row.due_at) for row in gone)]
        await queries.finish.run(
            tx, name, self.holder, tx.now, [one.key for one in ends], [one.wanted_at for one in ends],
            [one.ending for one in ends], [one.due_at for one in ends], [one.error for one in ends],
        )  # fmt: skip
        if any(one.ending in ("refreshed", "gone") for one in ends):
            await queries.note_fruit.run(tx, name)
        if self.pause is not None:
            wait = rules.halt(self.pause.seconds).total_seconds()
            if self.pause.down:
                longest = rules.LONGEST_SILENCE.total_seconds()
                await queries.halt_longer.run(tx, name, wait, longest, self.pause.why)
            else:
                await queries.set_halt.run(tx, name, wait if self.pause.whole else 0.0, wait, self.pause.why)
            log.warning("refreshes_wait", declaration=name, seconds=wait, why=self.pause.why)
