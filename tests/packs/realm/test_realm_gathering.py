"""What waits to be written, and how much of it goes at once."""

import asyncio
import time
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.realm.writer.actions.gathering import Gathering
from guildhall.packs.realm.writer.actions.waiting import Judgement, Waiting
from guildhall.packs.realm.writer.schemas import Draft


def waiting(sender: int, key: str | None = None, until: float = 0.0) -> Waiting:
    draft = Draft(
        user_id=UUID(int=sender), server_id=UUID(int=1), channel_id=None, type="user", content="x", client_key=key
    )
    one = Waiting(draft=draft, judgement=Judgement(0))
    one.until = until
    return one


messages = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([None, "a", "b"])), max_size=60)


@given(messages, st.integers(1, 20))
def test_everything_goes_once_and_a_sender_s_in_order_but_for_repeated_keys(said, most):
    gathering = Gathering(most)
    come = [waiting(sender, key) for sender, key in said]
    for one in come:
        gathering.add(one)

    gone: list[Waiting] = []
    while len(gathering):
        batch = gathering.take(gathering.share(0))
        assert 0 < len(batch) <= most
        keys = [(one.draft.user_id, one.draft.client_key) for one in batch if one.draft.client_key]
        assert len(keys) == len(set(keys))
        gone += batch

    assert sorted(map(id, gone)) == sorted(map(id, come))
    for sender in range(1, 5):
        for key in ("a", "b"):  # of one key the first is the first
            mine = [one for one in come if (one.draft.user_id, one.draft.client_key) == (UUID(int=sender), key)]
            assert [one for one in gone if one in mine] == mine
        without = [one for one in come if (one.draft.user_id, one.draft.client_key) == (UUID(int=sender), None)]
        assert [one for one in gone if one in without] == without


@given(st.integers(0, 2000), st.integers(0, 500), st.integers(1, 600))
def test_few_go_together_and_many_in_halves(count, told, most):
    gathering = Gathering(most)
    for sender in range(count):
        gathering.add(waiting(sender))

    share = gathering.share(told)

    assert share <= most
    if count + told < 48:
        assert share == min(count + told, most)
    else:
        assert share == min((count + told + 1) // 2, most)


def test_what_is_put_back_is_first_and_what_is_late_is_taken_out():
    gathering = Gathering(10)
    come = [waiting(n, until=float(n)) for n in range(6)]
    for one in come[3:]:
        gathering.add(one)
    gathering.put_back(come[:3])

    late = gathering.take_late(2.0)

    assert late == come[:3]
    assert gathering.take(10) == come[3:]


class Patient(Gathering):
    """Waits as long as it takes, so that only their number ends it."""

    def _be_patient(self, seconds: float) -> None:
        super()._be_patient(60.0)


async def test_the_first_waits_for_those_who_were_told():
    gathering = Patient(100)
    asked = asyncio.create_task(gathering.gathered(8))
    for sender in range(8):
        await asyncio.sleep(0)
        assert not asked.done()
        gathering.add(waiting(sender))

    assert await asked is True
    assert len(gathering.take(gathering.share(0))) == 8


class Noted(Gathering):
    """Notes how often the first waits for others."""

    waits = 0

    async def _more(self, count: int, seconds: float) -> bool:
        self.waits += 1
        return await super()._more(count, seconds)


async def test_who_does_not_come_is_not_waited_for_again_for_a_while():
    gathering = Noted(100)
    for number in range(200):
        gathering.add(waiting(1))
        assert await gathering.gathered(8) is True
        gathering.take(100)
        assert gathering.waits == sum(number >= first for first in (0, 2, 6, 14, 30, 62, 126, 191)), number

    assert gathering.waits == 8


async def test_nothing_comes_and_the_connection_may_go():
    gathering = Gathering(100)
    began = time.perf_counter()

    assert await gathering.gathered(0) is False
    assert time.perf_counter() - began > 0.2
