"""Limits of the game's API over real HTTP: kept by all processes together, learnt from answers."""

import asyncio
import time

import pytest

from guildhall.core.upstream.errors import UpstreamDown
from guildhall.packs.poe2.ggg.access import GggAccess
from guildhall.packs.poe2.ggg.errors import AccountLimited, GggLimited
from guildhall.packs.poe2.ggg.upstream import CHARACTERS, PROFILE
from guildhall.packs.poe2.sandbox.ggg import SandboxPolicy
from guildhall.packs.poe2.sandbox.ggg.options import ACCOUNT, LIST, SHEET
from tests.packs.poe2.make import ANN, running_ggg

BEN = "Exile_Two#1002"
TIGHT = {
    name: SandboxPolicy({"Client": ((8, 1, 60), (14, 2, 60), (18, 4, 60)), "Account": ((4, 1, 60), (9, 3, 60))})
    for name in (LIST, SHEET, ACCOUNT)
}
"""Three windows for everybody, two for each account."""


@pytest.fixture
async def tight():
    """A stand-in with limits of a few calls a second."""
    async with running_ggg(policies=TIGHT) as running:
        yield running


def access_of(house):
    """The access of a process."""
    return house.runtime.provided[GggAccess]


async def rows_of(house, table):
    """How many rows there are."""
    return len(await house.rows(f"select from poe2.{table}"))


async def test_processes_never_pass_a_window_together_and_use_most_of_it(start_guildhall, tight):
    houses = [await start_guildhall(clock=tight.clock, poe2={**tight.settings, "ggg_reserve": 0.2}) for _ in range(2)]
    people = [await tight.sign_in(houses[0], name) for name in (ANN, BEN)]
    tight.fault("slow", "/api/profile", delay=0.05, rate=0.3)
    until, made = time.monotonic() + 6.0, []

    async def ask(house, exile, interactive):
        while time.monotonic() < until:
            try:
                await access_of(house).get(exile.id, PROFILE, interactive=interactive)
                made.append(exile.id)
            except GggLimited:
                await asyncio.sleep(0.03)

    await asyncio.gather(
        *(ask(house, exile, way) for house in houses for exile in people for way in (True, False) for _ in range(2))
    )

    assert tight.policies.violations == 0
    # 17 calls in any four seconds, and at first one whose answer tells the limits
    assert len(made) >= 17, "the limits are used, not just kept"
    assert set(made) == {exile.id for exile in people}


