"""Walks over all people: killed and resumed, stopped, of many; rules that change; packs that are gone."""

# The state of another process has no event to wait for.
# ruff: noqa: ASYNC110

import asyncio
import sys
import tracemalloc
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from guildhall.clock import SetClock
from guildhall.core.achievements.actions.catalogue import note_declared
from guildhall.core.achievements.actions.runs import stop_run, walk_batch
from guildhall.core.achievements.errors import NothingRuns
from guildhall.core.achievements.jobs import clean_up_runs, keep_catalogue, look_after, tell_of_old_deeds, walk_people
from guildhall.core.achievements.messages import CleanUpRuns, KeepCatalogue, TellOldDeeds, WalkPeople
from guildhall.core.achievements.queries.people import telling_due
from guildhall.core.jobs.errors import RetryLater
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.db.statements import Command, Query
from tests.core.achievements import club
from tests.core.achievements.make import (
    begin_and_walk,
    do,
    granted,
    kept,
    make_crowd,
    make_people,
    notices,
    numbers,
    walk_all,
)

SETTINGS = club.chosen(batch=10)


async def the_run(db):
    async with db.read() as tx:
        return await tx.connection.fetchrow("select * from core.achievement_runs order by id desc limit 1")


async def test_a_worker_that_is_killed_in_the_middle_of_a_backfill_leaves_nobody_out_and_counts_nobody_twice(
    clone, jobs_db
):
    crowd = await make_crowd(clone, 45, 5)
    declared = club.declared(club.FIVE)
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    run = (await the_run(jobs_db))["id"]
    for _ in range(2):
        async with jobs_db.write() as tx:
            await walk_batch(tx, run, declared, SETTINGS)
    with pytest.raises(ZeroDivisionError):  # it dies before its commit
        await _dying(jobs_db, run, declared)

    half = await the_run(jobs_db)
    some = await granted(jobs_db, "club.five")
    done = await walk_people(WalkPeople(run), jobs_db, declared, SETTINGS)
    again = await walk_people(WalkPeople(run), jobs_db, declared, SETTINGS)

    whole = await the_run(jobs_db)
    assert (half["people"], half["looked"], half["granted"], half["after_id"]) == (45, 20, 20, crowd[19])
    assert some == crowd[:20]
    assert (done, again) == ({"looked": 25, "granted": 25}, {"looked": 0, "granted": 0})
    assert await granted(jobs_db, "club.five") == crowd
    assert (whole["looked"], whole["granted"], whole["outcome"]) == (45, 45, "done")


async def _dying(db, run, declared):
    async with db.write() as tx:
        await walk_batch(tx, run, declared, SETTINGS)
        1 / 0  # noqa: B018


WALKER = """
import asyncio, sys
from uuid import UUID
from guildhall.clock import Clock
from guildhall.core.achievements.jobs import walk_people
from guildhall.core.achievements.messages import WalkPeople
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from tests.core.achievements import club

async def main():
    db = await Database.open(PoolSettings(sys.argv[1], JOBS), Clock())
    await walk_people(WalkPeople(UUID(sys.argv[2])), db, club.declared(club.FIVE), club.chosen(batch=3))

asyncio.run(main())
"""


async def test_a_process_that_is_killed_for_good_is_gone_on_for(clone, jobs_db):
    crowd = await make_crowd(clone, 1500, 5)
    declared = club.declared(club.FIVE)
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    run = (await the_run(jobs_db))["id"]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", WALKER, clone, str(run))
    async with asyncio.timeout(60):
        while (await the_run(jobs_db))["looked"] < 30:
            await asyncio.sleep(0.01)
    process.kill()
    await process.wait()

    killed = await the_run(jobs_db)
    some = await granted(jobs_db, "club.five")
    done = await walk_people(WalkPeople(run), jobs_db, declared, club.chosen())

    assert killed["ended_at"] is None
    assert 30 <= killed["looked"] == len(some) < 1500
    assert some == crowd[: len(some)]
    assert done == {"looked": 1500 - len(some), "granted": 1500 - len(some)}
    assert await granted(jobs_db, "club.five") == crowd
    assert (await the_run(jobs_db))["granted"] == 1500


async def test_three_workers_on_one_walk_and_looks_meanwhile_grant_everybody_once(clone, jobs_db):
    crowd = await make_crowd(clone, 60, 5)
    declared = club.declared(club.FIVE)
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    run = (await the_run(jobs_db))["id"]

    walks = [walk_people(WalkPeople(run), jobs_db, declared, SETTINGS) for _ in range(3)]
    looks = [look_after(club.Crowd(crowd[n::4]), jobs_db, declared, SETTINGS) for n in range(4)]
    done = await asyncio.gather(*walks, *looks)

    ended = await the_run(jobs_db)
    assert sum(one["granted"] for one in done) == 60
    assert await granted(jobs_db, "club.five") == crowd
    assert ended["looked"] == 60
    assert ended["granted"] == sum(one["granted"] for one in done[:3])
    assert (await numbers(jobs_db))["club.five"] == (60, 60)


