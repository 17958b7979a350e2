"""Whatever people do and undo, in whatever order they are looked at, grants are those of a plain model."""

import asyncio
from typing import Any

import asyncpg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from guildhall.core.achievements.actions.revoking import restore, revoke
from guildhall.core.achievements.errors import AlreadyRevoked, NotAchieved, NotRevoked
from guildhall.core.achievements.jobs import keep_catalogue, look_after, sum_holders, tell_of_old_deeds
from guildhall.core.achievements.messages import KeepCatalogue, SumHolders, TellOldDeeds
from guildhall.db.connection import connect
from guildhall.db.pool import Database
from guildhall.ids import UserId
from tests.core.achievements import club
from tests.core.achievements.make import do, kept, make_people, notices, numbers, walk_all

PEOPLE, OTHERS = 3, 8
EASY, HARD = club.FIRST, replace(club.FIVE, goal=3, name="club.hard")
VERSIONS = (
    club.declared(EASY, HARD),
    club.declared(EASY, club.again(HARD, goal=2)),
    club.declared(EASY, club.again(club.again(HARD), goal=4, keeps=False)),
)
SETTINGS = club.chosen(batch=2)

NEXT = "next version"
a_person = st.integers(0, PEOPLE - 1)
steps = st.one_of(
    st.tuples(st.just("do"), a_person, st.integers(0, 5)),
    st.tuples(st.just("look"), a_person, st.just(0)),
    st.tuples(st.just("do and look"), a_person, st.integers(0, 5)),
    st.tuples(st.just("walk"), st.just(0), st.just(0)),
    st.tuples(st.just(NEXT), st.just(0), st.just(0)),
    st.tuples(st.just(NEXT), st.just(0), st.just(0)),
    st.tuples(st.just("revoke"), a_person, st.integers(0, 1)),
    st.tuples(st.just("restore"), a_person, st.integers(0, 1)),
    st.tuples(st.just("tell"), st.just(0), st.just(0)),
    st.tuples(st.just("sum"), st.just(0), st.just(0)),
)


class Model:
    """Deeds, and who has what, as plain Python has it."""

    def __init__(self) -> None:
        self.deeds = [0] * PEOPLE
        self.version = 0
        self.grants: dict[tuple[int, str], int] = {}
        self.revoked: set[tuple[int, str]] = set()
        self.told: dict[int, int] = dict.fromkeys(range(PEOPLE), 0)
        self.untold: set[tuple[int, str]] = set()

    def look(self, person: int, *, walk: bool = False) -> None:
        for one in VERSIONS[self.version].all:
            key = (person, one.name)
            if key in self.revoked:
                continue
            reached = self.deeds[person] >= one.goal
            if key not in self.grants and reached:
                self.grants[key] = one.version
                self._tell(key, walk)
            elif key in self.grants and not one.keeps and self.grants[key] < one.version:
                if reached:
                    self.grants[key] = one.version
                else:
                    del self.grants[key]
                    self.untold.discard(key)
                    if walk:
                        self.untold.add(key)

    def _tell(self, key: tuple[int, str], walk: bool) -> None:
        if walk:
            self.untold.add(key)
        else:
            self.untold.discard(key)
            self.told[key[0]] += 1

    def summaries(self) -> None:
        for person in {who for who, name in self.untold if (who, name) not in self.revoked}:
            self.told[person] += 1
        self.untold = set()


