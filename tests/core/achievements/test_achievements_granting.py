"""Granted once, with its evidence: after a message, by a backfill, by a schedule, whoever looks at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from guildhall.clock import SetClock
from guildhall.core.achievements.actions.telling import tell_achieved
from guildhall.core.achievements.jobs import keep_catalogue, look_after, tell_of_old_deeds
from guildhall.core.achievements.judging import judge
from guildhall.core.achievements.messages import KeepCatalogue, SumHolders, TellOldDeeds
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from tests.core.achievements import club
from tests.core.achievements.make import (
    begin_and_walk,
    blocked_worker,
    do,
    granted,
    kept,
    make_crowd,
    make_people,
    notices,
    numbers,
    walk_all,
)

SETTINGS = club.chosen()


async def test_a_message_has_the_person_looked_at_and_the_grant_keeps_its_evidence(clone):
    async with club.open_club(clone) as product:
        anna, bert, *_ = await make_people(clone, 8)
        await product.work(KeepCatalogue())
        await do(clone, anna, 4)
        await do(clone, bert, 1)
        await product.work(club.Deed(anna), club.Deed(bert))
        before = await product.rows("select * from core.user_achievements order by user_id, achievement")
        await do(clone, anna, 5)
        await product.work(club.Deed(anna), club.Deed(anna))

        rows = await product.rows(
            "select * from core.user_achievements where user_id = $1 and achievement = 'club.five'", anna
        )
        told = await product.rows("select user_id, title, body, data from core.notification_log order by user_id, id")

    values = [(row["user_id"], row["achievement"], row["value"], row["granted_at"] is not None) for row in before]
    assert values == [
        (anna, "club.first", 4, True), (anna, "club.five", 4, False), (anna, "club.secret", 4, True),
        (bert, "club.first", 1, True), (bert, "club.five", 1, False), (bert, "club.secret", 1, False),
    ]  # fmt: skip
    assert (rows[0]["version"], rows[0]["reached"], rows[0]["goal"], rows[0]["granted_by"]) == (1, 5, 5, "look")
    assert set(rows[0]["evidence"]) == {"first"}
    assert [(row["user_id"], row["title"]) for row in told] == [
        (anna, "Achievement: First deed"), (anna, "Achievement: Two in secret"), (anna, "Achievement: Five deeds"),
        (bert, "Achievement: First deed"),
    ]  # fmt: skip
    assert told[2]["data"] == {"achievement": "club.five", "tier": "gold", "points": 20}


async def test_a_message_finds_people_by_a_statement_and_by_a_list(clone, jobs_db):
    anna, bert, cleo, *_ = await make_people(clone, 8)
    await begin_and_walk(jobs_db, club.declared(), SETTINGS)
    for person in (anna, bert, cleo):
        await do(clone, person, 1)
    async with jobs_db.read() as tx:
        victim = await tx.connection.fetchval("select blocked_id from core.blocks where user_id = $1", bert)

    by_statement = await look_after(club.Suffered(victim), jobs_db, club.declared(), SETTINGS)
    found = await granted(jobs_db, "club.first")
    by_list = await look_after(club.Crowd([cleo, anna, bert, anna]), jobs_db, club.declared(), club.chosen(batch=1))

    assert by_statement == {"granted": len(found)}
    assert bert in found
    assert by_list == {"granted": 3 - len(found)}
    assert await granted(jobs_db, "club.first") == [anna, bert, cleo]


async def test_two_workers_and_two_messages_at_once_grant_once_and_tell_once(clone, jobs_db):
    people = await make_people(clone, 12)
    await begin_and_walk(jobs_db, club.declared(), SETTINGS)
    for person in people:
        await do(clone, person, 5)

    looks = [look_after(club.Crowd(people), jobs_db, club.declared(), club.chosen(batch=5)) for _ in range(3)]
    looks += [look_after(club.Deed(person), jobs_db, club.declared(), SETTINGS) for person in people]
    done = await asyncio.gather(*looks)

    assert sum(one["granted"] for one in done) == 36
    assert await granted(jobs_db, "club.five") == people
    told = await notices(jobs_db)
    assert len(told) == 36
    assert len(set(told)) == 36
    assert all(told == there for told, there in (await numbers(jobs_db)).values())


async def test_the_last_look_keeps_the_latest_value_though_an_earlier_one_measured_before(clone, jobs_db):
    """The first look waits in the middle, after it has measured; the second one must not be overwritten."""
    anna, *_ = await make_people(clone, 8)
    await begin_and_walk(jobs_db, club.declared(club.FIVE), SETTINGS)
    await do(clone, anna, 2)
    async with jobs_db.write() as first:
        await judge(first, club.FIVE, [anna], "look")
        await do(clone, anna, 4)
        second = asyncio.create_task(look_after(club.Deed(anna), jobs_db, club.declared(club.FIVE), SETTINGS))
        await blocked_worker(jobs_db)
    await second

    assert await kept(jobs_db, "value", "granted_at") == [(4, None)]


async def test_a_deed_that_is_undone_takes_nothing_back_and_lowers_progress(clone, jobs_db):
    anna, *_ = await make_people(clone, 8)
    await begin_and_walk(jobs_db, club.declared(), SETTINGS)
    for count in (2, 0):
        await do(clone, anna, count)
        await look_after(club.Deed(anna), jobs_db, club.declared(), SETTINGS)

    rows = await kept(jobs_db, "achievement", "value", "reached")
    assert rows == [("club.first", 2, 2), ("club.five", 0, None), ("club.secret", 2, 2)]


async def test_old_deeds_are_backfilled_in_batches_and_told_with_one_notice_each(clone, jobs_db):
    crowd = await make_crowd(clone, 23, 5)
    idle, *_ = await make_people(clone, 1)

    await begin_and_walk(jobs_db, club.declared(), club.chosen(batch=10))
    quiet = await notices(jobs_db)
    done = await tell_of_old_deeds(TellOldDeeds(), jobs_db)
    twice = await tell_of_old_deeds(TellOldDeeds(), jobs_db)

    told = await notices(jobs_db)
    assert quiet == []
    assert (done, twice) == ({"told": 23}, {"told": 0})
    assert [user for user, *_ in told] == crowd
    assert idle not in crowd
    assert set(told) == {
        (
            user, "achievements_summary", "4 achievements for what you did before",
            "Five deeds, Three by night, Two in secret, First deed",
        )
        for user in crowd
    }  # fmt: skip
    assert {by for (by,) in await kept(jobs_db, "granted_by")} == {"backfill"}


async def test_old_deeds_may_be_told_not_at_all(clone, jobs_db):
    await make_crowd(clone, 3, 5)

    await begin_and_walk(jobs_db, club.declared(), club.chosen(old_deeds="none"))
    done = await tell_of_old_deeds(TellOldDeeds(), jobs_db)

    assert (done, await notices(jobs_db)) == ({"told": 0}, [])
    assert len(await granted(jobs_db, "club.first")) == 3


async def test_a_schedule_has_all_people_looked_at_and_tells_them_at_once(clone):
    clock = SetClock(club.NOON)
    db = await Database.open(PoolSettings(clone, JOBS), clock)
    try:
        anna, *_ = await make_people(clone, 8)
        await begin_and_walk(db, club.declared(club.NIGHTLY), SETTINGS)
        await do(clone, anna, 3)
        early = await keep_catalogue(KeepCatalogue(), db, club.declared(club.NIGHTLY))
        clock.advance(timedelta(hours=15, seconds=1))
        due = await keep_catalogue(KeepCatalogue(), db, club.declared(club.NIGHTLY))
        again = await keep_catalogue(KeepCatalogue(), db, club.declared(club.NIGHTLY))
        await walk_all(db, club.declared(club.NIGHTLY), SETTINGS)

        assert early == {"noted": [], "begun": []}
        assert due == {"noted": [], "begun": ["club.nightly"]}
        assert again == {"noted": [], "begun": []}
        assert await kept(db, "user_id", "granted_by", "untold") == [(anna, "sweep", False)]
        assert [row[:3] for row in await notices(db)] == [(anna, "achievement", "Achievement: Three by night")]
    finally:
        await db.close()


async def test_a_rule_that_fails_holds_up_no_other(clone, jobs_db):
    anna, *_ = await make_people(clone, 8)
    bad = club.again(club.FIRST, name="club.bad", rule=club.broken)
    declared = club.declared(bad, club.FIVE)
    await keep_catalogue(KeepCatalogue(), jobs_db, declared)
    await do(clone, anna, 5)

    with pytest.raises(Exception, match="division by zero"):
        await look_after(club.Deed(anna), jobs_db, declared, SETTINGS)

    assert await kept(jobs_db, "achievement", "value") == [("club.five", 5)]


async def test_people_who_are_gone_and_names_that_are_not_known_yet_are_passed_over(clone, jobs_db):
    anna, gone, *_ = await make_people(clone, 8)
    await do(clone, anna, 5)
    before = await look_after(club.Deed(anna), jobs_db, club.declared(), SETTINGS)
    await begin_and_walk(jobs_db, club.declared(), club.chosen(old_deeds="none"))
    async with jobs_db.write() as tx:
        await tx.connection.execute("delete from core.users where id = $1", gone)
        judged = await judge(tx, club.FIVE, [gone], "look")
        told = await tell_achieved(tx, club.FIVE, judged.granted)

    assert (before, judged.granted, told) == ({"granted": 0}, (), 0)
    assert await granted(jobs_db, "club.five") == [anna]


async def test_numbers_follow_grants_and_accounts_that_go(clone):
    async with club.open_club(clone) as product:
        crowd = await make_crowd(clone, 9, 5)
        await product.work(KeepCatalogue())
        await product.work(SumHolders())
        await product.execute("delete from core.users where id = $1", crowd[0])

        found = await product.get("/api/v1/achievements")

    shown = {one["achievement"]["name"]: (one["holders"], one["share"]) for one in found.json["items"]}
    assert shown["club.five"] == (8, 0.888889)  # of nine, as they were counted last
