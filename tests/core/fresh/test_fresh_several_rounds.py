"""Declarations with several rounds at a time: as many as there is work for, handed from worker to worker."""

import asyncio
from typing import Any

from guildhall.core.fresh.declaration import Declarations, Fresh
from guildhall.core.fresh.jobs import refresh_due, refresh_kept
from guildhall.core.fresh.keeper import Keeper
from guildhall.core.fresh.messages import RefreshDue, RefreshKept
from guildhall.db.pool import Database
from tests.core.fresh import make
from tests.core.fresh.make import HOUR, NAME, Game


async def queued(db: Database) -> list[dict[str, Any]]:
    """The rounds that wait, by their place."""
    async with db.read() as tx:
        rows = await tx.connection.fetch("select payload from core.jobs where job_type = 'fresh.refresh_kept'")
    payloads: list[dict[str, Any]] = [row["payload"] for row in rows]
    return sorted(payloads, key=lambda one: (one.get("place", 0), one.get("second", False)))


def several(db: Database, fresh: Fresh, game: Game, **settings: Any) -> Keeper:
    """A keeper with batches of ten."""
    return make.keeper(db, fresh, game, **{"batch": 10, **settings})


async def due(db: Database, fresh: Fresh, keeper: Keeper) -> int:
    """Queue what is due; how many rounds were queued."""
    return (await refresh_due(RefreshDue(), db, Declarations((fresh,)), keeper))["queued"]


async def test_a_round_is_queued_for_each_batch_that_is_due_up_to_the_number(jobs_db):
    fresh, game = make.declared(rounds=4), Game()
    keeper = several(jobs_db, fresh, game)
    assert await due(jobs_db, fresh, keeper) == 0
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(11)})

    assert await due(jobs_db, fresh, keeper) == 2
    assert await due(jobs_db, fresh, keeper) == 2  # the two that wait have not claimed anything yet
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(99)})
    assert await due(jobs_db, fresh, keeper) == 0
    assert await queued(jobs_db) == [
        {"declaration": NAME}, *({"declaration": NAME, "place": place} for place in (1, 2, 3)),
    ]  # fmt: skip


async def test_a_round_whose_turn_is_over_goes_on_as_another_job_with_what_it_may_refresh_yet(jobs_db):
    fresh, game = make.declared(rounds=2, a_round=25), Game()
    await make.keep(jobs_db, fresh, {f"key {n:02}": HOUR for n in range(99)})
    keeper = several(jobs_db, fresh, game, turn_seconds=0)

    done = await refresh_kept(RefreshKept(NAME, place=1), keeper, jobs_db)

    assert (done.refreshed, done.unfinished) == (10, True)
    (message,) = await queued(jobs_db)
    assert message == {"declaration": NAME, "place": 1, "second": True, "left": 15}
    await refresh_kept(RefreshKept(**message), keeper, jobs_db)
    (_, message) = sorted(await queued(jobs_db), key=lambda one: -one["left"])
    assert message == {"declaration": NAME, "place": 1, "left": 5}
    last = await refresh_kept(RefreshKept(**message), keeper, jobs_db)
    assert (last.refreshed, last.unfinished, len(await queued(jobs_db))) == (5, False, 2)
    assert len(set(game.asked)) == 25


async def test_a_round_that_goes_on_keeps_its_place(jobs_db):
    fresh, game = make.declared(rounds=2), Game()
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(99)})
    keeper = several(jobs_db, fresh, game, turn_seconds=0)
    await refresh_kept(RefreshKept(NAME, place=1), keeper, jobs_db)

    assert await due(jobs_db, fresh, keeper) == 1
    assert [one.get("place", 0) for one in await queued(jobs_db)] == [0, 1]


async def test_a_round_with_nothing_left_or_a_pause_goes_on_nowhere(jobs_db):
    fresh, game = make.declared(rounds=2), Game()
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(7)})
    keeper = several(jobs_db, fresh, game, turn_seconds=0)

    assert not (await refresh_kept(RefreshKept(NAME), keeper, jobs_db)).unfinished
    assert await queued(jobs_db) == []


async def test_rounds_at_the_same_time_refresh_no_key_twice(jobs_db):
    fresh, game = make.declared(rounds=4), Game()
    game.takes = 0.01
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(200)})
    keeper = several(jobs_db, fresh, game, batch=7)

    done = await asyncio.gather(*(keeper.round(NAME) for _ in range(4)))

    assert sum(one.refreshed for one in done) == len(game.asked) == len(set(game.asked)) == 200
    assert min(one.refreshed for one in done) > 0
    assert 4 < game.most_at_once <= 16


async def test_a_row_that_is_locked_for_an_instant_is_refreshed_in_the_same_round(jobs_db, db):
    fresh, game = make.declared(), Game()
    await make.keep(jobs_db, fresh, {"a": HOUR})
    async with db.write() as tx:
        await tx.connection.execute("select from core.fresh_rows where key = 'a' for update")
        round_ = asyncio.create_task(make.keeper(jobs_db, fresh, game).round(NAME))
        await asyncio.sleep(0.3)

    assert (await round_).refreshed == 1
