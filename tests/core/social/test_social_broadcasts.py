"""Notices to followers: each told once, whatever stops in the middle; and to one person, past no block."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from guildhall.core.identity.accounts.actions import delete_account, suspend
from guildhall.core.jobs.errors import RetryLater
from guildhall.core.notify.kinds import NoticeKind
from guildhall.core.social.activities.actions import withdraw_activity
from guildhall.core.social.broadcasts.actions import (
    resume_broadcast,
    stop_broadcast,
    tell_batch,
    tell_followers,
    tell_person,
)
from guildhall.core.social.broadcasts.errors import BroadcastNotFound
from guildhall.core.social.broadcasts.jobs import clean_up_broadcasts
from guildhall.core.social.broadcasts.jobs import tell_followers as tell_followers_job
from guildhall.core.social.broadcasts.messages import CleanUpBroadcasts, TellFollowers
from guildhall.core.social.settings import SocialSettings
from guildhall.db.policies import Viewer
from tests.core.social.make import API, follow, make_crowd, make_people, make_person

KIND = NoticeKind("test_published", "Something new", "{count} new things")
QUICK = {"broadcast_delay_seconds": 0, "broadcast_batch": 10}


def social(**values: Any) -> SocialSettings:
    return SocialSettings(**{"_env_file": None, **QUICK, **values})


async def publish(product, actor, title, *, item=None, key=None):
    """Tell the followers, in a request of the actor's."""
    async with product.runtime.db.write(Viewer(actor)) as tx:
        return await tell_followers(
            tx, actor, KIND, item or uuid4(), title, "Version 2", occurrence_key=key or f"test:{title}",
            data={"build": "b1"},
        )  # fmt: skip


async def told(product):
    """The people who were told, with the titles, as often as they were."""
    return await product.rows(
        """
        select user_id, title, body, data from core.notification_log where type = 'test_published'
        order by user_id, title
        """
    )


async def outcomes(product):
    rows = await product.rows("select title, told, outcome from core.broadcasts order by id")
    return [(row["title"], row["told"], row["outcome"]) for row in rows]


async def make_star(product, count):
    star = await make_person(product, "star")
    crowd = await make_crowd(product, count)
    await product.execute(
        """
        insert into core.user_follows (follower_id, following_id, created_at)
        select u.id, $2, now() - (u.n / 4) * interval '1 min' from unnest($1::uuid[]) with ordinality u (id, n)
        """,
        crowd, star.id,
    )  # fmt: skip
    return star, crowd


async def test_all_followers_are_told_once_in_batches(start_guildhall):
    product = await start_guildhall(social=QUICK)
    star, crowd = await make_star(product, 45)
    other = await make_person(product, "other")
    await product.execute("update core.users set suspended_at = now() where id = $1", crowd[7])

    item = uuid4()
    first = await publish(product, star.id, "One", item=item)
    again = await publish(product, star.id, "Once more", key="test:One", item=item)
    await follow(other, star)
    jobs = await product.work()

    rows = await told(product)
    assert first is not None
    assert again is None
    assert [row["user_id"] for row in rows] == sorted(set(crowd) - {crowd[7]})
    assert {(row["title"], row["body"]) for row in rows} == {("One", "Version 2")}
    assert rows[0]["data"] == {"build": "b1", "user_id": str(star.id)}
    assert await outcomes(product) == [("One", 44, "told")]
    assert [job.result for job in jobs if job.job_type == "social.tell_followers"] == [{"told": 44}]