async def test_an_account_at_its_limit_does_not_stop_the_others(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann, ben = [await tight.sign_in(house, name) for name in (ANN, BEN)]
    access = access_of(house)

    for _ in range(3):
        await access.get(ann.id, CHARACTERS, interactive=True)
    with pytest.raises(AccountLimited) as stopped:
        await access.get(ann.id, CHARACTERS, interactive=True)
    body = await access.get(ben.id, CHARACTERS, interactive=True)

    assert 1 <= stopped.value.retry_after <= 3
    assert b"characters" in body
    assert tight.policies.violations == 0


async def test_calls_of_others_with_our_client_are_learnt_and_left_room(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann, ben = [await tight.sign_in(house, name) for name in (ANN, BEN)]
    access = access_of(house)
    await access.get(ann.id, CHARACTERS, interactive=True)
    for number in range(5):  # another program with the same client id and other accounts
        tight.policies.count(LIST, {"Client": "guildhall", "Account": f"other {number}"}, tight.app_now())

    await access.get(ann.id, CHARACTERS, interactive=True)
    with pytest.raises(GggLimited) as stopped:
        await access.get(ben.id, CHARACTERS, interactive=True)

    assert not isinstance(stopped.value, AccountLimited)
    assert tight.policies.violations == 0


async def test_after_a_429_nobody_asks_until_the_game_allows_it(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann, ben = [await tight.sign_in(house, name) for name in (ANN, BEN)]
    for number in range(9):
        tight.policies.count(LIST, {"Client": "guildhall", "Account": f"other {number}"}, tight.app_now())
    asked = tight.policies.violations
    assert asked == 1, "somebody else has passed a window"

    with pytest.raises(GggLimited) as first:
        await access_of(house).get(ann.id, CHARACTERS, interactive=True)
    with pytest.raises(GggLimited) as second:
        await access_of(house).get(ben.id, CHARACTERS, interactive=True)

    assert 55 <= first.value.retry_after <= 62
    assert 55 <= second.value.retry_after <= 63
    assert tight.asked("GET /character/poe2") == 1
    assert tight.policies.violations == asked


async def test_a_penalty_of_one_account_is_that_account_s(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann, ben = [await tight.sign_in(house, name) for name in (ANN, BEN)]
    for _ in range(5):
        tight.policies.count(LIST, {"Client": "y", "Account": tight.account(ANN).sub}, tight.app_now())

    with pytest.raises(GggLimited):
        await access_of(house).get(ann.id, CHARACTERS, interactive=True)
    body = await access_of(house).get(ben.id, CHARACTERS, interactive=True)
    with pytest.raises(AccountLimited) as stopped:
        await access_of(house).get(ann.id, CHARACTERS, interactive=True)

    assert b"characters" in body
    assert stopped.value.retry_after > 30


async def test_an_api_without_limits_is_asked_freely(start_guildhall, tight):
    await tight.control("/limits", {"enabled": False})
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann = await tight.sign_in(house)

    for _ in range(40):
        await access_of(house).get(ann.id, CHARACTERS, interactive=True)

    assert await house.rows("select policy from poe2.ggg_routes") == [{"policy": "no limits told"}]


async def test_calls_that_no_longer_count_are_forgotten(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann = await tight.sign_in(house)
    await access_of(house).get(ann.id, CHARACTERS, interactive=True)
    assert await rows_of(house, "ggg_calls") == 1
    tight.app_pass(60)
    await house.execute("update poe2.ggg_calls set ended_at = ended_at - interval '1 minute'")

    await access_of(house).get(ann.id, CHARACTERS, interactive=True)

    assert await rows_of(house, "ggg_calls") == 1


async def test_a_call_under_way_counts_however_long_it_takes_and_one_that_was_given_up_longer(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2={**tight.settings, "ggg_deadline_seconds": 0.5})
    ann, ben = [await tight.sign_in(house, name) for name in (ANN, BEN)]
    await access_of(house).get(ann.id, CHARACTERS, interactive=True)
    await house.execute(
        "update poe2.ggg_calls set ended_at = null, reserved_at = now() - interval '20 seconds' where rule is null"
    )

    await access_of(house).get(ben.id, CHARACTERS, interactive=True)
    still = await house.rows("select from poe2.ggg_calls where ended_at is null")
    tight.fault("hang", "/api/character", count=1)
    with pytest.raises(UpstreamDown):
        await access_of(house).get(ben.id, CHARACTERS, interactive=True)
    (given_up,) = await house.rows("select ended_at - now() as ahead from poe2.ggg_calls where ended_at > now()")

    assert len(still) == 1
    assert given_up["ahead"].total_seconds() > 20


async def test_the_call_of_a_process_that_died_ends_by_itself(start_guildhall, tight):
    house = await start_guildhall(clock=tight.clock, poe2=tight.settings)
    ann = await tight.sign_in(house)
    await access_of(house).get(ann.id, CHARACTERS, interactive=True)
    await house.execute("update poe2.ggg_calls set ended_at = null, weight = 3")
    with pytest.raises(GggLimited):
        await access_of(house).get(ann.id, CHARACTERS, interactive=True)

    await house.execute("update poe2.ggg_calls set reserved_at = now() - interval '2 minutes'")

    assert await access_of(house).get(ann.id, CHARACTERS, interactive=True)
