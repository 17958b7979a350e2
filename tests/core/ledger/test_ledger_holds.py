"""Holds: what is reserved stays, is spent once, and comes back."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guildhall.core.ledger import queries
from guildhall.core.ledger.actions import account_of, capture, post, release, reserve
from guildhall.core.ledger.checking import check_batch
from guildhall.core.ledger.errors import (
    AccountClosed,
    AccountNotFound,
    BalanceTooLow,
    HoldEnded,
    HoldNotFound,
    PostingKeyReused,
)
from guildhall.core.ledger.ids import AccountId, HoldId
from guildhall.core.ledger.jobs import expire_holds, forget_holds
from guildhall.core.ledger.messages import ExpireHolds, ForgetHolds
from guildhall.core.ledger.schemas import Leg
from guildhall.core.ledger.settings import LedgerSettings
from guildhall.db.pool import Database
from guildhall.ids import uuid7
from tests.core.ledger.make import CORKS, MINT, balances, make_purse, make_purses, open_wide

BID, MOVE = "club.bid", "club.move"


@pytest.fixture
async def wide(clone):
    opened = await open_wide(clone)
    yield opened
    await opened.close()


async def hold(db, account, amount, key="bid", **more):
    async with db.write() as tx:
        return await reserve(tx, account, amount, key=key, kind=BID, **more)


async def take(db, one, *legs: Leg):
    async with db.write() as tx:
        return await capture(tx, one, list(legs), kind=MOVE)


async def let_go(db, one):
    async with db.write() as tx:
        await release(tx, one)


async def require_sound(db):
    async with db.read() as tx:
        assert (await check_batch(tx, None, 10_000)).wrong == []


async def test_what_is_reserved_cannot_be_spent(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    one = await hold(db, hers, 60)

    with pytest.raises(BalanceTooLow) as low:
        async with db.write() as tx:
            await post(tx, [Leg(hers, -41), Leg(his, 41)], key="k", kind=MOVE)
    with pytest.raises(BalanceTooLow) as low_again:
        await hold(db, hers, 41, "second")
    assert (low.value.free, low_again.value.free) == (40, 40)
    assert await balances(clone) == {hers: (100, 60), his: (0, 0)}
    async with jobs_db.read() as tx:
        (listed,) = await queries.holds_of.many(tx, hers, None, 5)
    assert (listed.id, listed.amount, listed.state, listed.key) == (one, 60, "held", "bid")
    await require_sound(jobs_db)


async def test_a_part_is_captured_and_the_rest_is_free(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    async with db.write() as tx:
        mint = await account_of(tx, MINT, CORKS)
    one = await hold(db, hers, 60)

    taken = await take(jobs_db, one, Leg(his, 45), Leg(mint, 5))
    again = await take(jobs_db, one, Leg(his, 45), Leg(mint, 5))

    assert (taken.again, again.again, again.id) == (False, True, taken.id)
    assert await balances(clone) == {hers: (50, 0), his: (45, 0)}
    with pytest.raises(HoldEnded, match="captured"):
        await let_go(db, one)
    async with jobs_db.read() as tx:
        kept = await queries.hold.one(tx, one)
    assert (kept.state, kept.posting_id) == ("captured", taken.id)
    await require_sound(jobs_db)


async def test_what_is_in_the_way_leaves_the_hold(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    one = await hold(db, hers, 60)

    with pytest.raises(BalanceTooLow):
        await take(jobs_db, one, Leg(his, 61))
    with pytest.raises(AccountNotFound):
        await take(jobs_db, one, Leg(AccountId(uuid7()), 5))
    with pytest.raises(HoldNotFound):
        await take(jobs_db, HoldId(uuid7()), Leg(his, 5))
    with pytest.raises(HoldNotFound):
        await let_go(db, HoldId(uuid7()))
    with pytest.raises(AccountNotFound):
        await hold(db, AccountId(uuid7()), 5, "k")
    for legs in ((), (Leg(his, 0),), (Leg(his, -1),)):
        with pytest.raises(ValueError, match="positive"):
            await take(jobs_db, one, *legs)
    for amount in (0, -1, 10**18 + 1):
        with pytest.raises(ValueError, match="a hold of"):
            await hold(db, hers, amount, "k")

    assert await balances(clone) == {hers: (100, 60), his: (0, 0)}
    assert not (await take(jobs_db, one, Leg(his, 60))).again
    await require_sound(jobs_db)


async def test_a_closed_account_reserves_nothing(clone, db, jobs_db):
    user, hers = await make_purse(db, clone, 100)
    async with jobs_db.write() as tx:
        await tx.connection.execute("delete from core.users where id = $1", user)

    with pytest.raises(AccountClosed):
        await hold(jobs_db, hers, 1)


async def test_what_is_released_is_free(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    one = await hold(db, hers, 60)

    await let_go(db, one)
    await let_go(db, one)

    assert await balances(clone) == {hers: (100, 0), his: (0, 0)}
    with pytest.raises(HoldEnded, match="released"):
        await take(jobs_db, one, Leg(his, 5))
    await require_sound(jobs_db)


async def test_a_key_reserves_once(clone, db, jobs_db):
    _, hers = await make_purse(db, clone, 100)

    first, again = await hold(jobs_db, hers, 60), await hold(jobs_db, hers, 60)
    with pytest.raises(PostingKeyReused):
        await hold(jobs_db, hers, 61)

    assert first == again
    assert await balances(clone) == {hers: (100, 60)}


async def test_a_key_that_two_accounts_want_at_once_reserves_of_one(clone, db, jobs_db):
    purses = await make_purses(db, clone, 2, 100)

    async def bid(number):
        async with jobs_db.write() as tx:
            return await reserve(tx, purses[number % 2], 10, key="same", kind=BID)

    done = await asyncio.gather(*[bid(number) for number in range(20)], return_exceptions=True)

    held = [one for one in done if not isinstance(one, BaseException)]
    assert {type(one) for one in done if isinstance(one, BaseException)} == {PostingKeyReused}
    assert len(held) == 10
    assert len(set(held)) == 1
    assert sorted(held for _, held in (await balances(clone)).values()) == [0, 10]
    await require_sound(jobs_db)


async def test_a_hold_ends_by_itself(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    async with db.read() as tx:
        now = tx.now
    old = await hold(db, hers, 10, "old", expires_at=now - timedelta(seconds=1))
    await hold(db, hers, 20, "young", expires_at=now + timedelta(hours=1))
    await hold(db, hers, 30, "for ever")

    async with jobs_db.read() as tx:
        assert await queries.any_hold_to_expire.one(tx, tx.now)
    assert await expire_holds(ExpireHolds(), jobs_db) == {"expired": 1}
    assert await expire_holds(ExpireHolds(), jobs_db) == {"expired": 0}
    async with jobs_db.read() as tx:
        assert not await queries.any_hold_to_expire.one(tx, tx.now)

    assert await balances(clone) == {hers: (100, 50), his: (0, 0)}
    with pytest.raises(HoldEnded, match="expired"):
        await take(jobs_db, old, Leg(his, 5))
    await require_sound(jobs_db)
    assert await forget_holds(ForgetHolds(), jobs_db, LedgerSettings(_env_file=None)) == {"holds": 0}  # type: ignore[call-arg]
    async with jobs_db.write() as tx:
        await tx.connection.execute("delete from core.ledger_holds where false")
        assert await queries.forget_holds.run(tx, tx.now + timedelta(days=1), 10) == 1
    await require_sound(jobs_db)


async def test_sixty_four_connections_reserve_capture_and_release(clone, db, wide, jobs_db):
    """Ten of 64 bids fit; each that fits is captured or released, by two processes at once, and ends once."""
    _, pot = await make_purse(db, clone, 1_000)
    purses = await make_purses(db, clone, 64, 0)

    async def bid(number):
        try:
            return number, await hold(wide, pot, 100, f"bid {number}")
        except BalanceTooLow:
            return None

    held = [one for one in await asyncio.gather(*[bid(number) for number in range(64)]) if one is not None]
    assert len(held) == 10
    assert (await balances(clone))[pot] == (1_000, 1_000)

    async def end(number, one, capturing):
        try:
            if capturing:
                return int(not (await take(wide, one, Leg(purses[number], 70))).again)
            await let_go(wide, one)
        except HoldEnded:
            return 0
        return 0

    ends = [end(number, one, capturing) for number, one in held for capturing in (True, False, True)]
    captured = sum(await asyncio.gather(*ends))

    found = await balances(clone)
    assert found[pot] == (1_000 - 70 * captured, 0)
    assert sum(balance for balance, _ in found.values()) == 1_000
    await require_sound(jobs_db)


class Holds(RuleBasedStateMachine):
    """Whatever is reserved, captured, released and moved in whatever order, the kept figures are the model's."""

    db: Database
    loop: asyncio.AbstractEventLoop
    url: str
    purses: list[AccountId]

    def __init__(self) -> None:
        super().__init__()
        self.balance: dict[AccountId, int] = {one: self.run_(self.balance_of(one)) for one in self.purses}
        self.held: dict[HoldId, tuple[AccountId, int]] = {}
        self.made = 0

    def run_(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    async def balance_of(self, account: AccountId) -> int:
        async with self.db.read() as tx:
            found: int = (await queries.account.one(tx, account)).balance
            return found

    def free(self, account: AccountId) -> int:
        return self.balance[account] - sum(amount for one, amount in self.held.values() if one == account)

    @rule(which=st.integers(0, 2), amount=st.integers(1, 60))
    def reserve(self, which, amount):
        account = self.purses[which]
        self.made += 1
        try:
            one = self.run_(hold(self.db, account, amount, f"{uuid7()}"))
        except BalanceTooLow:
            assert amount > self.free(account)
        else:
            assert amount <= self.free(account)
            self.held[one] = (account, amount)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), which=st.integers(0, 2), share=st.integers(1, 100))
    def capture(self, data, which, share):
        one = data.draw(st.sampled_from(sorted(self.held)))
        account, amount = self.held[one]
        target = self.purses[which]
        if target == account:
            return
        taken = max(1, amount * share // 100)
        self.run_(take(self.db, one, Leg(target, taken)))
        del self.held[one]
        self.balance[account] -= taken
        self.balance[target] += taken

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data):
        one = data.draw(st.sampled_from(sorted(self.held)))
        self.run_(let_go(self.db, one))
        del self.held[one]

    @invariant()
    def figures_agree(self):
        found = self.run_(balances(self.url))
        assert {account: balance for account, (balance, _) in found.items()} == self.balance
        assert {a: held for a, (_, held) in found.items()} == {
            a: sum(amount for one, amount in self.held.values() if one == a) for a in self.purses
        }

    def teardown(self):
        for one in self.held:
            self.run_(let_go(self.db, one))
        self.run_(require_sound(self.db))


async def test_any_order_of_holds_keeps_the_figures(clone, db, jobs_db):
    Holds.db, Holds.loop, Holds.url = jobs_db, asyncio.get_running_loop(), clone
    Holds.purses = await make_purses(db, clone, 3, 100)
    machine = Holds.TestCase
    machine.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
    await asyncio.to_thread(machine("runTest").runTest)