async def test_a_walk_that_takes_long_lets_others_pass_and_goes_on(clone, jobs_db):
    await make_crowd(clone, 25, 1)
    declared = club.declared(club.FIRST)
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    run = (await the_run(jobs_db))["id"]

    with patch("guildhall.core.achievements.jobs._SECONDS", 0), pytest.raises(RetryLater) as later:
        await walk_people(WalkPeople(run), jobs_db, declared, SETTINGS)

    assert later.value.seconds == 0
    assert (await the_run(jobs_db))["looked"] == 10


async def test_ten_thousand_people_are_walked_in_bounded_memory_with_few_statements(clone, jobs_db):
    crowd = await make_crowd(clone, 10_000, 1)
    declared = club.declared(club.FIRST)
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    run = (await the_run(jobs_db))["id"]
    counts = {"statements": 0}
    many, run_one, one = Query.many, Command.run, Query.one_or_none

    def counting(call):
        async def counted(*args: Any, **kwargs: Any) -> Any:
            counts["statements"] += 1
            return await call(*args, **kwargs)

        return counted

    with (
        patch.object(Query, "many", counting(many)),
        patch.object(Command, "run", counting(run_one)),
        patch.object(Query, "one_or_none", counting(one)),
    ):
        tracemalloc.start()
        done = await walk_people(WalkPeople(run), jobs_db, declared, club.chosen())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert done == {"looked": 10_000, "granted": 10_000}
    assert len(await granted(jobs_db, "club.first")) == len(crowd)
    assert counts["statements"] <= 21 * 10  # 20 batches of 500, and the one that finds nobody
    assert peak < 8 * 2**20, f"{peak:,} bytes"


async def test_a_walk_without_news_writes_nothing(clone, jobs_db):
    await make_crowd(clone, 30, 3)
    await begin_and_walk(jobs_db, club.declared(), SETTINGS)
    async with jobs_db.read() as tx:
        before = await tx.connection.fetch("select xmin, ctid, user_id from core.user_achievements order by 3, 2")
    declared = club.declared(*(club.again(one) for one in club.ALL))

    await begin_and_walk(jobs_db, declared, SETTINGS)

    async with jobs_db.read() as tx:
        after = await tx.connection.fetch("select xmin, ctid, user_id from core.user_achievements order by 3, 2")
    assert before == after
    assert len(before) == 120


async def test_a_new_version_grants_who_meets_it_now_and_leaves_what_was_granted(clone, jobs_db):
    anna, bert, *_ = await make_people(clone, 8)
    await do(clone, anna, 5)
    await do(clone, bert, 3)
    await begin_and_walk(jobs_db, club.declared(club.FIVE), club.chosen(old_deeds="none"))
    await do(clone, anna, 0)

    easier = club.again(club.FIVE, rule=club.double_deeds)
    await begin_and_walk(jobs_db, club.declared(easier), SETTINGS)
    await tell_of_old_deeds(TellOldDeeds(), jobs_db)

    rows = await kept(jobs_db, "user_id", "version", "reached", "granted_by")
    assert rows == [(anna, 1, 5, "backfill"), (bert, 2, 6, "recheck")]
    assert [row[:3] for row in await notices(jobs_db)] == [
        (bert, "achievements_summary", "1 achievement for what you did before")
    ]


async def test_a_version_that_does_not_keep_takes_from_those_who_do_not_meet_it_and_tells_them_once(clone, jobs_db):
    anna, bert, cleo, *_ = await make_people(clone, 9)
    for person, count in ((anna, 5), (bert, 7), (cleo, 6)):
        await do(clone, person, count)
    await begin_and_walk(jobs_db, club.declared(club.FIVE), club.chosen(old_deeds="none"))
    async with jobs_db.write() as tx:
        await tx.connection.execute(
            "update core.user_achievements set revoked_at = now(), reason = 'Cheated' where user_id = $1", cleo
        )

    harder = club.again(club.FIVE, goal=7, keeps=False)
    await begin_and_walk(jobs_db, club.declared(harder), SETTINGS)
    await tell_of_old_deeds(TellOldDeeds(), jobs_db)
    first = await kept(jobs_db, "user_id", "value", "version", "reached")
    ended = await the_run(jobs_db)
    await do(clone, anna, 7)
    await look_after(club.Deed(anna), jobs_db, club.declared(harder), SETTINGS)

    assert first == [(anna, 5, None, None), (bert, 7, 2, 7), (cleo, 6, 1, 6)]
    assert (ended["kind"], ended["granted"], ended["taken"]) == ("recheck", 0, 1)
    assert await granted(jobs_db, "club.five") == [anna, bert]
    assert await notices(jobs_db) == [
        (
            anna, "achievements_summary", "1 achievement no longer yours, since the rules have changed",
            "No longer yours, since the rules have changed: Five deeds",
        ),
        (anna, "achievement", "Achievement: Five deeds", "Did five things."),
    ]  # fmt: skip
    assert (await numbers(jobs_db))["club.five"] == (2, 2)


