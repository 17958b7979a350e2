"""Ends what takes too long, by a look at everything that runs a few times within the limit.

A timer for each request costs a reading of the clock and a place in the loop's heap; on a lane that answers in
80 µs that is a fifteenth of the whole.
"""

import asyncio
import time
from typing import Any


class Deadlines:
    """Tasks by number, in the order in which they began; late by a tenth of the limit, a second at most."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._interval = max(0.01, min(1.0, seconds / 10))
        self._running: dict[int, tuple[float, asyncio.Task[Any]]] = {}
        self._late: set[int] = set()
        self._looking = False

    def begin(self, number: int, task: "asyncio.Task[Any]", began: float) -> None:
        """Watch a task that began at `began` (time.perf_counter)."""
        self._running[number] = (began, task)
        if not self._looking:
            self._looking = True
            task.get_loop().call_later(self._interval, self._look, task.get_loop())

    def end(self, number: int) -> None:
        """The task has ended, or is about to."""
        self._running.pop(number, None)
        self._late.discard(number)

    def is_late(self, number: int) -> bool:
        """Return whether the task was cancelled by us."""
        return number in self._late

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        before = time.perf_counter() - self._seconds
        for number, (began, task) in self._running.items():
            if began > before:
                break
            if number not in self._late:
                self._late.add(number)
                task.cancel()
        if self._running:
            loop.call_later(self._interval, self._look, loop)
        else:
            self._looking = False
