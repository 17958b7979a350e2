"""Whatever people follow, block and do in whatever order, every number is that of its list, and feeds hide what they
must."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.core.identity.accounts.actions import delete_account, restore, suspend
from guildhall.core.social.activities import actions
from guildhall.core.social.activities.actions import LAST, read_feed, record_activity, withdraw_activity
from guildhall.core.social.activities.declaration import Activities
from guildhall.core.social.activities.queries import activities_of
from guildhall.core.social.blocks.actions import block, unblock
from guildhall.core.social.follows.actions import follow, remove_follower, unfollow
from guildhall.core.social.follows.jobs import sum_follows
from guildhall.core.social.follows.messages import SumFollows
from guildhall.core.social.follows.queries import followers_of, following_of
from guildhall.core.social.ids import ActivityId
from guildhall.core.social.profiles.actions import keep_profile
from guildhall.core.social.profiles.queries import public_profile
from guildhall.core.social.profiles.schemas import ProfileRequest
from guildhall.core.social.settings import SocialSettings
from guildhall.db.connection import connect
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.testing.people import make_user
from tests.core.social.make import MADE, Line

PEOPLE, MOST = 4, 1000
SETTINGS = SocialSettings(_env_file=None)  # type: ignore[call-arg]
KINDS = Activities((MADE.name,))

a_person = st.integers(0, PEOPLE - 1)
steps = st.one_of(
    st.tuples(st.just("follow"), a_person, a_person),
    st.tuples(st.just("follow"), a_person, a_person),
    st.tuples(st.just("unfollow"), a_person, a_person),
    st.tuples(st.just("remove"), a_person, a_person),
    st.tuples(st.just("block"), a_person, a_person),
    st.tuples(st.just("unblock"), a_person, a_person),
    st.tuples(st.just("make"), a_person, st.none() | a_person),
    st.tuples(st.just("make for followers"), a_person, st.none()),
    st.tuples(st.just("withdraw"), st.integers(0, 50), st.none()),
    st.tuples(st.just("suspend"), a_person, st.none()),
    st.tuples(st.just("restore"), a_person, st.none()),
    st.tuples(st.just("account goes"), a_person, st.none()),
    st.tuples(st.just("sum"), a_person, st.none()),
)


class World:
    """People with profiles. Requests of theirs run as such, and so do the lists that are compared."""

    def __init__(self, owner: asyncpg.Connection, db: Database, jobs_db: Database) -> None:
        self.owner = owner
        self.db = db
        self.jobs_db = jobs_db
        self.people: list[UserId] = []
        self.made: list[UUID] = []
        self.done = 0

    async def begin(self) -> None:
        await self.owner.execute("delete from core.users")
        await self.owner.execute("delete from core.handles")
        self.people = [await self.person(number) for number in range(PEOPLE)]
        self.made = []

    async def person(self, number: int) -> UserId:
        user = await make_user(self.owner, name=f"Person {number}")
        async with self.db.write(Viewer(user)) as tx:
            await keep_profile(tx, ProfileRequest(f"person-{uuid4().hex[:8]}"), SETTINGS)
        return user

    async def act(self, step: tuple[str, int, int | None]) -> None:
        """One step; what is refused changes nothing."""
        try:
            await self._act(*step)
        except GuildhallError:
            return
        self.done += 1

    async def _act(self, what: str, one: int, two: int | None) -> None:
        if what == "sum":
            await sum_follows(SumFollows(), self.jobs_db)
        elif what in ("suspend", "restore", "account goes"):
            async with self.jobs_db.write() as tx:
                await {"suspend": suspend, "restore": restore}.get(what, delete_account)(tx, self.people[one])
            if what == "account goes":
                self.people[one] = await self.person(one)
        else:
            viewer = Viewer(self.people[one % PEOPLE])
            suspended = await self.owner.fetchval("select suspended from core.profiles where user_id = $1", viewer.id)
            if suspended:
                return  # no request of theirs gets this far
            async with self.db.write(viewer) as tx:
                await self._request(tx, what, one, None if two is None else self.people[two])

    async def _request(self, tx: Any, what: str, number: int, other: UserId | None) -> None:
        if what == "make":
            self.made.append(uuid4())
            await record_activity(tx, MADE, self.made[-1], Line("one"), about=other)
        elif what == "make for followers":
            self.made.append(uuid4())
            await record_activity(tx, MADE, self.made[-1], Line("two"), visibility="followers")
        elif what == "withdraw":
            if self.made:
                await withdraw_activity(tx, MADE, self.made[number % len(self.made)])
        else:
            assert other is not None
            if what == "follow":
                await follow(tx, other, SETTINGS)
            elif what == "unfollow":
                await unfollow(tx, other)
            elif what == "remove":
                await remove_follower(tx, other)
            elif what == "block":
                await block(tx, other, MOST)
            else:
                await unblock(tx, other)

    async def check(self) -> None:
        """Compare the numbers with the lists, and both and the feeds with what the tables say."""
        profiles = await self.owner.fetch("select user_id, handle_key, suspended from core.profiles")
        away = {row["user_id"] for row in profiles if row["suspended"]}
        follows = {
            tuple(row) for row in await self.owner.fetch("select follower_id, following_id from core.user_follows")
        }
        blocks = {tuple(row) for row in await self.owner.fetch("select user_id, blocked_id from core.blocks")}
        acts = await self.owner.fetch("select id, actor_id, about_id, visibility from core.activities order by id desc")
        apart = blocks | {(other, one) for one, other in blocks}
        assert not follows & apart
        for viewer in (None, *(one for one in self.people if one not in away)):
            async with self.db.read(None if viewer is None else Viewer(viewer)) as tx:
                if viewer is not None:
                    feeds = [await whole_feed(tx, many, size) for many in (0, 200) for size in (MOST, 2, 1)]
                    assert feeds == 6 * [[
                        row["id"] for row in acts
                        if (viewer, row["actor_id"]) in follows and row["actor_id"] not in away
                        and row["about_id"] not in away and (viewer, row["about_id"]) not in apart
                    ]]  # fmt: skip
                for row in profiles:
                    person = row["user_id"]
                    shown = await public_profile.one_or_none(tx, row["handle_key"], viewer)
                    assert (shown is None) == (person in away)
                    if shown is None:
                        continue
                    to = [one.user_id for one in await followers_of.many(tx, person, viewer, None, None, MOST)]
                    of = [one.user_id for one in await following_of.many(tx, person, viewer, None, None, MOST)]
                    assert (shown.followers, shown.following) == (len(to), len(of))
                    hidden = away | {other for one, other in apart if one == viewer}
                    assert set(to) == {one for one, other in follows if other == person} - hidden
                    assert set(of) == {other for one, other in follows if one == person} - hidden
                    acted = [
                        one.id for one in await activities_of.many(tx, person, viewer, list(KINDS.names), LAST, MOST)
                    ]
                    assert acted == [
                        act["id"] for act in acts
                        if act["actor_id"] == person and act["about_id"] not in away
                        and (viewer, act["about_id"]) not in apart
                        and (act["visibility"] == "public" or viewer == person or (viewer, person) in follows)
                    ]  # fmt: skip


async def whole_feed(tx: Transaction, many: int, size: int) -> list[ActivityId]:
    """The viewer's feed in pages of a size, found in the way that is for so many people."""
    found: list[ActivityId] = []
    with patch.multiple(actions, _MANY=many, _SPAN=1):
        while True:
            page = await read_feed(tx, KINDS, found[-1] if found else None, size, MOST)
            found += [row.id for row in page]
            if len(page) < size:
                return found


KNOWN = (
    [("follow", 0, 1), ("suspend", 0, None), ("account goes", 0, None), ("sum", 0, None)],
    [("follow", 0, 1), ("suspend", 0, None), ("suspend", 1, None), ("restore", 0, None), ("restore", 1, None)],
    [("follow", 0, 1), ("sum", 0, None), ("suspend", 1, None), ("block", 0, 1), ("restore", 1, None)],
    [("follow", 0, 1), ("make", 1, 2), ("block", 2, 0), ("suspend", 2, None), ("account goes", 2, None)],
)


async def test_every_number_is_that_of_its_list(clone, db, jobs_db):
    owner = await connect(clone)
    world = World(owner, db, jobs_db)
    loop = asyncio.get_running_loop()

    async def play(history):
        await world.begin()
        for step in history:
            await world.act(step)
        await world.check()

    @settings(max_examples=20, deadline=timedelta(seconds=120), suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=4, max_size=25))
    def histories(history):
        asyncio.run_coroutine_threadsafe(play(history), loop).result()

    for history in KNOWN:
        await play(history)
    await asyncio.to_thread(histories)
    await owner.close()
    assert world.done > 100
