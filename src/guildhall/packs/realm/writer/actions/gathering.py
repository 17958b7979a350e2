"""Messages that wait to be written in a process, and the sizes of their batches."""

import asyncio
from collections import deque
from collections.abc import Iterable
from uuid import UUID

from guildhall.packs.realm.writer.actions.waiting import Waiting

LINGER = 0.25
"""Seconds in which something may still come before the writer gives its connection back."""
_PATIENCE = 0.001
"""Seconds that the first waits for those who are expected at most."""
_WORTH_HALVING = 48
"""The number of senders from which on the database writes one half while the process delivers the other."""
_MOST_DOUBTS = 64

Batch = list[Waiting]


class Gathering:
    """Waiting messages in the order of their arrival, and an estimate of the next senders.

    A sender whose message was just acknowledged often sends the next one at once. A commit costs as much for one
    message as for eight, so few senders are written together: the first waits for the others, a millisecond at most,
    and not again soon when they did not come. Many senders are written in two halves, which takes no waiting.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.waiting: deque[Waiting] = deque()
        """Messages in the order of their coming."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Future[None] | None = None
        self._deadline = 0.0
        """When the wait of now is over, by the loop's clock."""
        self._timer: asyncio.TimerHandle | None = None
        """Checks the deadline at `_timer_at`. It outlives a wait, so that one timer serves many of them."""
        self._timer_at = 0.0
        self._patient = False
        """True while the deadline is that of the first message that waits."""
        self._wanted = 1
        self._doubts = 0
        self._unasked = 0

    def __len__(self) -> int:
        """Messages that wait."""
        return len(self.waiting)

    def add(self, one: Waiting) -> None:
        """Queue a message behind all others."""
        self.waiting.append(one)
        if self._news is not None:
            if len(self.waiting) >= self._wanted:
                _wake(self._news)
            elif not self._patient:
                self._patient = True
                self._be_patient(_PATIENCE)

    def put_back(self, batch: Iterable[Waiting]) -> None:
        """Put a batch back before all others."""
        self.waiting.extendleft(reversed(list(batch)))

    def take_late(self, now: float) -> Batch:
        """Take out those whose patience is over."""
        late = [one for one in self.waiting if now >= one.until]
        self.waiting = deque(one for one in self.waiting if now < one.until)
        return late

    def share(self, told: int) -> int:
        """Return the size of the next batch, if `told` messages are being delivered now or were just before."""
        expected = len(self.waiting) + told
        return min(expected if expected < _WORTH_HALVING else (expected + 1) // 2, self._most)

    def take(self, share: int) -> Batch:
        """The first so many. Two of one sender with one key are not taken together: the second is to find the first."""
        waiting = self.waiting
        if len(waiting) <= share:
            keyed = [(one.draft.user_id, one.draft.client_key) for one in waiting if one.draft.client_key is not None]
            if len(keyed) < 2 or len(set(keyed)) == len(keyed):
                everything = list(waiting)
                waiting.clear()
                return everything
        taken: Batch = []
        keys: set[tuple[UUID, str]] = set()
        later: Batch = []
        while waiting and len(taken) < share:
            one = waiting.popleft()
            if one.draft.client_key is not None:
                key = (one.draft.user_id, one.draft.client_key)
                if key in keys:
                    later.append(one)
                    continue
                keys.add(key)
            taken.append(one)
        waiting.extendleft(reversed(later))
        return taken

    async def gathered(self, told: int, linger: float = LINGER) -> bool:
        """Return when it is time for the next batch: whether a message waits. `told` senders were just acknowledged.

        If none waits, one may still come within `linger` seconds.
        """
        share = self.share(told)
        waiting = len(self.waiting)
        if waiting >= max(share, 1):
            return True  # without a turn of the loop
        if share < 2 or self._unasked:  # the first will do
            if not waiting:
                await self._more(1, linger)
            if 0 < len(self.waiting) < share:
                self._unasked -= 1
        elif await self._more(share, _PATIENCE if waiting else linger):
            self._doubts = 0
        elif self.waiting:
            self._doubts = min(2 * self._doubts + 1, _MOST_DOUBTS)
            self._unasked = self._doubts
        return bool(self.waiting)

    async def _more(self, count: int, seconds: float) -> bool:
        """Return when so many wait: whether they do.

        It returns too when nothing has come after some seconds, or fewer within the patience of the first.
        """
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        news = self._news = self._loop.create_future()
        self._wanted, self._patient = count, len(self.waiting) > 0
        self._be_patient(seconds)
        try:
            await news
        finally:
            self._news = None
        return len(self.waiting) >= count

    def _be_patient(self, seconds: float) -> None:
        """End the wait of now in so many seconds."""
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
        """End the wait of now if its time is over."""
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