async def test_a_worker_that_is_killed_in_the_middle_tells_nobody_twice_and_leaves_nobody_out(guildhall, jobs_db):
    star, crowd = await make_star(guildhall, 35)
    made = await publish(guildhall, star.id, "One")
    settings = social()
    for _ in range(2):
        async with jobs_db.write() as tx:
            await tell_batch(tx, made, settings)
    with pytest.raises(ZeroDivisionError):  # it dies before its commit
        await _dying(jobs_db, made, settings)

    half = await told(guildhall)
    done = await tell_followers_job(TellFollowers(made), jobs_db, settings)
    again = await tell_followers_job(TellFollowers(made), jobs_db, settings)

    assert len(half) == 20
    assert (done, again) == ({"told": 15}, {"told": 0})
    assert [row["user_id"] for row in await told(guildhall)] == crowd
    assert await outcomes(guildhall) == [("One", 35, "told")]


async def _dying(db, broadcast, settings):
    async with db.write() as tx:
        await tell_batch(tx, broadcast, settings)
        1 / 0  # noqa: B018


async def test_two_workers_on_one_broadcast_tell_nobody_twice(guildhall, jobs_db):
    star, crowd = await make_star(guildhall, 60)
    made = await publish(guildhall, star.id, "One")

    results = await asyncio.gather(*(tell_followers_job(TellFollowers(made), jobs_db, social()) for _ in range(3)))

    assert sum(one["told"] for one in results) == 60
    assert [row["user_id"] for row in await told(guildhall)] == crowd


async def test_who_comes_or_goes_in_the_middle(guildhall, jobs_db):
    star, crowd = await make_star(guildhall, 30)
    made = await publish(guildhall, star.id, "One")
    settings = social()
    async with jobs_db.write() as tx:
        await tell_batch(tx, made, settings)
    first = {row["user_id"] for row in await told(guildhall)}
    left = [one for one in crowd if one not in first]
    for gone in (left[0], next(iter(first))):
        async with jobs_db.write() as tx:
            await delete_account(tx, gone)
    async with guildhall.runtime.db.write(Viewer(left[1])) as tx:
        await tx.connection.execute("delete from core.user_follows where follower_id = $1", left[1])

    await tell_followers_job(TellFollowers(made), jobs_db, settings)

    assert {row["user_id"] for row in await told(guildhall)} == {*left[2:], *(first & set(crowd))} - {
        one for one in first if not await guildhall.rows("select from core.users where id = $1", one)
    }
    assert len(await told(guildhall)) == 27


@pytest.mark.parametrize("how", ["deleted", "suspended", "withdrawn"])
async def test_an_actor_or_a_thing_that_goes_in_the_middle_ends_it(guildhall, jobs_db, how):
    star, _ = await make_star(guildhall, 30)
    item = uuid4()
    made = await publish(guildhall, star.id, "One", item=item)
    settings = social()
    async with jobs_db.write() as tx:
        await tell_batch(tx, made, settings)
    if how == "withdrawn":
        moderator = await guildhall.sign_in(role="moderator")
        async with guildhall.runtime.db.write(moderator.viewer) as tx:
            await withdraw_activity(tx, None, item)
    else:
        async with jobs_db.write() as tx:
            await {"deleted": delete_account, "suspended": suspend}[how](tx, star.id)

    done = await tell_followers_job(TellFollowers(made), jobs_db, settings)

    assert done == {"told": 0}
    assert await outcomes(guildhall) == ([] if how == "deleted" else [("One", 10, "withdrawn")])
    if how == "deleted":
        await guildhall.work()
        assert await told(guildhall) == []  # what names the person goes with the account


async def test_what_is_withdrawn_or_replaced_before_its_time_is_not_told(start_guildhall):
    product = await start_guildhall(social={"broadcast_delay_seconds": 3600})
    star, _ = await make_star(product, 3)
    build, other = uuid4(), uuid4()
    first = await publish(product, star.id, "Version 2", item=build)
    second = await publish(product, star.id, "Version 3", item=build)
    await publish(product, star.id, "Other", item=other)
    async with product.runtime.db.write(star.viewer) as tx:
        await withdraw_activity(tx, None, other)
    assert first is not None
    assert second is not None

    with pytest.raises(RetryLater) as later:
        await tell_followers_job(TellFollowers(second), product.runtime.db, social(broadcast_delay_seconds=3600))

    assert 3500 < later.value.seconds <= 3600
    assert await told(product) == []
    assert await outcomes(product) == [("Version 2", 0, "replaced"), ("Version 3", 0, None), ("Other", 0, "withdrawn")]


