"""The queue of a group commit: what waits, and how much of it goes at once."""

import asyncio
import time
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from guildhall.db.group_commit.pending import Pending
from guildhall.db.group_commit.queue import BatchQueue

Note = tuple[int, str | None]
"""A sender and a key."""
Waiting = Pending[Note, None]


def waiting(sender: int, key: str | None = None, until: float = 0.0) -> Waiting:
    return Pending(row=(sender, key), until=until)


def keys(batch: Sequence[Waiting]) -> list[Note | None]:
    return [None if one.row[1] is None else one.row for one in batch]


def queue_of(most: int) -> BatchQueue[Waiting]:
    return BatchQueue(most, keys)


rows = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([None, "a", "b"])), max_size=60)


@given(rows, st.integers(1, 20))
def test_everything_goes_once_and_a_sender_s_in_order_but_for_repeated_keys(said, most):
    queue = queue_of(most)
    come = [waiting(sender, key) for sender, key in said]
    for one in come:
        queue.add(one)

    gone: list[Waiting] = []
    while len(queue):
        batch = queue.take(queue.share(0))
        assert 0 < len(batch) <= most
        named = [one.row for one in batch if one.row[1]]
        assert len(named) == len(set(named))
        gone += batch

    assert sorted(map(id, gone)) == sorted(map(id, come))
    for sender in range(1, 5):
        for key in ("a", "b"):  # of one key the first is the first
            mine = [one for one in come if one.row == (sender, key)]
            assert [one for one in gone if one in mine] == mine
        without = [one for one in come if one.row == (sender, None)]
        assert [one for one in gone if one in without] == without


@given(st.integers(0, 2000), st.integers(0, 500), st.integers(1, 600))
def test_few_go_together_and_many_in_halves(count, acknowledged, most):
    queue = queue_of(most)
    for sender in range(count):
        queue.add(waiting(sender))

    share = queue.share(acknowledged)

    assert share <= most
    if count + acknowledged < 48:
        assert share == min(count + acknowledged, most)
    else:
        assert share == min((count + acknowledged + 1) // 2, most)


def test_what_is_put_back_is_first_and_what_is_late_is_taken_out():
    queue = queue_of(10)
    come = [waiting(n, until=float(n)) for n in range(6)]
    for one in come[3:]:
        queue.add(one)
    queue.put_back(come[:3])

    late = queue.take_late(2.0)

    assert late == come[:3]
    assert queue.take(10) == come[3:]


class Patient(BatchQueue[Waiting]):
    """Waits as long as it takes, so that only their number ends it."""

    def _wait_until(self, seconds: float) -> None:
        super()._wait_until(60.0)


async def test_the_first_waits_for_those_who_were_acknowledged():
    queue = Patient(100, keys)
    asked = asyncio.create_task(queue.gathered(8))
    for sender in range(8):
        await asyncio.sleep(0)
        assert not asked.done()
        queue.add(waiting(sender))

    assert await asked is True
    assert len(queue.take(queue.share(0))) == 8


class Noted(BatchQueue[Waiting]):
    """Notes how often the first waits for others."""

    waits = 0

    async def _more(self, count: int, seconds: float) -> bool:
        self.waits += 1
        return await super()._more(count, seconds)


async def test_who_does_not_come_is_not_waited_for_again_for_a_while():
    queue = Noted(100, keys)
    for number in range(200):
        queue.add(waiting(1))
        assert await queue.gathered(8) is True
        queue.take(100)
        assert queue.waits == sum(number >= first for first in (0, 2, 6, 14, 30, 62, 126, 191)), number

    assert queue.waits == 8


async def test_nothing_comes_and_the_connection_may_go():
    queue = queue_of(100)
    began = time.perf_counter()

    assert await queue.gathered(0) is False
    assert time.perf_counter() - began > 0.2
