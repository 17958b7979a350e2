"""Batches that are refreshed with one call, and keys that are ended in the pack's own transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.held import HeldKey
from guildhall.core.fresh.keeper import Round
from guildhall.core.fresh.schemas import Attempt
from guildhall.core.upstream.errors import UpstreamDown, UpstreamLimited
from guildhall.db.pool import Database
from guildhall.errors import DatabaseUnavailable, Misconfigured, NotFound
from tests.core.fresh import make
from tests.core.fresh.make import HOUR, NAME, Game

DUE = datetime.fromisoformat("2040-01-02T03:04:05+00:00")
Held = Sequence[HeldKey[str]]


class FighterGone(NotFound):
    says = "Fighter gone."


def declared(refresh_many: Any, **options: Any) -> Fresh:
    """A declaration whose batches are refreshed with one call."""
    return Fresh(NAME, **{"every": HOUR, "refresh_many": refresh_many, **options})


async def states(db: Database, fresh: Fresh, keys: str) -> dict[str, tuple[int, bool, bool]]:
    """The failures of keys, whether each is due later, and whether somebody holds it."""
    found = {key: await make.state(db, fresh, key) for key in keys}
    return {
        key: (one.failures, one.due_at > one.kept_since, one.leased_until is not None) for key, one in found.items()
    }


async def test_a_batch_comes_with_its_state_and_each_key_gets_its_outcome(jobs_db):
    given: list[tuple[str, Attempt]] = []

    async def refresh_many(held: Held, game: Game) -> Mapping[str, datetime | Exception | None]:
        game.at_once += 1
        given.extend((one.key, one.attempt) for one in held)
        return {"a": DUE, "b": None, "c": FighterGone(), "d": ValueError("odd")}

    fresh, game = declared(refresh_many, gone=make.tell_gone), Game()
    await make.keep(jobs_db, fresh, dict.fromkeys("abcde", HOUR))
    async with jobs_db.write() as tx:
        await fresh.want(tx, "e")
    keeper = make.keeper(jobs_db, fresh, game)

    assert await keeper.round(NAME) == Round(refreshed=2, gone=1, failed=2)

    assert dict(given) == {key: Attempt(key == "e", 0, None) for key in "abcde"}
    assert (game.at_once, game.gone) == (1, ["c"])
    found = {key: await make.state(jobs_db, fresh, key) for key in "abcde"}
    assert (found["a"].due_at, found["c"].gone_at is not None) == (DUE, True)
    assert {key: one.last_error for key, one in found.items() if one.failures} == {
        "d": "ValueError: odd", "e": "LookupError: refresh_many says nothing of the key",
    }  # fmt: skip
    assert {one.leased_until for one in found.values()} == {None}


async def test_keys_that_a_transaction_of_the_pack_ends_need_no_other_write(jobs_db):
    async def refresh_many(held: Held, db: Database) -> None:
        async with db.write() as tx:
            await fresh.ended(tx, dict.fromkeys(held, DUE))

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(90)})
    keeper = make.keeper(jobs_db, fresh, batch=30)
    statements: list[str] = []
    await keeper.round(NAME)  # the statements are prepared
    await make.execute(jobs_db, "update core.fresh_rows set due_at = now()")
    async with jobs_db.read() as tx:
        tx.connection.add_query_logger(lambda record: statements.append(record.query))

    assert await keeper.round(NAME) == Round(refreshed=90)

    about_keys = [statement for statement in statements if "core.fresh_rows" in statement]
    assert len(about_keys) == 8  # three claims, three ends, the claim that finds nothing, and whether that is all
    async with jobs_db.read() as tx:
        rows = await tx.connection.fetch("select distinct due_at, leased_until from core.fresh_rows")
    assert [tuple(row) for row in rows] == [(DUE, None)]


async def test_what_was_committed_stays_and_what_was_not_has_failed(jobs_db):
    async def refresh_many(held: Held, db: Database) -> None:
        a, b, _ = held
        async with db.write() as tx:
            await fresh.ended(tx, {a: DUE})
        async with db.write() as tx:
            await fresh.ended(tx, {b: DUE})
            raise ValueError("cannot be stored")

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": 3 * HOUR, "b": 2 * HOUR, "c": HOUR})

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(refreshed=1, failed=1, put_back=1)
    assert await states(jobs_db, fresh, "abc") == {"a": (0, True, False), "b": (0, False, False), "c": (1, True, False)}
    assert (await make.state(jobs_db, fresh, "a")).due_at == DUE


async def test_an_error_of_a_key_whose_transaction_was_committed_is_no_failure(jobs_db):
    async def refresh_many(held: Held, db: Database) -> Mapping[str, Exception]:
        async with db.write() as tx:
            await fresh.ended(tx, {held[0]: DUE})
        return {one.key: ValueError("afterwards") for one in held}

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": 3 * HOUR, "b": 2 * HOUR})

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(refreshed=1, failed=1)
    assert (await make.state(jobs_db, fresh, "a")).last_error is None


@pytest.mark.parametrize(
    ("failure", "done"),
    [
        (UpstreamLimited(retry_after=60), Round(refreshed=1, put_back=3, pause=60)),
        (UpstreamDown(retry_after=20), Round(refreshed=1, failed=3)),
        (RuntimeError("no"), Round(refreshed=1, failed=3)),
    ],
)
async def test_an_error_of_the_whole_is_that_of_every_key_that_has_not_ended(jobs_db, failure, done):
    async def refresh_many(held: Held, db: Database) -> None:
        async with db.write() as tx:
            await fresh.ended(tx, {held[0]: DUE})
        raise failure

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": 9 * HOUR, **dict.fromkeys("bcd", HOUR)})

    assert await make.keeper(jobs_db, fresh).round(NAME) == done


async def test_an_api_that_answers_for_no_key_is_nobodys_failure(jobs_db):
    async def refresh_many(held: Held) -> Mapping[str, Exception]:
        return {one.key: UpstreamDown(retry_after=10) for one in held}

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, dict.fromkeys("abcd", HOUR))

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(put_back=4, pause=10)
    assert {one[0] for one in (await states(jobs_db, fresh, "abcd")).values()} == {0}


async def test_a_database_that_is_away_costs_no_key_its_place(jobs_db):
    async def refresh_many(held: Held) -> Mapping[str, Exception]:
        return {one.key: DatabaseUnavailable() for one in held}

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, dict.fromkeys("abcd", HOUR))

    with pytest.raises(DatabaseUnavailable):
        await make.keeper(jobs_db, fresh).round(NAME)
    assert set((await states(jobs_db, fresh, "abcd")).values()) == {(0, False, False)}


async def test_a_batch_that_takes_too_long_has_failed_but_for_what_has_ended(jobs_db):
    async def refresh_many(held: Held, db: Database) -> None:
        async with db.write() as tx:
            await fresh.ended(tx, {held[0]: DUE})
        await asyncio.sleep(30)

    fresh = declared(refresh_many, deadline=HOUR / 36_000)
    await make.keep(jobs_db, fresh, {"a": 2 * HOUR, "b": HOUR})

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(refreshed=1, failed=1)
    assert (await make.state(jobs_db, fresh, "b")).last_error == "took longer than the 0.1 seconds of a refresh"


async def test_a_worker_that_stops_hands_back_what_has_not_ended(jobs_db):
    started = asyncio.Event()

    async def refresh_many(held: Held, db: Database) -> None:
        async with db.write() as tx:
            await fresh.ended(tx, {held[0]: DUE})
        started.set()
        await asyncio.sleep(60)

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": 2 * HOUR, "b": HOUR})
    round_ = asyncio.create_task(make.keeper(jobs_db, fresh).round(NAME))
    await started.wait()
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_

    assert await states(jobs_db, fresh, "ab") == {"a": (0, True, False), "b": (0, False, False)}


async def test_something_cancelled_that_a_batch_awaited_is_a_failure(jobs_db):
    async def refresh_many(held: Held) -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        task.cancel()
        await task

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": HOUR})

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(failed=1)
    error = (await make.state(jobs_db, fresh, "a")).last_error
    assert error == "RuntimeError: the refresh awaited something that was cancelled"


async def test_a_key_that_was_dropped_is_kept_no_longer_unless_somebody_asked_meanwhile(jobs_db):
    async def refresh_many(held: Held, db: Database) -> None:
        async with db.write() as tx:
            await fresh.want(tx, "b")
        async with db.write() as tx:
            await fresh.drop(tx, *held)

    fresh = declared(refresh_many, a_round=2)
    await make.keep(jobs_db, fresh, {"a": 2 * HOUR, "b": HOUR})

    done = await make.keeper(jobs_db, fresh).round(NAME)
    async with jobs_db.read() as tx:
        keys = await fresh.keys(tx)

    assert (done.forgotten, keys) == (2, ["b"])
    assert await states(jobs_db, fresh, "b") == {"b": (0, False, False)}


async def test_a_key_that_is_wanted_while_its_batch_is_refreshed_stays_due(jobs_db):
    times: list[list[str]] = []

    async def refresh_many(held: Held, db: Database) -> None:
        times.append([one.key for one in held])
        async with db.write() as tx:
            if len(times) == 1:
                await fresh.due_now(tx, "a")
            await fresh.ended(tx, dict.fromkeys(held, DUE))

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": 2 * HOUR, "b": HOUR})

    assert (await make.keeper(jobs_db, fresh).round(NAME)).refreshed == 3
    assert times == [["a", "b"], ["a"]]


async def test_a_worker_that_was_thought_dead_ends_nothing_that_another_holds(jobs_db):
    async def refresh_many(held: Held, db: Database) -> None:
        await make.execute(db, "update core.fresh_rows set leased_until = now()")
        async with fresh.holding(db, "a") as other:
            async with db.write() as tx:
                await fresh.ended(tx, {held[0]: DUE})
            assert (await make.state(db, fresh, "a")).leased_until is not None
            async with db.write() as tx:
                await fresh.ended(tx, {other[0]: DUE + HOUR})

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": HOUR})
    await make.keeper(jobs_db, fresh).round(NAME)

    assert (await make.state(jobs_db, fresh, "a")).due_at == DUE + HOUR


async def test_a_key_whose_text_is_no_number_fails_alone(jobs_db):
    given: list[int] = []

    async def refresh_many(held: Sequence[HeldKey[int]]) -> Mapping[int, None]:
        given.extend(one.key for one in held)
        return dict.fromkeys(given)

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"seven": HOUR, "7": HOUR})

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(refreshed=1, failed=1)
    assert given == [7]


async def test_one_key_of_a_batch_is_refreshed_now(jobs_db):
    async def refresh_many(held: Held, db: Database) -> Mapping[str, None]:
        if held[0].key == "b":
            async with db.write() as tx:
                await fresh.ended(tx, {held[0]: DUE})
            return {}
        return {held[0].key: None}

    fresh = declared(refresh_many)
    await make.keep(jobs_db, fresh, {"a": -HOUR, "b": -HOUR})
    keeper = make.keeper(jobs_db, fresh)

    assert [(await keeper.now(NAME, key)).ending for key in "ab"] == ["refreshed", "refreshed"]
    assert (await make.state(jobs_db, fresh, "b")).due_at == DUE


async def test_functions_of_many_that_cannot_be_called_are_refused_when_the_worker_is_made(jobs_db):
    async def unknown(held: Held, number: float) -> None: ...

    async def one(key: str) -> None: ...

    async def odd(held: Sequence[HeldKey[bytes]]) -> None: ...

    async def attempt(held: Held, attempt: Attempt) -> None: ...

    async def none() -> None: ...

    for function, why in (
        (unknown, "number"), (one, "a Sequence of HeldKey"), (odd, "str, int or UUID"), (attempt, "attempt"),
        (none, "takes no key"),
    ):  # fmt: skip
        with pytest.raises(Misconfigured, match=why):
            make.keeper(jobs_db, declared(function))


async def test_keys_are_held_for_a_refresh_outside_the_rounds(jobs_db):
    fresh = make.declared()
    await make.keep(jobs_db, fresh, dict.fromkeys("abcd", HOUR))
    async with fresh.holding(jobs_db, "a", "b", "c", "unknown") as held:
        assert sorted(one.key for one in held) == ["a", "b", "c"]
        async with fresh.holding(jobs_db, "a", "d") as others:
            assert [one.key for one in others] == ["d"]
        async with jobs_db.write() as tx:
            await fresh.ended(tx, {one: DUE for one in held if one.key == "a"})

    assert await states(jobs_db, fresh, "abcd") == {
        "a": (0, True, False), "b": (0, False, False), "c": (0, False, False), "d": (0, False, False),
    }  # fmt: skip


async def test_held_keys_come_back_when_the_block_fails_or_takes_too_long(jobs_db):
    fresh = make.declared(deadline=HOUR / 36_000)
    await make.keep(jobs_db, fresh, dict.fromkeys("ab", HOUR))

    async def fail() -> None:
        async with fresh.holding(jobs_db, "a", "b") as held, jobs_db.write() as tx:
            await fresh.ended(tx, dict.fromkeys(held, DUE))
            raise ValueError("no")

    async def take_too_long() -> None:
        async with fresh.holding(jobs_db, "a", "b"):
            await asyncio.sleep(30)

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert set((await states(jobs_db, fresh, "ab")).values()) == {(0, False, False)}
    with pytest.raises(TimeoutError):
        await take_too_long()

    assert set((await states(jobs_db, fresh, "ab")).values()) == {(0, False, False)}


async def test_a_locked_row_is_held_as_soon_as_it_is_free_and_left_out_when_it_stays_locked(jobs_db, db):
    fresh = make.declared()
    await make.keep(jobs_db, fresh, dict.fromkeys("ab", HOUR))

    async def keys() -> list[str]:
        async with fresh.holding(db, "a", "b") as held:
            return sorted(one.key for one in held)

    async with jobs_db.write() as tx:
        await tx.connection.execute("select from core.fresh_rows where key = 'a' for update")
        holding = asyncio.create_task(keys())
        await asyncio.sleep(0.3)
    assert await holding == ["a", "b"]
    async with jobs_db.write() as tx:
        await tx.connection.execute("select from core.fresh_rows where key = 'a' for update")
        assert await keys() == ["b"]


async def test_a_key_that_has_been_failing_is_due_at_once_when_all_begins_anew(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    game.fails["a"] = ValueError("no")
    await make.keep(jobs_db, fresh, {"a": 2 * HOUR, "b": HOUR, "c": -HOUR})
    keeper = make.keeper(jobs_db, fresh, game)
    await keeper.round(NAME)
    game.fails.clear()

    async with jobs_db.write() as tx:
        assert await fresh.due_now(tx, "a", "c", "unknown") == 2
    assert (await make.state(jobs_db, fresh, "a")).failures == 0
    assert (await keeper.round(NAME)).refreshed == 2
