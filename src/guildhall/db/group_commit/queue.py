"""The queue of rows that wait to be written in a process, and the sizes of their batches."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from guildhall.db.group_commit.pending import Pending

LINGER = 0.25
"""Seconds in which a row may still come before the writer gives its connection back."""
_PATIENCE = 0.001
"""Seconds that the first row waits for the expected others at most."""
_WORTH_HALVING = 48
"""The number of senders from which on the database writes one half while the process answers the other."""
_MOST_SKIPPED = 64

Item = TypeVar("Item", bound=Pending[Any, Any])
Keys = Callable[[Sequence[Item]], Sequence[Hashable | None]]
"""Returns the idempotency keys of rows, in their order."""


class BatchQueue(Generic[Item]):
    """Waiting rows in the order of their arrival, and an estimate of the next senders.

    A sender whose row was just acknowledged often sends the next one at once. A commit costs as much for one row as
    for eight, so few senders are written together: the first waits for the others, a millisecond at most, and not
    again soon when they did not come. Many senders are written in two halves, which takes no waiting.
    """

    def __init__(self, batch_most: int, keys: Keys[Item]) -> None:
        self._most = batch_most
        self._keys = keys
        self.waiting: deque[Item] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Future[None] | None = None
        self._deadline = 0.0
        """The end of the present wait, by the loop's clock."""
        self._timer: asyncio.TimerHandle | None = None
        """Checks the deadline at `_timer_at`. It outlives a wait, so that one timer serves many of them."""
        self._timer_at = 0.0
        self._patient = False
        """True while the deadline is that of the first row that waits."""
        self._wanted = 1
        self._skipped = 0
        """The number of waits that were skipped after the latest one in vain."""
        self._to_skip = 0

    def __len__(self) -> int:
        """Return the number of rows that wait."""
        return len(self.waiting)

    def add(self, one: Item) -> None:
        """Queue a row behind all others."""
        self.waiting.append(one)
        if self._news is not None:
            if len(self.waiting) >= self._wanted:
                _wake(self._news)
            elif not self._patient:
                self._patient = True
                self._wait_until(_PATIENCE)

    def put_back(self, batch: Iterable[Item]) -> None:
        """Put a batch back before all others."""
        self.waiting.extendleft(reversed(list(batch)))

    def take_late(self, now: float) -> list[Item]:
        """Take out the rows whose time is over."""
        late = [one for one in self.waiting if now >= one.until]
        self.waiting = deque(one for one in self.waiting if now < one.until)
        return late

    def share(self, acknowledged: int) -> int:
        """Return the size of the next batch, if so many rows are being acknowledged now or were just before."""
        expected = len(self.waiting) + acknowledged
        return min(expected if expected < _WORTH_HALVING else (expected + 1) // 2, self._most)

    def take(self, share: int) -> list[Item]:
        """Take the first so many. Two rows with one key are not taken together: the second is to find the first."""
        waiting = self.waiting
        if len(waiting) <= share:
            taken = list(waiting)
            waiting.clear()
        else:
            taken = [waiting.popleft() for _ in range(share)]
        keys = self._keys(taken)
        nameless = keys.count(None)
        if nameless >= len(taken) - 1 or len(set(keys)) == len(taken) - nameless + (nameless > 0):
            return taken
        self.put_back(taken)
        return self._take_distinct(share)

    def _take_distinct(self, share: int) -> list[Item]:
        taken: list[Item] = []
        seen: set[Hashable] = set()
        later: list[Item] = []
        waiting = self.waiting
        while waiting and len(taken) < share:
            one = waiting.popleft()
            (key,) = self._keys((one,))
            if key is not None:
                if key in seen:
                    later.append(one)
                    continue
                seen.add(key)
            taken.append(one)
        self.put_back(later)
        return taken

    async def gathered(self, acknowledged: int, linger: float = LINGER) -> bool:
        """Return when it is time for the next batch: True if a row waits. So many senders were just acknowledged.

        If none waits, one may still come within `linger` seconds.
        """
        share = self.share(acknowledged)
        waiting = len(self.waiting)
        if waiting >= max(share, 1):
            return True  # without a turn of the loop
        if share < 2 or self._to_skip:  # the first will do
            if not waiting:
                await self._more(1, linger)
            if 0 < len(self.waiting) < share:
                self._to_skip -= 1
        elif await self._more(share, _PATIENCE if waiting else linger):
            self._skipped = 0
        elif self.waiting:
            self._skipped = min(2 * self._skipped + 1, _MOST_SKIPPED)
            self._to_skip = self._skipped
        return bool(self.waiting)

    async def _more(self, count: int, seconds: float) -> bool:
        """Return when so many rows wait: True if they do.

        It returns too when nothing has come after some seconds, or fewer within the patience of the first.
        """
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        news = self._news = self._loop.create_future()
        self._wanted, self._patient = count, len(self.waiting) > 0
        self._wait_until(seconds)
        try:
            await news
        finally:
            self._news = None
        return len(self.waiting) >= count

    def _wait_until(self, seconds: float) -> None:
        """End the present wait in so many seconds."""
        assert self._loop is not None
        self._deadline = self._loop.time() + seconds
        if self._timer is None or self._deadline < self._timer_at:
            if self._timer is not None:
                self._timer.cancel()
            self._look_at(self._loop, self._deadline)

    def _look_at(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        self._timer_at = when
        self._timer = loop.call_at(when, self._look)

    def _look(self) -> None:
        """End the present wait if its time is over."""
        self._timer = None
        if self._news is None:
            return
        assert self._loop is not None
        if self._loop.time() >= self._deadline:
            _wake(self._news)
        else:
            self._look_at(self._loop, self._deadline)


def _wake(news: "asyncio.Future[None]") -> None:
    if not news.done():
        news.set_result(None)