async def test_a_version_never_falls_and_a_new_one_replaces_the_walk_of_the_old(clone, jobs_db):
    await make_crowd(clone, 5, 5)
    newer = club.again(club.FIVE)
    async with jobs_db.write() as tx:
        await note_declared(tx, club.declared(club.FIVE))
    async with jobs_db.write() as tx:
        noted = await note_declared(tx, club.declared(newer))
    async with jobs_db.write() as tx:
        back = await note_declared(tx, club.declared(club.FIVE))

    async with jobs_db.read() as tx:
        version = await tx.connection.fetchval("select version from core.achievements")
        runs = await tx.connection.fetch("select kind, outcome from core.achievement_runs order by id")
    assert (noted, back, version) == (["club.five"], ["club.five"], 2)
    assert [tuple(run) for run in runs] == [("backfill", "replaced"), ("recheck", None)]


async def test_summaries_wait_until_every_backfill_has_ended(clone, jobs_db):
    await make_crowd(clone, 5, 5)
    declared = club.declared()
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    async with jobs_db.read() as tx:
        runs = await tx.connection.fetch("select id from core.achievement_runs order by id")
    due = []
    for run in runs:
        await walk_people(WalkPeople(run["id"]), jobs_db, declared, SETTINGS)
        async with jobs_db.read() as tx:
            due.append(await telling_due.one(tx))

    assert due == [False, False, False, True]


async def test_achievements_whose_pack_is_gone_stay_with_their_name_and_are_shown_as_retired(clone):
    async with club.open_club(clone) as product:
        anna = await product.sign_in(name="Anna")
        await make_people(clone, 6)
        await do(clone, anna.id, 2)
        await anna.put("/api/v1/me/profile", json={"handle": "anna"})
        await product.work(KeepCatalogue())
    async with club.open_club(clone, achievements=()) as product:
        anna = await product.sign_in(anna.id)
        await product.work(KeepCatalogue())
        catalogue = (await product.get("/api/v1/achievements")).json["items"]
        own = (await anna.get("/api/v1/me/achievements")).json
        public = (await anna.get("/api/v1/profiles/anna/achievements")).json

    assert [(one["achievement"]["title"], one["achievement"]["retired"], one["holders"]) for one in catalogue] == [
        ("First deed", True, 1), (None, True, 1)
    ]  # fmt: skip
    for page in (own, public):
        assert sorted((one["achievement"]["title"], one["achievement"]["retired"]) for one in page["items"]) == [
            ("First deed", True), ("Two in secret", True)
        ]  # fmt: skip
        assert (page["achieved"], page["points"]) == (2, 12)


async def test_a_walk_of_an_achievement_that_nobody_knows_waits_a_day_and_ends(clone):
    clock = SetClock(club.NOON)
    db = await Database.open(PoolSettings(clone, JOBS), clock)
    try:
        await keep_catalogue(KeepCatalogue(), db, club.declared(club.FIVE))
        run = (await the_run(db))["id"]
        with pytest.raises(RetryLater) as later:
            await walk_people(WalkPeople(run), db, club.declared(club.FIRST), SETTINGS)
        clock.advance(timedelta(days=1))
        done = await walk_people(WalkPeople(run), db, club.declared(club.FIRST), SETTINGS)

        assert later.value.seconds == 30
        assert done == {"looked": 0, "granted": 0}
        assert (await the_run(db))["outcome"] == "retired"

        clock.advance(timedelta(days=90, seconds=1))
        assert await clean_up_runs(CleanUpRuns(), db, club.chosen()) == {"runs": 1}
    finally:
        await db.close()


async def test_a_walk_that_is_not_under_way_cannot_be_stopped(clone, jobs_db):
    with pytest.raises(NothingRuns):
        async with jobs_db.write() as tx:
            await stop_run(tx, "club.five")


async def test_looks_during_a_walk_of_a_new_version_are_not_undone(clone, jobs_db):
    """Who is granted by a look before the walk comes to them is told by the look, and once."""
    anna, *_ = await make_people(clone, 8)
    await do(clone, anna, 5)
    await keep_catalogue(KeepCatalogue(), jobs_db, club.declared(club.FIVE))
    await look_after(club.Deed(anna), jobs_db, club.declared(club.FIVE), SETTINGS)
    await walk_all(jobs_db, club.declared(club.FIVE), SETTINGS)
    await tell_of_old_deeds(TellOldDeeds(), jobs_db)

    assert await notices(jobs_db) == [(anna, "achievement", "Achievement: Five deeds", "Did five things.")]
