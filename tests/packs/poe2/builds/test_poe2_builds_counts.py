"""Views and likes: counted once for each person and day, by batches, and equal to a recount."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.db.connection import connect
from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.actions.adding import BuildLimits, add_build
from guildhall.packs.poe2.builds.actions.likes import like_build, take_like_back
from guildhall.packs.poe2.builds.actions.view_counter import ViewCounter
from guildhall.packs.poe2.builds.messages import AddUpCounts, ForgetVisitors
from guildhall.packs.poe2.builds.queries import counts
from guildhall.packs.poe2.builds.queries.builds import build_at
from guildhall.packs.poe2.builds.rules.content import content_of
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.builds.schemas.requests import BuildRequest, ContentRequest
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.ids import ShortId
from guildhall.testing.clock import MovableClock
from guildhall.testing.people import make_user
from tests.packs.poe2.builds.world import BUILDS, edit, made_build


def counter(guildhall) -> ViewCounter:
    """The counter of a web process."""
    return cast(ViewCounter, guildhall.runtime.provided[ViewCounter])


async def look(client, build, agent: str = "a browser") -> Any:
    """Tell that somebody looks at a build."""
    path = f"/api/v1/poe2/b/{build['short_id']}/views"
    return (await client.post(path, headers={"User-Agent": agent})).status


async def counted(guildhall, build) -> tuple[int, int]:
    """Views and likes of a build once everything is counted."""
    await counter(guildhall).flush()
    connection = await connect(guildhall.runtime.url)
    try:
        await counts.add_up_counts.one(Transaction(connection, datetime.now(UTC)), 10_000)
    finally:
        await connection.close()
    details = (await guildhall.get(f"{BUILDS}/{build['short_id']}")).json
    return details["views"], details["likes"]


async def test_a_visitor_counts_once_a_day_in_all_processes(start_guildhall):
    clock = MovableClock()
    one, other = await start_guildhall(clock=clock), await start_guildhall(clock=clock)
    ana, bo = await one.sign_in(), await one.sign_in()
    build = await made_build(ana, 1)

    for process in (one, other):
        for agent in ("a browser", "another", "a browser"):
            assert await look(process, build, agent) == 204
        assert await look(process, build) == 204
        await counter(process).flush()
    for person in (bo, bo, ana):  # an author's own visits do not count
        assert await look(person, build) == 204
    assert await counted(one, build) == (3, 0)

    clock.advance(timedelta(days=1))
    await look(one, build)
    assert await counted(one, build) == (4, 0)


async def test_nothing_of_a_visitor_is_kept_and_their_hashes_end_with_the_day(start_guildhall):
    clock = MovableClock()
    guildhall = await start_guildhall(clock=clock)
    build = await made_build(await guildhall.sign_in(), 1, visibility="unlisted")
    await look(guildhall, build)
    await counter(guildhall).flush()
    (today,) = await guildhall.rows("select day, octet_length(visitor) as bytes from poe2.build_views")
    (key,) = await guildhall.rows("select key from poe2.visitor_keys")

    clock.advance(timedelta(days=1))
    await look(guildhall, build)
    await counter(guildhall).flush()
    await guildhall.work(AddUpCounts(), ForgetVisitors())

    assert today["bytes"] == 16
    (left,) = await guildhall.rows("select day from poe2.build_views")
    assert left["day"] == today["day"] + timedelta(days=1)
    (other,) = await guildhall.rows("select key from poe2.visitor_keys")
    assert other["key"] != key["key"]
    assert await counted(guildhall, build) == (2, 0)


async def test_floods_of_visits_are_bounded(start_guildhall):
    guildhall = await start_guildhall(poe2={"views_of_visitor_most": 2, "views_seconds": 60})
    ana = await guildhall.sign_in()
    builds = [await made_build(ana, seed) for seed in range(4)]
    draft = await made_build(ana, 5, visibility="draft")

    for build in (draft, *builds):
        for _ in range(5):
            assert await look(guildhall, build) == 204
    assert await look(guildhall, {"short_id": "nonsense"}) == await look(guildhall, {"short_id": "2" * 17}) == 204

    assert len(counter(guildhall)._waiting) == 2
    # a draft takes a place of the visitor's, and no view
    assert [(await counted(guildhall, build))[0] for build in builds] == [1, 0, 0, 0]
    assert await guildhall.rows("select from poe2.build_views where build_template_id = $1", draft["id"]) == []


async def test_an_address_that_says_it_is_another_program_each_time_counts_a_few_times(start_guildhall):
    guildhall = await start_guildhall(poe2={"views_of_address_most": 3, "views_seconds": 60})
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    one, other = await made_build(ana, 1), await made_build(ana, 2)

    for number in range(10):
        await look(guildhall, one, f"agent {number}")
    await look(guildhall, other, "agent 1")
    await look(bo, one)

    assert (await counted(guildhall, one))[0] == 4
    assert (await counted(guildhall, other))[0] == 1


async def test_two_hundred_likes_or_visits_of_one_are_one_and_those_of_many_are_all_counted(start_guildhall):
    houses = [await start_guildhall(poe2={"views_seconds": 60}) for _ in range(2)]
    build = await made_build(await houses[0].sign_in(), 1)
    path = f"{BUILDS}/{build['id']}/like"
    many = [await houses[number % 2].sign_in() for number in range(40)]

    likes = await asyncio.gather(*(many[0].put(path) for _ in range(200)))
    visits = await asyncio.gather(*(look(houses[number % 2], build) for number in range(200)))
    await counter(houses[1]).flush()
    flooded = await counted(houses[0], build)
    others = await asyncio.gather(*(person.put(path) for person in many[1:]), *(look(one, build) for one in many))
    await counter(houses[1]).flush()

    assert {answer.status for answer in likes} == {answer.status for answer in others[:39]} == {200}
    assert set(visits) == set(others[39:]) == {204}
    assert flooded == (1, 1)
    assert await counted(houses[0], build) == (41, 40)


async def test_visits_that_may_have_been_counted_are_not_counted_twice(start_guildhall):
    guildhall = await start_guildhall(poe2={"views_seconds": 60})
    build = await made_build(await guildhall.sign_in(), 1)
    await look(guildhall, build)
    views = counter(guildhall)
    waiting = dict(views._waiting)

    assert await views.flush() == 1
    views._waiting = waiting  # as after a commit whose answer was lost
    assert await views.flush() == 0
    assert await counted(guildhall, build) == (1, 0)


async def test_a_person_likes_a_build_once_and_takes_it_back(guildhall):
    ana, bo, cy = [await guildhall.sign_in() for _ in range(3)]
    build = await made_build(ana, 1)
    path = f"{BUILDS}/{build['short_id']}/like"

    assert (await bo.get(path)).json == {"liked": False}
    for person in (bo, cy):
        for _ in range(2):
            assert (await person.put(path)).json == {"liked": True}
    assert await counted(guildhall, build) == (0, 2)
    assert (await bo.get(path)).json == {"liked": True}
    assert (await bo.delete(path)).json == (await bo.delete(path)).json == {"liked": False}
    assert await counted(guildhall, build) == (0, 1)
    own = await ana.put(path)
    assert (own.status, own.code) == (409, "poe2.own_build")
    assert (await guildhall.put(path)).status == 401

    await guildhall.execute("delete from core.users where id = $1", cy.id)
    assert await counted(guildhall, build) == (0, 0)


async def test_likes_are_listed_without_what_is_no_longer_shared(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    builds = [await made_build(ana, seed, title=f"Build {seed}") for seed in range(3)]
    for build in builds:
        await bo.put(f"{BUILDS}/{build['id']}/like")
    await edit(ana, builds[1], visibility="draft")

    likes = await bo.items("/api/v1/poe2/me/likes?limit=2")

    assert [like["title"] for like in likes] == ["Build 2", None, "Build 0"]
    assert [like["short_id"] for like in likes] == [builds[2]["short_id"], None, builds[0]["short_id"]]


async def test_many_people_at_one_build_wait_for_nobody(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    people = [await guildhall.sign_in() for _ in range(8)]

    async with guildhall.runtime.db.write(ana.viewer) as tx:  # an edit that is under way holds the row
        await tx.connection.execute("update poe2.build_templates set title = 'x'")
        async with asyncio.timeout(5):
            answers = await asyncio.gather(*(one.put(f"{BUILDS}/{build['id']}/like") for one in people))
            for number in range(20):
                await look(guildhall, build, f"agent {number}")
            assert await counter(guildhall).flush() == 20

    assert {answer.status for answer in answers} == {200}
    assert await counted(guildhall, build) == (20, 8)


async def test_accounts_go_with_their_likes_and_builds_where_the_owner_of_the_tables_is_nobody_special(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build, own = await made_build(ana, 1), await made_build(bo, 2)
    await bo.put(f"{BUILDS}/{build['id']}/like")
    assert await counted(guildhall, build) == (0, 1)
    owner = f"owner_{uuid4().hex}"
    tables = [
        row["name"]
        for row in await guildhall.rows("select 'poe2.' || tablename as name from pg_tables where schemaname = 'poe2'")
    ]
    await guildhall.execute(f"create role {owner}; grant usage, create on schema poe2 to {owner}")
    await guildhall.execute(f"grant usage on schema core to {owner}; grant references on core.users to {owner}")
    await guildhall.execute("; ".join(f"alter table {name} owner to {owner}" for name in tables))
    try:
        assert (await bo.delete("/api/v1/me")).status == 204

        assert await counted(guildhall, build) == (0, 0)
        assert (await guildhall.get(f"{BUILDS}/{own['short_id']}")).status == 410
    finally:
        await guildhall.execute(f"reassign owned by {owner} to current_user; drop owned by {owner}; drop role {owner}")


PEOPLE, LIMITS = 3, BuildLimits(100, 100, 100, 10)
TODAY = datetime(2026, 10, 1, 12, tzinfo=UTC)
person, build_of, day = st.integers(0, PEOPLE - 1), st.integers(0, 1), st.integers(0, 2)
steps = st.one_of(
    st.tuples(st.just("like"), person, build_of),
    st.tuples(st.just("unlike"), person, build_of),
    st.tuples(st.just("visit"), person, build_of, day),
    st.tuples(st.just("add up"), st.integers(1, 3)),
    st.tuples(st.just("recount")),
    st.tuples(st.just("person goes"), person),
    st.tuples(st.just("build goes"), build_of),
)


class World:
    """Two builds of an author, and people who like and visit them."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.people: list[UserId] = []
        self.builds: list[BuildDetails] = []
        self.visits: set[tuple[ShortId, int, int]] = set()

    def tx(self, user_id: UserId) -> Transaction:
        return Transaction(self.connection, TODAY, Viewer(user_id))

    async def begin(self) -> None:
        await self.connection.execute("delete from core.users; delete from poe2.build_count_changes")
        await self.connection.execute("delete from poe2.build_views")
        author = await make_user(self.connection)
        self.people = [await make_user(self.connection) for _ in range(PEOPLE)]
        content = content_of(Build("Monk"), b"x", None)
        wanted = BuildRequest(ContentRequest(code=""), patch_version="0.5", visibility="public")
        self.builds = [await add_build(self.tx(author), wanted, content, LIMITS) for _ in range(2)]
        self.visits = set()

    async def are_there(self, user_id: UserId, build: BuildDetails) -> Any:
        return await self.connection.fetchval(
            """
            select exists (select from core.users where id = $1)
                   and exists (select from poe2.build_templates where id = $2)
            """,
            user_id,
            build.id,
        )

    async def act(self, step: Any) -> None:
        match step:
            case "like", who, what:
                if await self.are_there(self.people[who], self.builds[what]):
                    await like_build(self.tx(self.people[who]), self.builds[what])
            case "unlike", who, what:
                await take_like_back(self.tx(self.people[who]), self.builds[what])
            case "visit", who, what, when:
                short_id = self.builds[what].short_id
                there = await build_at.one_or_none(self.tx(self.people[who]), short_id)
                fresh = there is not None and (short_id, who, when) not in self.visits
                date = (TODAY + timedelta(days=when)).date()
                visitor = who.to_bytes(16, "big")
                assert (
                    await counts.count_views.one(self.tx(self.people[who]), date, [short_id], [visitor], [None])
                    == fresh
                )
                if fresh:
                    self.visits.add((short_id, who, when))
            case "add up", most:
                await counts.add_up_counts.one(self.tx(self.people[0]), most)
            case ("recount",):
                assert await counts.recount.many(self.tx(self.people[0])) == []
            case "person goes", who:
                await self.connection.execute("delete from core.users where id = $1", self.people[who])
            case "build goes", what:
                await self.connection.execute("delete from poe2.build_templates where id = $1", self.builds[what].id)

    async def check(self, *, pending: bool) -> None:
        """Compare the counts, with what is not added up yet, with what they count."""
        for row in await self.connection.fetch(
            """
            select b.short_id, b.views, b.likes, coalesce(sum(c.views), 0) as views_waiting,
                   coalesce(sum(c.likes), 0) as likes_waiting,
                   (select count(*) from poe2.build_likes l where l.build_template_id = b.id) as liked
            from poe2.build_templates b left join poe2.build_count_changes c on c.build_template_id = b.id
            group by b.id
            """
        ):
            visits = sum(short_id == row["short_id"] for short_id, _, _ in self.visits)
            assert row["likes"] + row["likes_waiting"] == row["liked"]
            assert row["views"] + row["views_waiting"] == visits
            assert pending or (row["views_waiting"], row["likes_waiting"]) == (0, 0)


async def test_counts_equal_a_recount_whatever_happened(clone):
    connection = await connect(clone)
    world = World(connection)
    loop = asyncio.get_running_loop()

    async def play(history: list[Any]) -> None:
        await world.begin()
        for step in history:
            await world.act(step)
            await world.check(pending=True)
        await counts.add_up_counts.one(world.tx(world.people[0]), 10_000)
        await world.check(pending=False)
        assert await counts.recount.many(world.tx(world.people[0])) == []
        assert await connection.fetchval("select count(*) from poe2.build_count_changes") == 0

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=4, max_size=20))
    def histories(history: list[Any]) -> None:
        asyncio.run_coroutine_threadsafe(play(history), loop).result()

    await asyncio.to_thread(histories)
    await connection.close()


async def test_a_recount_mends_counts_that_are_wrong(guildhall, jobs_db):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    await bo.put(f"{BUILDS}/{build['id']}/like")
    await look(bo, build)
    assert await counted(guildhall, build) == (1, 1)
    await guildhall.execute("update poe2.build_templates set views = 7, likes = 0")

    async with jobs_db.write() as tx:
        assert await counts.recount.many(tx) == [build["short_id"]]

    assert await counted(guildhall, build) == (1, 1)
