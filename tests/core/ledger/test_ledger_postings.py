"""Postings: never out of nothing, never twice, never below the floor, whoever fights over what."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.core.ledger import queries
from guildhall.core.ledger.actions import (
    MOST,
    account_of,
    lock_accounts,
    post,
    reserve,
)
from guildhall.core.ledger.checking import check_batch
from guildhall.core.ledger.errors import (
    AccountClosed,
    AccountFull,
    AccountNotFound,
    BalanceTooLow,
    PostingKeyReused,
)
from guildhall.core.ledger.ids import AccountId
from guildhall.core.ledger.schemas import Leg
from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.testing.people import make_user
from tests.core.ledger.make import CORKS, MINT, PURSE, balances, make_purse, make_purses, open_wide

MOVE = "club.move"


@pytest.fixture
async def wide(clone):
    opened = await open_wide(clone)
    yield opened
    await opened.close()


async def move(db, source, target, amount, key, viewer=None):
    async with db.write(viewer) as tx:
        return await post(tx, [Leg(source, -amount), Leg(target, amount)], key=key, kind=MOVE)


async def require_sound(db):
    async with db.read() as tx:
        checked = await check_batch(tx, None, 10_000)
    assert checked.wrong == []
    return checked.accounts


async def test_value_moves_with_an_entry_on_both_sides(clone, db, jobs_db):
    (anna, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")

    async with db.write(Viewer(anna)) as tx:
        posted = await post(
            tx, [Leg(hers, -30), Leg(his, 30)], key="club.loan:1", kind=MOVE, user_id=anna, note="For a book"
        )

    async with jobs_db.read() as tx:
        her_history = await queries.history.many(tx, hers, None, 10)
        his_history = await queries.history.many(tx, his, None, 10)
        older = await queries.history.many(tx, hers, 2, 10)
        mint = await account_of(tx, MINT, CORKS)
        minted = await queries.house_balance.one(tx, mint)
    assert not posted.again
    assert [(one.number, one.amount, one.balance_after, one.kind) for one in her_history] == [
        (2, -30, 70, MOVE), (1, 100, 100, "club.gift")
    ]  # fmt: skip
    assert [(one.number, one.amount, one.balance_after, one.user_id, one.note) for one in his_history] == [
        (1, 30, 30, anna, "For a book")
    ]
    assert older == her_history[1:]
    assert minted == -100
    assert await balances(clone) == {hers: (70, 0), his: (30, 0)}
    assert await require_sound(jobs_db) == 2


async def test_what_is_in_the_way_is_said_and_nothing_moves(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    thing = uuid7()
    async with db.write() as tx:
        small = await account_of(tx, "club.box", CORKS, thing=thing, ceiling=50)
        other_unit = await account_of(tx, "club.box", "club.pearls", thing=thing)
        mint = await account_of(tx, MINT, CORKS)

    with pytest.raises(BalanceTooLow) as low:
        await move(db, hers, his, 101, "1")
    with pytest.raises(AccountFull):
        await move(db, hers, small, 51, "2")
    with pytest.raises(AccountNotFound):
        await move(db, hers, AccountId(uuid7()), 1, "3")
    with pytest.raises(asyncpg.CheckViolationError, match="do not sum to zero"):
        await move(db, hers, other_unit, 1, "4")
    with pytest.raises(AccountFull):
        await move(db, mint, hers, MOST, "5")
    for legs in (
        [Leg(hers, 0), Leg(his, 0)], [Leg(hers, 1)], [], [Leg(hers, 1), Leg(hers, -1)],
        [Leg(hers, MOST + 1), Leg(his, -MOST - 1)],
    ):  # fmt: skip
        with pytest.raises(ValueError, match="posting"):
            async with db.write() as tx:
                await post(tx, legs, key="6", kind=MOVE)

    assert (low.value.free, low.value.account) == (100, hers)
    assert await balances(clone) == {hers: (100, 0), his: (0, 0), small: (0, 0), other_unit: (0, 0)}
    await move(db, hers, his, 100, "1")  # a key of a posting that failed is free
    await require_sound(jobs_db)


async def test_a_key_moves_once(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")

    first = await move(jobs_db, hers, his, 10, "same")
    again = await move(jobs_db, hers, his, 10, "same")
    with pytest.raises(PostingKeyReused):
        await move(jobs_db, hers, his, 11, "same")
    with pytest.raises(PostingKeyReused):
        await move(jobs_db, his, hers, 10, "same")

    assert (first.again, again.again, again.id) == (False, True, first.id)
    assert await balances(clone) == {hers: (90, 0), his: (10, 0)}


async def test_an_account_is_opened_once(clone, db, wide):
    user = await make_user(clone)
    thing = uuid7()

    async def open_all():
        async with wide.write() as tx:
            return (
                await account_of(tx, PURSE, CORKS, person=user),
                await account_of(tx, PURSE, CORKS, thing=thing),
                await account_of(tx, MINT, CORKS),
            )

    found = set(await asyncio.gather(*[open_all() for _ in range(64)]))
    assert len(found) == 1
    async with db.read() as tx:
        kept = await queries.account.one(tx, next(iter(found))[1])
    assert (kept.kind, kept.owner, kept.free) == (PURSE, "thing", 0)


async def test_sixty_four_connections_fight_over_one_account(clone, db, wide, jobs_db):
    """Of 64 who each take 30 out of 1,000, 33 get it: nothing is owed and nothing is lost."""
    _, pot = await make_purse(db, clone, 1_000)
    purses = await make_purses(db, clone, 64, 0)

    async def take(number):
        try:
            return await move(wide, pot, purses[number], 30, f"take {number}")
        except BalanceTooLow:
            return None

    done = await asyncio.gather(*[take(number) for number in range(64)])

    found = await balances(clone)
    assert sum(one is not None for one in done) == 33
    assert found[pot] == (10, 0)
    assert sum(balance for balance, _ in found.values()) == 1_000
    await require_sound(jobs_db)


async def test_sixty_four_connections_move_among_the_same_accounts_in_all_directions(clone, db, wide, jobs_db):
    purses = await make_purses(db, clone, 5, 500)

    async def wander(number):
        moved = 0
        for step in range(6):
            source, target = purses[(number + step) % 5], purses[(number * 3 + step * 2 + 1) % 5]
            if source == target:
                continue
            try:
                await move(wide, source, target, 1 + number % 7, f"{number}:{step}")
            except BalanceTooLow:
                continue
            moved += 1
        return moved

    moved = sum(await asyncio.gather(*[wander(number) for number in range(64)]))

    found = await balances(clone)
    assert moved > 0
    assert sum(balance for balance, _ in found.values()) == 2_500
    assert min(balance for balance, _ in found.values()) >= 0
    await require_sound(jobs_db)


async def test_one_retry_from_sixty_four_connections_moves_once(clone, db, wide, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")

    done = await asyncio.gather(*[move_as_worker(jobs_db, hers, his) for _ in range(64)])

    assert sum(not one.again for one in done) == 1
    assert len({one.id for one in done}) == 1
    assert await balances(clone) == {hers: (93, 0), his: (7, 0)}
    await require_sound(jobs_db)


async def move_as_worker(jobs_db, source, target):
    return await jobs_db.transact(
        lambda tx: post(tx, [Leg(source, -7), Leg(target, 7)], key="club.gift:once", kind=MOVE)
    )


async def test_a_posting_goes_with_its_transaction(clone, db, jobs_db):
    (_, hers), (_, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")

    async def fail(tx):
        await post(tx, [Leg(hers, -10), Leg(his, 10)], key="club.x", kind=MOVE)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await db.transact(fail)

    assert await balances(clone) == {hers: (100, 0), his: (0, 0)}
    assert not (await move(db, hers, his, 10, "club.x")).again
    await require_sound(jobs_db)


async def test_who_goes_leaves_their_entries_and_nothing_else(clone, db, jobs_db):
    (anna, hers), (bert, his) = await make_purse(db, clone, 100), await make_purse(db, clone, name="Bert")
    async with db.write() as tx:
        await post(
            tx, [Leg(hers, -10), Leg(his, 10)], key=f"club.gift:{anna}:1", kind=MOVE, user_id=anna, note="For you"
        )
        game = await post(tx, [Leg(his, -1), Leg(hers, 1)], key="club.game:7", kind=MOVE, user_id=anna)
    connection = await asyncpg.connect(clone)

    await connection.execute("delete from core.users where id = $1", anna)

    (account,) = await connection.fetch("select * from core.ledger_accounts where id = $1", hers)
    postings = await connection.fetch("select * from core.ledger_postings where kind = $1 order by id", MOVE)
    everything = [
        str(dict(row))
        for table in ("accounts", "postings", "entries", "holds")
        for row in await connection.fetch(f"select * from core.ledger_{table}")
    ]
    await connection.close()
    assert account["user_id"] is None
    assert account["closed_at"] is not None
    assert account["balance"] == 91
    assert [(one["user_id"], one["key"]) for one in postings] == [
        (None, f"forgotten:{postings[0]['id']}"), (None, "club.game:7")
    ]  # fmt: skip
    assert not any(str(anna) in row for row in everything)
    assert postings[1]["id"] == game.id
    with pytest.raises(AccountClosed):
        await move(db, his, hers, 1, "late")
    async with db.read(Viewer(bert)) as tx:
        assert [one.amount for one in await queries.history.many(tx, his, None, 5)] == [-1, 10]
    await require_sound(jobs_db)


async def test_a_thing_that_is_deleted_takes_along_what_was_its_own(clone, db, jobs_db):
    _, purse = await make_purse(db, clone, 100)
    lonely, busy = uuid7(), uuid7()
    async with db.write() as tx:
        mint = await account_of(tx, MINT, CORKS)
        its = await account_of(tx, "club.box", CORKS, thing=lonely)
        shared = await account_of(tx, "club.box", CORKS, thing=busy)
        await post(tx, [Leg(its, 5), Leg(mint, -5)], key="a", kind=MOVE)
        await post(tx, [Leg(shared, 5), Leg(mint, -5)], key="b", kind=MOVE)
        await post(tx, [Leg(shared, 5), Leg(purse, -5)], key="c", kind=MOVE)

    async with db.write() as tx:
        await reserve(tx, shared, 3, key="d", kind="club.bid")
    async with jobs_db.write() as tx:
        for thing in (lonely, busy):
            await tx.connection.execute("select core.ledger_forget_thing($1)", thing)

    found = await balances(clone)
    assert its not in found
    assert (found[purse], found[shared]) == ((95, 0), (10, 0))
    await require_sound(jobs_db)
    with pytest.raises(AccountClosed):
        await move(db, purse, shared, 1, "e")


async def test_the_database_holds_it_for_any_client(clone, db, jobs_db):
    """The owner of the tables, who may write anything, makes no value either; the product's roles write nothing."""
    _, purse = await make_purse(db, clone, 100)
    connection = await asyncpg.connect(clone)
    posting = uuid7()
    await connection.execute(
        "insert into core.ledger_postings (id, key, kind, created_at) values ($1, 'k', 'club.forged', now())", posting
    )

    for wrong, error in (
        (f"insert into core.ledger_entries values ('{posting}', '{purse}', 2, 5, 105)", asyncpg.CheckViolationError),
        ("update core.ledger_entries set amount = 5", asyncpg.RestrictViolationError),
        (f"update core.ledger_accounts set balance = -1 where id = '{purse}'", asyncpg.CheckViolationError),
        (f"update core.ledger_accounts set held = 101 where id = '{purse}'", asyncpg.CheckViolationError),
    ):
        with pytest.raises(error):
            await connection.execute(wrong)
    await connection.close()
    for pool in (db, jobs_db):
        for table in ("accounts", "postings", "entries", "holds"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with pool.write() as tx:
                    await tx.connection.execute(f"insert into core.ledger_{table} default values")


async def test_nobody_sees_what_others_hold(clone, db):
    (anna, hers), (bert, his) = await make_purse(db, clone, 100), await make_purse(db, clone, 5, "Bert")

    async with db.read(Viewer(anna)) as tx:
        own = await queries.accounts_of_person.many(tx, anna, None, 5)
        his_accounts = await queries.accounts_of_person.many(tx, bert, None, 5)
        seen = [await queries.account.one_or_none(tx, one) for one in (hers, his)]
        histories = [await queries.history.many(tx, one, None, 5) for one in (hers, his)]
    assert [one.id for one in own] == [hers]
    assert his_accounts == []
    assert seen[1] is None
    assert [len(one) for one in histories] == [1, 0]


async def test_a_wrong_figure_is_found(clone, jobs_db, db):
    await make_purse(db, clone, 100)
    connection = await asyncpg.connect(clone)
    await connection.execute("alter table core.ledger_entries disable trigger all")

    async def wrong():
        async with jobs_db.read() as tx:
            return (await check_batch(tx, None, 100)).wrong

    assert await wrong() == []
    for broken, mended, says in (
        ("update core.ledger_accounts set balance = 99 where balance = 100",
         "update core.ledger_accounts set balance = 100 where balance = 99", "its balance is 99"),
        ("update core.ledger_accounts set entries = 2 where entries = 1",
         "update core.ledger_accounts set entries = 1 where entries = 2", "it should have 2 entries"),
        ("update core.ledger_entries set balance_after = 7 where number = 1",
         "update core.ledger_entries set balance_after = 100 where number = 1", "1 entries do not follow"),
        ("update core.ledger_accounts set held = 5 where balance = 100",
         "update core.ledger_accounts set held = 0 where held = 5", "5 are held"),
        ("update core.ledger_entries set amount = -99 where number is null",
         "update core.ledger_entries set amount = -100 where number is null", "all entries in club.corks sum to 1"),
    ):  # fmt: skip
        await connection.execute(broken)
        assert any(says in line for line in await wrong()), broken
        await connection.execute(mended)
        assert await wrong() == []
    await connection.close()


async def test_any_order_of_postings_keeps_the_sums(clone, db, jobs_db):
    purses = await make_purses(db, clone, 4, 50)
    kept = dict.fromkeys(purses, 50)
    keys: dict[str, tuple[AccountId, AccountId, int]] = {}
    refused: list[tuple[int, int, int]] = []
    loop = asyncio.get_running_loop()
    step = st.tuples(
        st.sampled_from(purses), st.sampled_from(purses), st.integers(1, 80), st.integers(0, 40).map("k{}".format)
    )  # fmt: skip

    async def play(steps):
        for source, target, amount, key in steps:
            if source == target:
                continue
            try:
                posted = await move(jobs_db, source, target, amount, key)
            except PostingKeyReused:
                assert keys[key] != (source, target, amount)
            except BalanceTooLow as error:
                refused.append((error.free, kept[source], amount))
            else:
                assert posted.again == (key in keys)
                if not posted.again:
                    keys[key] = (source, target, amount)
                    kept[source] -= amount
                    kept[target] += amount
        assert all(free == balance < amount for free, balance, amount in refused)
        assert {account: balance for account, (balance, _) in (await balances(clone)).items()} == kept
        await require_sound(jobs_db)

    @settings(max_examples=20, deadline=timedelta(seconds=60), suppress_health_check=list(HealthCheck))
    @given(st.lists(step, max_size=20))
    def days(steps):
        asyncio.run_coroutine_threadsafe(play(steps), loop).result()

    await asyncio.to_thread(days)


async def test_transactions_with_several_postings_wait_for_each_other_in_order(clone, db, jobs_db):
    """Twenty that take of two purses in both orders: each locks both first, so nobody is tried again."""
    one, two = await make_purses(db, clone, 2, 1_000)

    async def both(first, second, number):
        async with jobs_db.write() as tx:
            mint = await account_of(tx, MINT, CORKS)
            await lock_accounts(tx, (first, second))
            await post(tx, [Leg(first, -1), Leg(mint, 1)], key=f"{number}:first", kind=MOVE)
            await post(tx, [Leg(second, -1), Leg(mint, 1)], key=f"{number}:second", kind=MOVE)

    await asyncio.gather(*[both(*((one, two) if n % 2 else (two, one)), n) for n in range(20)])

    assert await balances(clone) == {one: (980, 0), two: (980, 0)}
    await require_sound(jobs_db)