async def test_a_person_causes_so_many_notices_a_day(guildhall, jobs_db):
    star, _ = await make_star(guildhall, 2)
    settings = social(broadcasts_per_day=2)
    for number in range(4):
        made = await publish(guildhall, star.id, f"Number {number}")
        await tell_followers_job(TellFollowers(made), jobs_db, settings)
    await guildhall.execute("update core.broadcasts set happened_at = happened_at - interval '25 h'")
    made = await publish(guildhall, star.id, "The day after")
    await tell_followers_job(TellFollowers(made), jobs_db, settings)

    assert [one[2] for one in await outcomes(guildhall)] == ["told", "told", "too_many", "too_many", "told"]
    assert len(await told(guildhall)) == 6


async def test_a_broadcast_is_stopped_and_resumed(start_guildhall, jobs_db):
    product = await start_guildhall(social=QUICK)
    star, _ = await make_star(product, 25)
    made = await publish(product, star.id, "One")
    async with jobs_db.write() as tx:
        await tell_batch(tx, made, social())
    async with jobs_db.write() as tx:
        await stop_broadcast(tx, made)
    with pytest.raises(BroadcastNotFound):
        async with jobs_db.write() as tx:
            await stop_broadcast(tx, made)
    await product.work()
    stopped = await outcomes(product)
    async with jobs_db.write() as tx:
        await resume_broadcast(tx, made)
    await product.work()

    assert stopped == [("One", 10, "stopped")]
    assert await outcomes(product) == [("One", 25, "told")]
    with pytest.raises(BroadcastNotFound):
        async with jobs_db.write() as tx:
            await resume_broadcast(tx, made)


async def test_several_notices_of_one_person_are_one_message(start_guildhall):
    product = await start_guildhall(social=QUICK, notify={"gather_seconds": 0.3})
    anna = await make_person(product, "anna")
    for handle in ("bert", "cleo", "dora"):
        other = await make_person(product, handle)
        await follow(anna, other)
        await publish(product, other.id, f"New of {handle}")

    await product.work()

    rows = await product.rows("select count(distinct batch_id) as batches, count(*) as n from core.notification_log")
    assert rows == [{"batches": 1, "n": 3}]


async def test_one_person_is_told_unless_a_block_stands_between(guildhall, jobs_db):
    anna, bert, cleo = await make_people(guildhall, ["anna", "bert", "cleo"])
    await anna.put(f"{API}/me/blocks/{bert.id}")

    async def tell(actor, person, key):
        async with jobs_db.write() as tx:
            return await tell_person(
                tx, actor.id, person.id, KIND, "Answered", "Yes", occurrence_key=key, data={"comment": "c1"}
            )

    found = [await tell(*pair, "k") for pair in ((bert, anna), (anna, bert), (cleo, anna), (cleo, anna), (anna, anna))]

    assert found == [False, False, True, False, False]
    (row,) = await told(guildhall)
    assert row["user_id"] == anna.id
    assert row["data"] == {"comment": "c1", "user_id": str(cleo.id)}


async def test_ended_broadcasts_are_forgotten(guildhall, jobs_db):
    star, _ = await make_star(guildhall, 1)
    for title in ("Old", "New", "Under way"):
        made = await publish(guildhall, star.id, title)
        if title != "Under way":
            await tell_followers_job(TellFollowers(made), jobs_db, social())
    await guildhall.execute("update core.broadcasts set ended_at = now() - interval '31 days' where title = 'Old'")

    gone = await clean_up_broadcasts(CleanUpBroadcasts(), jobs_db, social())

    assert gone == {"broadcasts": 1}
    assert [one[0] for one in await outcomes(guildhall)] == ["New", "Under way"]
