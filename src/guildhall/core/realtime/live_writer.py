"""The writer of a live log: a table of a slice whose rows are live events, in the order of their commits."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any, Generic, Protocol, TypeVar

from guildhall.core.realtime.permissions import AccessChanged, CachedPermission
from guildhall.core.realtime.queries import CHANNEL, tell
from guildhall.core.realtime.schemas import Sent
from guildhall.core.realtime.ticks import live_ids
from guildhall.db.group_commit.pending import Pending, resolve
from guildhall.db.group_commit.queue import LINGER
from guildhall.db.group_commit.writer import GroupCommit, WriterLimits
from guildhall.db.pool import Database, Transaction
from guildhall.db.statements import Query
from guildhall.log import get_logger

log = get_logger(__name__)

Row = TypeVar("Row")

_SPACING = 0.005
"""Seconds between two announcements to other processes: under load one tells of several commits."""


class LivePending(Pending[Row, Sent], Generic[Row], kw_only=True, eq=False):
    """A row whose sender's permission was checked, and is checked by the statement once more."""

    permission: CachedPermission


class LiveAwaited(LivePending[Row], Generic[Row], kw_only=True, eq=False):
    """A row whose outcome a coroutine awaits."""

    future: "asyncio.Future[Sent]"

    def written(self, sent: Sent) -> None:
        resolve(self.future, sent)

    def failed(self, error: Exception) -> None:
        resolve(self.future, error)


class LiveAnswer(Protocol):
    """The answer of the statement of a live log. `tick` is None if a permission was revoked and nothing was written."""

    @property
    def previous(self) -> int | None:
        """The tick before."""

    @property
    def tick(self) -> int | None:
        """The tick of the commit, from core.next_live_tick; row n has the id core.live_id(tick, n, noise)."""

    @property
    def at(self) -> datetime | None:
        """The time at which the rows count as sent."""

    @property
    def refused(self) -> list[int] | None:
        """The numbers, from 1, of rows that were not written."""


Answer = TypeVar("Answer", bound=LiveAnswer)
Committed = Callable[[int, int, Sequence[tuple[LivePending[Row], Sent]]], None]
"""Takes the tick before, the tick, and the written rows in the order of ids."""


class LiveWriter(GroupCommit[LivePending[Row], Answer], Generic[Row, Answer]):
    """A group commit whose rows are live events of this process at once, and of the others by an announcement.

    The first three arguments of the statement are the access tick up to which the permissions of all rows hold, the
    random bits of the ids, and whether it announces the commit by NOTIFY.
    """

    def __init__(self, db: Database, statement: Query[..., Answer], limits: WriterLimits) -> None:
        super().__init__(db, statement, limits)
        self._committed: Committed[Row] = lambda previous, tick, written: None
        self._catch_up: Callable[[], Awaitable[None]] | None = None
        self._floor: Callable[[], int] = lambda: 0
        self._expect: Callable[[], None] = lambda: None
        self._settled: Callable[[], None] = lambda: None
        self._tell = True
        self._asked_at = self._announced_at = 0.0
        self._unannounced = 0
        """The tick of the latest commit that other processes were not told of yet."""

    def columns(self, batch: Sequence[LivePending[Row]]) -> tuple[Any, ...]:
        """Return the statement's arguments after the first three, from a batch."""
        raise NotImplementedError

    def refusal(self, answer: Answer, place: int) -> Sent | Exception:
        """Return the outcome of the row whose number is at a place of `answer.refused`."""
        raise NotImplementedError

    def tell(
        self,
        committed: Committed[Row],
        catch_up: Callable[[], Awaitable[None]],
        floor: Callable[[], int],
        *,
        expect: Callable[[], None],
        settled: Callable[[], None],
        notify: bool,
    ) -> None:
        """Wire the writer to the hub of its process; see core/realtime/delivery.py.

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

    def arguments(self, batch: Sequence[LivePending[Row]]) -> tuple[Any, ...]:
        """See GroupCommit."""
        floor = self._floor()
        known = min(one.permission.good_as_of(floor) for one in batch)
        now = self._asked_at = perf_counter()
        announced = self._tell and now - self._announced_at >= _SPACING
        arguments = (known, random.getrandbits(48), announced, *self.columns(batch))
        self._expect()
        return arguments

    def answered(self, answer: Answer, arguments: tuple[Any, ...]) -> bool:
        """See GroupCommit."""
        if arguments[2]:
            self._announced_at, self._unannounced = self._asked_at, 0
        elif self._tell and answer.tick is not None:
            self._unannounced = answer.tick
        return answer.tick is not None

    def unanswered(self) -> None:
        """See GroupCommit."""
        self._settled()

    async def check_again(self, batch: Sequence[LivePending[Row]]) -> Sequence[LivePending[Row]]:
        """Check permissions after a revocation: rows of senders who still have theirs are tried again, others fail."""
        self._settled()
        if self._catch_up is not None:
            await self._catch_up()
        floor = self._floor()
        again = []
        for one in batch:
            if one.permission.good_as_of(floor) >= floor > 0 and self._catch_up is not None:
                again.append(one)
            else:
                one.failed(AccessChanged())
        return again

    def settle(self, batch: Sequence[LivePending[Row]], answer: Answer, arguments: tuple[Any, ...]) -> int:
        """Tell everybody, the readers first."""
        tick, previous, at = answer.tick, answer.previous, answer.at
        assert tick is not None
        assert previous is not None
        assert at is not None
        ids = live_ids(tick, len(batch), arguments[1])
        outcomes = [(one, Sent(identifier, at)) for one, identifier in zip(batch, ids, strict=True)]
        refused: list[LivePending[Row]] = []
        if answer.refused:
            refused = [batch[n - 1] for n in answer.refused]
            skipped = set(answer.refused)
            outcomes = [outcome for n, outcome in enumerate(outcomes, 1) if n not in skipped]
        try:
            self._committed(previous, tick, outcomes)
        except Exception as error:  # it is durable all the same, and its senders wait
            log.error("commit_not_told", exc_info=error)
        self._settled()
        for one, sent in outcomes:
            one.written(sent)
        for place, one in enumerate(refused):
            outcome = self.refusal(answer, place)
            if isinstance(outcome, Sent):
                one.written(outcome)
            else:
                one.failed(outcome)
        return len(outcomes)

    def linger(self) -> float:
        """See GroupCommit."""
        return _SPACING if self._unannounced else LINGER

    async def idle(self, tx: Transaction) -> bool:
        """Announce the latest commit, if the statement did not."""
        if not self._unannounced:
            return False
        await tell.one(tx, CHANNEL, f":{self._unannounced}")
        self._unannounced = 0
        return True
