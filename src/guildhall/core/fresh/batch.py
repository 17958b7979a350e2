"""One batch of claimed keys: refreshed with bounded concurrency, and ended as a whole."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.fresh import rules
from guildhall.core.fresh.bound import Bound
from guildhall.core.fresh.held import HeldKey, finish, outcome_of
from guildhall.core.fresh.queries import claims, halts
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

    def __init__(self, bound: Bound, db: Database, clock: Clock, holder: UUID, seconds: float) -> None:
        self._bound = bound
        self._db = db
        self._clock = clock
        self.holder = holder
        self._seconds = seconds
        self.pause: Pause | None = None
        self.outcomes: list[Outcome] = []
        self.forgotten: list[Claimed] = []
        self._held: list[HeldKey[Any]] = []
        """The keys that are refreshed together: a transaction of the pack's may have ended them."""
        self._unsure = False
        """True when nobody knows which of those transactions were committed."""
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
        try:
            await (self._together(left) if self._bound.together else self._each(left))
        except asyncio.CancelledError:
            self._unsure = True
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

    async def _each(self, rows: Sequence[Claimed]) -> None:
        """Refresh the keys one by one, several at the same time."""
        waiting = deque(rows)
        until = asyncio.get_running_loop().time() + rules.STARTS_FOR
        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._bound.at_once, len(rows))):
                group.create_task(self._work(waiting, until))

    async def _work(self, waiting: "deque[Claimed]", until: float) -> None:
        """Refresh one key after another, until none is left or the batch is to end."""
        loop = asyncio.get_running_loop()
        while waiting and self.pause is None and self._lost is None and loop.time() < until:
            await self._one(HeldKey("", waiting.popleft(), self.holder))

    async def _one(self, held: HeldKey[Any]) -> None:
        try:
            async with asyncio.timeout(self._seconds) as limit:
                due_at = await self._bound.refresh(held)
        except asyncio.CancelledError as cancelled:
            self._failed(held.claimed, cancelled, _not_ours(cancelled))
        except Exception as error:
            await self._met(held, error, late=limit.expired())
        else:
            self._refreshed(held.claimed, due_at)

    async def _together(self, rows: Sequence[Claimed]) -> None:
        """Refresh the keys with one call, and take what it says of each that it has not ended itself."""
        for row in rows:
            try:
                self._held.append(self._bound.typed(row, self.holder))
            except ValueError as error:
                self._failed(row, error, in_words(error))
        if not self._held:
            return
        said: Mapping[Any, datetime | Exception | None] = {}
        nothing: Exception = LookupError("refresh_many says nothing of the key")
        late = False
        try:
            async with asyncio.timeout(self._seconds) as limit:
                said = await self._bound.refresh_many(self._held)
        except asyncio.CancelledError as cancelled:
            nothing, self._unsure = RuntimeError(_not_ours(cancelled)), True
        except Exception as error:
            nothing, self._unsure, late = error, True, limit.expired()
        for one in self._held:
            outcome = said.get(one.key, None if one.ended else nothing)
            if isinstance(outcome, Exception):
                await self._met(one, outcome, late=late)
            elif not one.ended:
                self._refreshed(one.claimed, outcome)

    async def _met(self, held: HeldKey[Any], error: Exception, *, late: bool = False, gone: bool = True) -> None:
        """Take an error for what it says: of the key, or of the game API."""
        row = held.claimed
        match error:
            case NotFound() | UpstreamNotFound() if gone:
                await self._gone(held)
            case UpstreamLimited():
                self.pause = self.pause or Pause(error.retry_after, row.wanted_at is not None, str(error))
            case UpstreamResting():
                self._suspects.append((row, error))
                self.pause = Pause(error.retry_after, True, str(error), down=True)
            case DatabaseUnavailable():
                self._lost = error
            case Unavailable():
                self._suspects.append((row, error))
                if not self._answered and len(self._suspects) >= max(_SUSPECTS, self._bound.at_once):
                    self.pause = self.pause or Pause(error.retry_after, True, str(error), down=True)
            case _:
                self._answered = True
                late = late and isinstance(error, TimeoutError)
                words = f"took longer than the {self._seconds:g} seconds of a refresh" if late else in_words(error)
                self._failed(row, error, words)
                log.error("refresh_broken", declaration=self._bound.fresh.name, key=row.key, exc_info=error)

    async def _gone(self, held: HeldKey[Any]) -> None:
        """Tell the pack that there is no such key, and leave it alone for a while."""
        try:
            async with asyncio.timeout(self._seconds) as limit:
                await self._bound.tell_gone(held)
        except asyncio.CancelledError as cancelled:
            self._failed(held.claimed, cancelled, _not_ours(cancelled))
        except Exception as error:
            await self._met(held, error, late=limit.expired(), gone=False)
        else:
            self._answered = True
            self._note(held.claimed, "gone", self._clock.now() + self._bound.fresh.gone_for)

    def _refreshed(self, row: Claimed, due_at: datetime | None) -> None:
        self._answered = True
        self._note(row, "refreshed", due_at or self._bound.fresh.next_due(self._clock.now()))

    def _failed(self, row: Claimed, error: BaseException, words: str) -> None:
        due_at = self._bound.fresh.retry_due(self._clock.now(), row.failures + 1)
        self._note(row, "failed", due_at, words[:500])

    def _note(self, row: Claimed, ending: Ending, due_at: datetime, error: str | None = None) -> None:
        self.outcomes.append(Outcome(row.key, row.wanted_at, ending, due_at, error))

    def _judge(self, rows: Sequence[Claimed]) -> None:
        """Decide whose fault the suspects are, and put back every key without an outcome of its own."""
        answered = self._answered or any(one.ended for one in self._held)
        down = any(isinstance(error, UpstreamResting) for _, error in self._suspects) or (
            not answered and len(self._suspects) >= _SUSPECTS
        )
        if down:
            longest = max(self._suspects, key=lambda suspect: suspect[1].retry_after)[1]
            self.pause = Pause(longest.retry_after, True, str(longest), down=True)
        else:
            for row, error in self._suspects:
                self._failed(row, error, in_words(error))
        settled = {outcome.key for outcome in self.outcomes}
        if not self._unsure:
            settled |= {one.claimed.key for one in self._held if one.ended}
        for row in rows:
            if row.key not in settled:
                self._note(row, "put_back", row.due_at)

    async def _end(self) -> None:
        """Write down the end of all keys in one transaction."""
        async with self._db.write() as tx:
            await self._write(tx)

    async def _write(self, tx: Transaction) -> None:
        name, ends = self._bound.fresh.name, self.outcomes
        if self.forgotten:
            gone = self.forgotten
            await claims.drop.run(tx, name, self.holder, [row.key for row in gone], [row.asked_at for row in gone])
            ends = [*ends, *(Outcome(row.key, row.wanted_at, "put_back", row.due_at) for row in gone)]
        self._settle(await finish(tx, name, [(self.holder, one) for one in ends]))
        if any(one.ending in ("refreshed", "gone") for one in self.outcomes):
            await halts.note_fruit.run(tx, name)
        if self.pause is not None:
            wait = rules.halt(self.pause.seconds).total_seconds()
            if self.pause.down:
                longest = rules.LONGEST_SILENCE.total_seconds()
                await halts.halt_longer.run(tx, name, wait, longest, self.pause.why)
            else:
                await halts.set_halt.run(tx, name, wait if self.pause.whole else 0.0, wait, self.pause.why)
            log.warning("refreshes_wait", declaration=name, seconds=wait, why=self.pause.why)

    def _settle(self, held_yet: set[str]) -> None:
        """Count the keys that a committed transaction of the pack's has ended: those were not held any more."""
        ended = {one.claimed.key: one for one in self._held if one.ended and one.claimed.key not in held_yet}
        self.outcomes = [one for one in self.outcomes if one.key not in ended]
        for one in ended.values():
            if one.gone:
                self.forgotten.append(one.claimed)
            else:
                self.outcomes.append(outcome_of(one, "refreshed", one.due_at))


def _not_ours(cancelled: asyncio.CancelledError) -> str:
    """Return the words for something cancelled that was awaited; raise it when the batch itself is to stop."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise cancelled
    return "the refresh awaited something that was cancelled"
