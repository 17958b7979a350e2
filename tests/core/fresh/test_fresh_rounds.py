"""Rounds: what is due is refreshed in its order, fails alone, and is forgotten when nobody asks for it."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from guildhall.clock import SetClock
from guildhall.core.fresh.errors import KeyBusy, KeyNotKept, NotDeclared
from guildhall.core.fresh.jobs import refresh_kept
from guildhall.core.fresh.keeper import Round
from guildhall.core.fresh.messages import RefreshKept
from guildhall.core.fresh.schemas import Attempt
from guildhall.core.jobs.errors import GiveUp
from guildhall.core.upstream.errors import UpstreamLied, UpstreamNotFound
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured, NotFound
from guildhall.packs.dota2.accounts.rules import AccountId
from tests.core.fresh import make
from tests.core.fresh.make import HOUR, NAME, Game

MINUTE = timedelta(minutes=1)


async def test_the_stalest_key_is_first_and_one_that_is_not_due_waits(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    await make.keep(jobs_db, fresh, {"a": HOUR, "b": 5 * HOUR, "c": -HOUR, "d": 3 * HOUR})
    keeper = make.keeper(jobs_db, fresh, game)

    first, second = await keeper.round(NAME), await keeper.round(NAME)

    assert game.asked == ["b", "d", "a"]
    assert (first, second) == (Round(refreshed=3), Round())
    refreshed = await make.state(jobs_db, fresh, "a")
    assert refreshed.refreshed_at is not None
    assert 0.9 * HOUR <= refreshed.due_at - refreshed.refreshed_at <= 1.1 * HOUR
    assert refreshed.leased_until is None


async def test_what_somebody_waits_for_is_first_and_a_round_may_be_for_it_alone(jobs_db):
    fresh, game = make.declared(at_once=1), Game()
    await make.keep(jobs_db, fresh, {"stale": 9 * HOUR, "fresh": -HOUR, "other": -HOUR})
    keeper = make.keeper(jobs_db, fresh, game)
    async with jobs_db.write() as tx:
        await fresh.want(tx, "other")
    async with jobs_db.write() as tx:
        await fresh.want(tx, "fresh")

    alone = await keeper.round(NAME, wanted=True)
    async with jobs_db.write() as tx:
        await fresh.want(tx, "fresh")
    both = await keeper.round(NAME)

    assert game.asked == ["other", "fresh", "fresh", "stale"]
    assert (alone.refreshed, both.refreshed) == (2, 2)
    assert (await make.state(jobs_db, fresh, "fresh")).wanted_at is None


async def test_a_key_that_is_wanted_while_it_is_refreshed_is_refreshed_once_more(jobs_db):
    started, go = asyncio.Event(), asyncio.Event()
    times: list[Attempt] = []

    async def refresh(key: str, attempt: Attempt) -> None:
        times.append(attempt)
        started.set()
        await go.wait()

    fresh = make.declared(refresh=refresh, gone=None)
    await make.keep(jobs_db, fresh, {"a": HOUR})
    keeper = make.keeper(jobs_db, fresh)
    round_ = asyncio.create_task(keeper.round(NAME))
    await started.wait()
    async with jobs_db.write() as tx:
        await fresh.want(tx, "a")
    go.set()

    assert (await round_).refreshed == 2
    assert [one.wanted for one in times] == [False, True]
    assert times[1].refreshed_at is not None
    assert await keeper.round(NAME) == Round()


async def test_no_more_keys_are_refreshed_at_once_than_declared(jobs_db):
    fresh, game = make.declared(at_once=3), Game()
    game.takes = 0.02
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(20)})

    done = await make.keeper(jobs_db, fresh, game, batch=7).round(NAME)

    assert (done.refreshed, game.most_at_once) == (20, 3)


async def test_a_round_refreshes_no_more_keys_than_it_may(jobs_db):
    fresh, game = make.declared(a_round=5), Game()
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(20)})

    assert (await make.keeper(jobs_db, fresh, game, batch=3).round(NAME)).refreshed == 5
    assert (await make.keeper(jobs_db, fresh, game, batch=3, round_seconds=0).round(NAME)).refreshed == 3


async def test_a_key_that_fails_is_due_later_each_time_and_disturbs_no_other(jobs_db):
    fresh, game = make.declared(), Game()
    game.fails["bad"] = ValueError("odd\x00 row")
    await make.keep(jobs_db, fresh, {"bad": 2 * HOUR, "good": HOUR})
    keeper = make.keeper(jobs_db, fresh, game)

    waits = []
    for _ in range(3):
        done = await keeper.round(NAME)
        known = await make.state(jobs_db, fresh, "bad")
        waits.append(known.due_at - datetime.now(known.due_at.tzinfo))
        assert (done.failed, done.pause) == (1, 0)
        await make.execute(jobs_db, "update core.fresh_rows set due_at = now() where key = 'bad'")
    game.fails.clear()
    await keeper.round(NAME)
    healed = await make.state(jobs_db, fresh, "bad")

    assert (known.failures, known.last_error) == (3, "ValueError: odd\N{REPLACEMENT CHARACTER} row")
    assert [round(wait / timedelta(minutes=5)) for wait in waits] == [1, 2, 4]
    assert (healed.failures, healed.last_error) == (0, None)
    assert (await make.state(jobs_db, fresh, "good")).failures == 0


async def test_a_function_says_when_its_key_is_due_and_gets_what_it_asks_for(jobs_db):
    due = datetime.fromisoformat("2040-01-02T03:04:05+00:00")
    given: list[object] = []

    async def refresh(key: AccountId, attempt: Attempt, game: Game) -> datetime:
        given.extend((key, attempt, game))
        return due

    game, fresh = Game(), make.declared(refresh=refresh, gone=None)
    await make.keep(jobs_db, fresh, {"7": HOUR})
    await make.keeper(jobs_db, fresh, game).round(NAME)

    assert given == [7, Attempt(False, 0, None), game]
    assert (await make.state(jobs_db, fresh, "7")).due_at == due


async def test_functions_that_cannot_be_called_are_refused_when_the_worker_is_made(jobs_db):
    async def unknown(key: str, number: float) -> None: ...

    async def odd(key: bytes) -> None: ...

    async def none() -> None: ...

    for function, why in ((unknown, "number"), (odd, "str, int or UUID"), (none, "takes no key")):
        with pytest.raises(Misconfigured, match=why):
            make.keeper(jobs_db, make.declared(refresh=function, gone=None))
    with pytest.raises(Misconfigured, match="no such game API"):
        make.keeper(jobs_db, make.declared(upstream="nowhere"), Game())


async def test_a_round_of_a_pack_that_was_turned_off_is_given_up(jobs_db):
    keeper = make.keeper(jobs_db, ())
    with pytest.raises(NotDeclared):
        await keeper.round("nothing")
    with pytest.raises(GiveUp, match="no active pack keeps 'nothing' fresh"):
        await refresh_kept(RefreshKept("nothing"), keeper, jobs_db)


async def test_a_batch_is_claimed_by_one_statement_and_ended_by_another(jobs_db):
    fresh, game = make.declared(), Game()
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(90)})
    statements: list[str] = []

    async def counting(key: str) -> None: ...

    fresh = make.declared(refresh=counting, gone=None)
    keeper = make.keeper(jobs_db, fresh, game, batch=30)
    await keeper.round(NAME)  # the statements are prepared
    await make.execute(jobs_db, "update core.fresh_rows set due_at = now()")
    async with jobs_db.read() as tx:
        tx.connection.add_query_logger(lambda record: statements.append(record.query))
    assert (await keeper.round(NAME)).refreshed == 90

    about_keys = [statement for statement in statements if "core.fresh_rows" in statement]
    assert len(about_keys) == 8  # three claims, three ends, the claim that finds nothing, and whether that is all
    assert len(statements) <= 8 + 3 + 2 * 7  # with the transactions, and the notes that the API answers


async def test_a_key_whose_text_is_no_number_fails_alone(jobs_db):
    async def refresh(key: int) -> None: ...

    fresh = make.declared(refresh=refresh, gone=None)
    await make.keep(jobs_db, fresh, {"seven": HOUR, "7": HOUR})

    assert await make.keeper(jobs_db, fresh).round(NAME) == Round(refreshed=1, failed=1)


async def test_uuids_come_as_uuids(jobs_db):
    given: list[UUID] = []

    async def refresh(key: UUID) -> None:
        given.append(key)

    fresh, key = make.declared(refresh=refresh, gone=None), UUID(int=7)
    await make.keep(jobs_db, fresh, {str(key): HOUR})
    await make.keeper(jobs_db, fresh).round(NAME)

    assert given == [key]


async def test_a_refresh_that_takes_too_long_is_a_failure(jobs_db):
    fresh, game = make.declared(), Game()
    game.takes = 30
    await make.keep(jobs_db, fresh, {"slow": HOUR})

    assert (await make.keeper(jobs_db, fresh, game, key_seconds=0.05).round(NAME)).failed == 1
    assert (await make.state(jobs_db, fresh, "slow")).last_error == "took longer than the 0.05 seconds of a refresh"


class PlayerGone(NotFound):
    says = "Player gone."


@pytest.mark.parametrize("failure", [PlayerGone(), UpstreamNotFound("/players")])
async def test_a_key_that_the_game_does_not_know_is_told_and_left_alone_for_a_while(jobs_db, failure):
    fresh, game = make.declared(gone_for=2 * HOUR), Game()
    game.fails["a"] = failure
    await make.keep(jobs_db, fresh, {"a": HOUR})
    keeper = make.keeper(jobs_db, fresh, game)

    assert await keeper.round(NAME) == Round(gone=1)
    async with jobs_db.write() as tx:
        assert await fresh.want(tx, "a") is False
    assert await keeper.round(NAME, wanted=True) == Round()
    known = await make.state(jobs_db, fresh, "a")

    assert game.asked == game.gone == ["a"]
    assert known.gone_at is not None
    assert known.due_at >= known.gone_at + 2 * HOUR - timedelta(seconds=1)
    # Somebody has asked since, so it is asked once more.
    game.fails.clear()
    await make.execute(jobs_db, "update core.fresh_rows set due_at = now()")
    assert await keeper.round(NAME) == Round(refreshed=1)
    assert (await make.state(jobs_db, fresh, "a")).gone_at is None


async def test_a_key_that_is_gone_and_that_nobody_asks_for_is_forgotten(jobs_db):
    fresh, game = make.declared(), Game()
    game.fails["a"] = PlayerGone()
    await make.keep(jobs_db, fresh, {"a": HOUR})
    keeper = make.keeper(jobs_db, fresh, game)
    await keeper.round(NAME)
    await make.execute(jobs_db, "update core.fresh_rows set due_at = now()")

    assert await keeper.round(NAME) == Round(forgotten=1)
    async with jobs_db.read() as tx:
        assert await fresh.state(tx, "a") is None
    assert game.asked == ["a"]


async def test_a_hook_that_fails_makes_the_key_fail(jobs_db):
    async def broken(key: str) -> None:
        raise RuntimeError("no")

    fresh, game = make.declared(gone=broken), Game()
    game.fails["a"] = PlayerGone()
    await make.keep(jobs_db, fresh, {"a": HOUR})

    assert (await make.keeper(jobs_db, fresh, game).round(NAME)).failed == 1


async def test_a_key_that_nobody_has_asked_for_is_forgotten_when_it_is_due(jobs_db):
    clock = SetClock(datetime.fromisoformat("2031-05-05T12:00:00+00:00"))
    fresh, game = make.declared(forget_after=24 * HOUR), Game()
    await make.keep(jobs_db, fresh, {"old": HOUR, "asked": HOUR, "wanted": HOUR})
    await make.execute(jobs_db, "update core.fresh_rows set asked_at = $1", clock.now() - 25 * HOUR)
    await make.execute(jobs_db, "update core.fresh_rows set asked_at = $1 where key = 'asked'", clock.now() - 23 * HOUR)
    await make.execute(jobs_db, "update core.fresh_rows set wanted_at = $1 where key = 'wanted'", clock.now())

    done = await make.keeper(jobs_db, fresh, game, clock=clock).round(NAME)

    assert (done.forgotten, sorted(game.asked)) == (1, ["asked", "wanted"])


async def test_a_key_that_was_forgotten_while_it_was_refreshed_stays_forgotten(jobs_db):
    fresh = make.declared(refresh=forget_it, gone=None)
    await make.keep(jobs_db, fresh, {"a": HOUR})
    await make.keeper(jobs_db, fresh).round(NAME)

    async with jobs_db.read() as tx:
        assert await fresh.keys(tx) == []


async def forget_it(key: str, db: Database) -> None:
    """A refresh of a key that somebody forgets meanwhile."""
    async with db.write() as tx:
        assert await make.declared().forget(tx, key) == 1


async def test_one_key_is_refreshed_now_whether_it_is_due_or_not(jobs_db):
    fresh, game = make.declared(forget_after=MINUTE), Game()
    game.fails["bad"] = UpstreamLied(detail="HTML")
    await make.keep(jobs_db, fresh, {"a": -HOUR, "bad": -HOUR})
    keeper = make.keeper(jobs_db, fresh, game)

    assert (await keeper.now(NAME, "a")).ending == "refreshed"
    assert (await keeper.now(NAME, "bad")).ending == "failed"
    with pytest.raises(KeyNotKept):
        await keeper.now(NAME, "unknown")
    await make.execute(jobs_db, "update core.fresh_rows set leased_until = now() + interval '1 hour'")
    with pytest.raises(KeyBusy):
        await keeper.now(NAME, "a")
