"""pgqueuer's buffers under our loop: what comes leaves in time, and nothing wakes them while they are empty."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pgqueuer.core.buffers import TimedOverflowBuffer

from guildhall.core.jobs.resting import rest_when_empty


class Noted(TimedOverflowBuffer[int]):
    """A buffer that keeps what it flushed."""

    def __init__(self, seconds: float, fail_first: bool = False) -> None:
        super().__init__(max_size=1000, timeout=timedelta(seconds=seconds))
        self.flushed: list[list[int]] = []
        self.fail = fail_first

    async def flush_items(self, items: list[int]) -> None:
        if self.fail:
            self.fail = False
            raise OSError("the database is away")
        self.flushed.append(items)


@pytest.fixture(autouse=True)
def resting() -> None:
    rest_when_empty()


async def until(condition: Any) -> None:
    """Wait for a condition, two seconds at most."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 (the buffer has no event)
            await asyncio.sleep(0.005)


async def test_items_that_come_together_leave_together_within_the_timeout():
    async with Noted(0.05) as buffer:
        for number in range(5):
            await buffer.add(number)
        await until(lambda: buffer.flushed)
        await buffer.add(5)
        await until(lambda: len(buffer.flushed) == 2)

    assert [sorted(items) for items in buffer.flushed] == [[0, 1, 2, 3, 4], [5]]


async def test_what_has_not_left_leaves_at_the_end():
    async with Noted(60) as buffer:
        await buffer.add(1)
        await asyncio.sleep(0.01)
        await buffer.add(2)

    assert sorted(number for items in buffer.flushed for number in items) == [1, 2]


async def test_a_flush_that_failed_is_tried_again():
    async with Noted(0.02, fail_first=True) as buffer:
        await buffer.add(1)
        await until(lambda: buffer.flushed)

    assert buffer.flushed == [[1]]


async def test_an_empty_buffer_is_not_looked_at(monkeypatch):
    looks: list[float] = []
    wait_for = asyncio.wait_for

    def counted(awaitable: Any, timeout: float | None) -> Any:
        looks.append(timeout or 0)
        return wait_for(awaitable, timeout)

    async with Noted(0.01) as buffer:
        monkeypatch.setattr(asyncio, "wait_for", counted)
        await asyncio.sleep(0.1)
        at_rest = list(looks)
        await buffer.add(1)
        await until(lambda: buffer.flushed)
        monkeypatch.undo()

    assert at_rest == []
    assert looks != [], "the buffer waits by wait_for when it has something"
