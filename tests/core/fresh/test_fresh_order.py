"""Declarations that put people first: those who are here, then those who pay, then the rest by due time."""

from datetime import timedelta

import pytest

from guildhall.core.fresh.declaration import Tuning
from guildhall.core.fresh.keeper import Keeper
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.testing.people import make_user
from tests.core.fresh import make
from tests.core.fresh.make import HOUR, NAME, Game

MINUTE = timedelta(minutes=1)
FRESH = make.declared(at_once=1, people_first=15 * MINUTE)


async def person(db: Database, seen: timedelta, **columns: str) -> UserId:
    """Somebody who was here so long ago."""
    async with db.write() as tx:
        user_id = await make_user(tx, **columns)
        await tx.connection.execute(
            "insert into core.sessions (id, user_id, token_hash, expires_at, last_used_at) "
            "select gen_random_uuid(), $1, sha256(gen_random_uuid()::text::bytea), now() + interval '7 days', $2",
            user_id,
            tx.now - seen,
        )
    return user_id


@pytest.fixture
async def people(jobs_db) -> dict[str, UserId]:
    """People, whose keys have been due the longer the less they matter."""
    found = {
        "away": await person(jobs_db, 9 * HOUR),
        "paying": await person(jobs_db, 9 * HOUR, subscription_tier="premium"),
        "here": await person(jobs_db, MINUTE),
    }
    async with jobs_db.write() as tx:
        await FRESH.keep(tx, "nobody", due_at=tx.now - 9 * HOUR)
        for late, (name, user_id) in enumerate(found.items()):
            await FRESH.keep(tx, name, user_id=user_id, due_at=tx.now - (8 - late) * HOUR)
            await FRESH.keep(tx, f"{name} 2", user_id=user_id, due_at=tx.now - (2 - late) * HOUR - MINUTE)
    return found


async def refreshed(keeper: Keeper, game: Game) -> list[str]:
    """The keys in the order in which a round takes them."""
    game.asked.clear()
    await keeper.rank(NAME)
    await keeper.round(NAME)
    return game.asked


async def test_people_who_are_here_come_first_then_those_who_pay_then_the_rest_by_time(jobs_db, people):
    game = Game()
    assert await refreshed(make.keeper(jobs_db, FRESH, game), game) == [
        "here", "here 2", "paying", "paying 2", "nobody", "away", "away 2",
    ]  # fmt: skip


async def test_small_batches_have_the_same_order(jobs_db, people):
    game = Game()
    order = await refreshed(make.keeper(jobs_db, FRESH, game, batch=1), game)
    assert order == ["here", "here 2", "paying", "paying 2", "nobody", "away", "away 2"]


async def test_sessions_and_subscriptions_that_change_change_the_order(jobs_db, people):
    game = Game()
    keeper = make.keeper(jobs_db, FRESH, game)
    await refreshed(keeper, game)
    await make.execute(jobs_db, "update core.fresh_rows set due_at = kept_since - interval '1 hour'")
    await make.execute(jobs_db, "update core.users set subscription_tier = 'free' where id = $1", people["paying"])
    await make.execute(jobs_db, "update core.sessions set ended_at = now() where user_id = $1", people["here"])
    await make.execute(jobs_db, "update core.sessions set last_used_at = now() where user_id = $1", people["away"])
    await make.execute(jobs_db, "update core.fresh_rows set due_at = due_at - interval '1 hour' where key = 'here'")

    order = await refreshed(keeper, game)

    assert set(order[:2]) == {"away", "away 2"}
    assert order[2] == "here"


async def test_what_is_not_due_or_held_is_not_written(jobs_db, people):
    await make.execute(jobs_db, "update core.fresh_rows set due_at = now() + interval '1 hour' where key = 'here'")
    held = "update core.fresh_rows set leased_until = now() + interval '1 hour' where key = 'paying'"
    await make.execute(jobs_db, held)
    keeper = make.keeper(jobs_db, FRESH, Game())
    await keeper.rank(NAME)
    async with jobs_db.read() as tx:
        before = await tx.connection.fetch("select key, rank, xmin::text from core.fresh_rows order by key")
    await keeper.rank(NAME)
    async with jobs_db.read() as tx:
        after = await tx.connection.fetch("select key, rank, xmin::text from core.fresh_rows order by key")

    assert {row["key"]: row["rank"] for row in before if row["rank"]} == {"here 2": 2, "paying 2": 1}
    assert after == before


async def test_a_row_that_is_locked_is_ranked_the_next_time(jobs_db, db, people):
    keeper = make.keeper(jobs_db, FRESH, Game())
    async with db.write() as tx:
        await tx.connection.execute("select from core.fresh_rows where key = 'here' for update")
        await keeper.rank(NAME)
    async with jobs_db.read() as tx:
        assert await tx.connection.fetchval("select rank from core.fresh_rows where key = 'here'") == 0
    await keeper.rank(NAME)
    async with jobs_db.read() as tx:
        assert await tx.connection.fetchval("select rank from core.fresh_rows where key = 'here'") == 2


async def test_without_it_the_due_time_alone_counts_and_settings_may_choose_it(jobs_db, people):
    game = Game()
    plain = make.keeper(jobs_db, make.declared(at_once=1), game)
    assert (await refreshed(plain, game))[:2] == ["nobody", "away"]

    def tuned() -> Tuning:
        return Tuning(people_first=MINUTE * 2, batch=3, rounds=2)

    bound = make.keeper(jobs_db, make.declared(tuned=tuned), game).bound(NAME)
    assert (bound.people_first, bound.batch, bound.rounds) == (MINUTE * 2, 3, 2)