class World:
    """The same in the database."""

    def __init__(self, url: str, db: Database, people: list[UserId]) -> None:
        self.url, self.db, self.people = url, db, people
        self.model = Model()

    async def step(self, what: str, person: int, number: int) -> None:
        model, user = self.model, self.people[person]
        declared = VERSIONS[model.version]
        if what in ("do", "do and look"):
            await do(self.url, user, number)
            model.deeds[person] = number
        if what in ("look", "do and look"):
            await look_after(club.Deed(user), self.db, declared, SETTINGS)
            model.look(person)
        elif what == "walk":
            async with self.db.write() as tx:
                await tx.connection.execute(
                    """
                    insert into core.achievement_runs (id, achievement, kind, people, began_at, moved_at)
                    select gen_random_uuid(), c.name, 'backfill', 0, now(), now() from core.achievements c
                    """
                )
            await self._walk()
        elif what == NEXT and model.version + 1 < len(VERSIONS):
            model.version += 1
            await keep_catalogue(KeepCatalogue(), self.db, VERSIONS[model.version])
            # only what has a new version is walked over
            await walk_all(self.db, VERSIONS[model.version], SETTINGS)
            for one in range(PEOPLE):
                self._walk_hard(one)
        elif what in ("revoke", "restore"):
            await self._moderate(what, person, (EASY, HARD)[number].name)
        elif what == "tell":
            await tell_of_old_deeds(TellOldDeeds(), self.db)
            model.summaries()
        elif what == "sum":
            await sum_holders(SumHolders(), self.db, SETTINGS)

    async def _walk(self) -> None:
        await walk_all(self.db, VERSIONS[self.model.version], SETTINGS)
        for one in range(PEOPLE):
            self.model.look(one, walk=True)

    def _walk_hard(self, person: int) -> None:
        """The model's walk of one achievement: what a look would do about the other is put back."""
        model, easy = self.model, (person, EASY.name)
        before, waited = model.grants.get(easy), easy in model.untold
        model.look(person, walk=True)
        if before is None:
            model.grants.pop(easy, None)
        if not waited:
            model.untold.discard(easy)

    async def _moderate(self, what: str, person: int, name: str) -> None:
        key, user = (person, name), self.people[person]
        held, revoked = key in self.model.grants, key in self.model.revoked
        wrong: type[Exception] | None = None
        happened: type[Exception] | None
        if not held:
            wrong = NotAchieved
        elif what == "revoke" and revoked:
            wrong = AlreadyRevoked
        elif what == "restore" and not revoked:
            wrong = NotRevoked
        try:
            async with self.db.write() as tx:
                await (revoke(tx, None, user, name, "Why.") if what == "revoke" else restore(tx, None, user, name))
            happened = None
        except (NotAchieved, AlreadyRevoked, NotRevoked) as error:
            happened = type(error)
        assert happened is wrong, (what, key)
        if wrong is not None:
            return
        (self.model.revoked.add if what == "revoke" else self.model.revoked.discard)(key)

    async def compare(self, log: list[Any]) -> None:
        rows = await kept(self.db, "user_id", "achievement", "granted_at", "version", "revoked_at", "untold")
        at = {user: number for number, user in enumerate(self.people)}
        granted = {(at[user], name): version for user, name, when, version, *_ in rows if when is not None}
        revoked = {(at[user], name) for user, name, _, _, gone, _ in rows if gone is not None}
        untold = {(at[user], name) for user, name, *_, waits in rows if waits}
        told = dict.fromkeys(range(PEOPLE), 0)
        for user, kind, *_ in await notices(self.db):
            if kind in ("achievement", "achievements_summary"):
                told[at[user]] += 1
        assert granted == self.model.grants, log
        assert revoked == self.model.revoked, log
        assert untold == self.model.untold, log
        assert told == self.model.told, log
        assert all(one == there for one, there in (await numbers(self.db)).values()), log


async def begin(owner: asyncpg.Connection, url: str, db: Database) -> World:
    """A world without deeds, with people whose ids are before and behind those of others."""
    await owner.execute("delete from core.achievement_runs")
    await owner.execute("delete from core.users")
    await owner.execute("delete from core.achievements; delete from core.achievement_deltas")
    people = await make_people(url, OTHERS)
    world = World(url, db, people[2 : 2 + PEOPLE])
    await keep_catalogue(KeepCatalogue(), db, VERSIONS[0])
    await walk_all(db, VERSIONS[0], SETTINGS)
    return world


async def test_grants_are_those_of_the_model(clone, jobs_db):
    owner = await connect(clone)
    loop = asyncio.get_running_loop()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=3, max_size=14))
    @example([(NEXT, 0, 0), ("do and look", 0, 2), (NEXT, 0, 0), ("tell", 0, 0), ("do and look", 0, 5)])
    @example([("do and look", 1, 3), ("revoke", 1, 1), (NEXT, 0, 0), (NEXT, 0, 0), ("restore", 1, 1), ("look", 1, 0)])
    def run(log: list[tuple[str, int, int]]) -> None:
        async def play() -> None:
            world = await begin(owner, clone, jobs_db)
            for step in log:
                await world.step(*step)
                await world.compare(log)

        asyncio.run_coroutine_threadsafe(play(), loop).result(120)

    try:
        await asyncio.to_thread(run)
    finally:
        await owner.close()
