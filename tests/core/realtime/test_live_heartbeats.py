"""Pings from one timer: who is pinged when, and who is closed."""

import asyncio
import time

from guildhall.core.realtime.heartbeats import Heartbeats


class Line:
    """A connection that answers its pings, or does not."""

    def __init__(self, answers: bool) -> None:
        self.ping_at = 0.0
        self.pinged: bytes | None = None
        self.answers = answers
        self.over = False
        self.pings = 0
        self.closed_at: float | None = None

    def ping(self, payload: bytes) -> None:
        self.pings += 1
        if self.answers:
            self.pinged = None

    def unanswered(self) -> None:
        self.over = True
        self.closed_at = time.monotonic()


async def test_those_who_answer_live_on_and_those_who_do_not_are_closed():
    heartbeats = Heartbeats(0.05, 0.12)  # a ping is due while the last one may still be answered
    good, silent, gone = Line(True), Line(False), Line(True)
    for line in (good, silent, gone):
        heartbeats.begin(line)
    gone.over = True
    began = time.monotonic()

    async with asyncio.timeout(10):
        while silent.closed_at is None or good.pings < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert silent.pings == 1
    assert silent.closed_at - began >= 0.12
    assert (good.over, gone.pings) == (False, 0)


async def test_one_that_is_answered_late_but_in_time_is_not_closed():
    heartbeats = Heartbeats(0.05, 3.0)
    slow = Line(False)
    heartbeats.begin(slow)

    async with asyncio.timeout(10):
        while slow.pings < 3:
            await asyncio.sleep(0.01)
            if slow.pinged is not None:
                await asyncio.sleep(0.1)
                slow.pinged = None

    assert not slow.over


async def test_the_timer_rests_when_nobody_is_left():
    heartbeats = Heartbeats(0.02, 0.02)
    line = Line(True)
    heartbeats.begin(line)
    line.over = True

    async with asyncio.timeout(10):
        while heartbeats._timer is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    again = Line(True)
    heartbeats.begin(again)
    async with asyncio.timeout(10):
        while not again.pings:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
