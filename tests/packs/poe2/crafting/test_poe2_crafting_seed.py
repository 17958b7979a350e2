"""The crafting that a demo begins with."""

from guildhall.packs.poe2.builds.seed import AUTHORS, seed_builds
from guildhall.packs.poe2.crafting.seed import seed_crafting
from tests.packs.poe2.crafting.make import CRAFTING


async def test_a_demo_begins_with_a_table_a_strategy_and_sessions(start_crafting, jobs_db):
    user = AUTHORS["Sable"]
    async with jobs_db.write() as tx:
        await seed_builds(tx)
        first, again = await seed_crafting(tx, user), await seed_crafting(tx, user)
    product = await start_crafting()
    person = await product.sign_in(user)

    (strategy,) = await product.items(f"{CRAFTING}/strategies")
    sessions = await person.items(f"{CRAFTING}/sessions")
    steps = await person.items(f"{CRAFTING}/sessions/{sessions[-1]['id']}/steps")

    assert (first, again) == (3, 0)
    assert (strategy["uses_count"], strategy["success_count"], strategy["known_count"]) == (2, 1, 2)
    assert float(strategy["expected_cost"]) > 1
    assert [one["success"] for one in sessions] == [None, False, True]
    assert [one["completed_at"] is None for one in sessions] == [True, False, False]
    assert steps[0]["odds"]["chance"] > 0
    assert steps[0]["odds"]["wanted"] > 0


async def test_a_table_that_an_operator_imported_stays(start_crafting, jobs_db, game):
    async with jobs_db.write() as tx:
        await seed_builds(tx)
        assert await seed_crafting(tx, AUTHORS["Sable"]) == 0
    product = await start_crafting()

    assert [one["source"] for one in await product.items(f"{CRAFTING}/patches")] == ["made up"]
