"""Histories of a board, and its answers: what a plain sort gives, from PostgreSQL and from the copy in Redis."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.clock import SetClock
from guildhall.core.boards.counting import Sizes, merge_small, split_grown
from guildhall.core.boards.declaration import Board
from guildhall.core.boards.follower import BoardFollower
from guildhall.core.boards.mirror import Mirror, NoMirror
from guildhall.core.boards.queries import windows
from guildhall.core.boards.redis_mirror import RedisMirror
from guildhall.core.boards.rules.places import number, plain
from guildhall.core.boards.standings import Standings, place_of
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings
from guildhall.errors import OutOfRange
from tests.core.boards import make
from tests.core.cache.conftest import RedisServer, redis  # noqa: F401 (a fixture)

SMALL = Sizes(piece=2, largest=4, rows=7)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
members = st.sampled_from([f"m{n}" for n in range(14)] + ["M", "m", "m1-a", "m1.a"])
scores = st.one_of(
    st.sampled_from(
        [0, 1, -1, 2, Decimal("1.5"), -1.5, 2**63 - 1, -(2**63), 2**53, 2**53 + 1, 1e-300, 0.1, 0.30000000000000004]
    ),
    st.integers(-3, 3),
    st.decimals(min_value=-10, max_value=10, places=2),
)
ties = st.sampled_from([0, 1, -1, 2**63 - 1, -(2**63)])
steps = st.one_of(
    st.tuples(st.just("set"), st.lists(st.tuples(members, scores, ties), min_size=1, max_size=6)),
    st.tuples(st.just("set_best"), members, scores, ties),
    st.tuples(st.just("add"), members, scores, ties),
    st.tuples(st.just("remove"), members),
    st.tuples(st.just("hide"), members, st.booleans()),
    st.tuples(st.just("spread"), st.integers(-2, 2)),
    st.tuples(st.just("count"), st.integers(1, 40)),
    st.tuples(st.just("check")),
    st.tuples(st.just("merge")),
)
boards = st.tuples(st.sampled_from(["descending", "ascending"]), st.sampled_from(["earlier", "declared"]))


class Played:
    """A board with what its scores should be."""

    def __init__(self, db: Database, clock: SetClock, board: Board, people: dict[str, Any]) -> None:
        self._db = db
        self._clock = clock
        self.board = board
        self._people = people
        self.scores: dict[str, tuple[Decimal, int, datetime]] = {}
        self.hidden: set[str] = set()

    def _too_long(self, step: tuple[Any, ...]) -> bool:
        """Return whether the sum of a score and what is added to it has too many digits."""
        if step[0] != "add" or step[1] not in self.scores:
            return False
        try:
            number(_sum(self.scores[step[1]][0], number(step[2])))
        except ValueError:
            return True
        return False

    async def play(self, step: tuple[Any, ...]) -> None:
        """Do a step of a history, and what it should do."""
        if self._too_long(step):
            with pytest.raises(OutOfRange):
                async with self._db.write() as tx:
                    await self.board.add(tx, step[1], step[2])
            return
        self._clock.advance(timedelta(seconds=1))
        kind, *given_ = step
        async with self._db.write() as tx:
            if kind == "spread":  # everybody, at different scores
                kind, given_ = "set", [[(f"m{n}", n * given_[0], n) for n in range(14)]]
            if kind == "set":
                last = {member: (member, score, tie) for member, score, tie in given_[0]}
                rows = [self.board._score(m, s, t, self._people.get(m), "") for m, s, t in last.values()]
                await self.board.set_many(tx, rows)
                for member, score, tie in last.values():
                    self._expect(member, number(score), tie)
            elif kind in ("set_best", "add"):
                member, score, tie = given_
                method = getattr(self.board, kind)
                await method(tx, member, score, tie=tie, user_id=self._people.get(member))
                value = number(score)
                before = self.scores.get(member)
                if kind == "add" and before is not None:
                    if value:
                        self._expect(member, _sum(before[0], value), tie, always=True)
                elif kind == "add" or before is None or self._better(value, tie, before):
                    self._expect(member, value, tie)
            elif kind == "remove":
                await self.board.remove(tx, given_[0])
                self.scores.pop(given_[0], None)
            elif kind == "hide" and given_[0] in self._people:
                await self._hide(tx, *given_)

    async def _hide(self, tx: Any, member: str, hides: bool) -> None:
        person = self._people[member]
        await tx.connection.execute(f"set local app.user_id = '{person}'")
        if hides:
            statement = (
                "insert into core.board_hidden (user_id, reason) values ($1, 'opted_out') on conflict do nothing"
            )
            self.hidden.add(member)
        else:
            statement = "delete from core.board_hidden where user_id = $1"
            self.hidden.discard(member)
        await tx.connection.execute(statement, person)

    def _micros(self) -> int:
        return int(self._clock.now().timestamp()) * 1_000_000

    def _better(self, value: Decimal, tie: int, before: tuple[Decimal, int, datetime]) -> bool:
        sign = -1 if self.board.descending else 1
        return (sign * value, self._micros() if self.board.earlier else tie) < (sign * before[0], before[1])

    def _expect(self, member: str, value: Decimal, tie: int, always: bool = False) -> None:
        now = self._clock.now()
        before = self.scores.get(member)
        if self.board.earlier:
            if always or before is None or before[0] != value:
                self.scores[member] = value, self._micros(), now
        elif always or before is None or before[:2] != (value, tie):
            self.scores[member] = value, tie, now

    def ordered(self) -> list[tuple[int, str, Decimal, int, datetime]]:
        """The standings as a plain sort gives them."""
        sign = -1 if self.board.descending else 1
        shown = [(m, *row) for m, row in self.scores.items() if m not in self.hidden]
        shown.sort(key=lambda row: (sign * row[1], row[2], row[0].encode()))
        return [(rank, *row) for rank, row in enumerate(shown, 1)]


def _sum(one: Decimal, other: Decimal) -> Decimal:
    with localcontext(prec=2000):
        return plain(one + other)


def rows_of(standings: list[Any]) -> list[tuple[Any, ...]]:
    return [(s.rank, s.member, s.score, s.tie, s.reached_at) for s in standings]


async def check(played: Played, answers: Standings, db: Database) -> None:
    """Compare every answer about a board with a sort."""
    truth = played.ordered()
    async with db.read() as tx:
        window = await windows.window.one_or_none(tx, played.board.name, "all", "")
    if window is None:
        assert truth == []
        return
    for limit in (1, 4, 50):
        found: list[tuple[Any, ...]] = []
        after = b""
        while (part := await answers.page(window, after, limit)).standings:
            assert part.size == len(truth)
            found += rows_of(part.standings)
            after = place_of(window, part.standings[-1])
        assert found == truth
    for at, row in enumerate(truth):
        assert rows_of((await answers.around(window, row[1], 0, 0)).standings) == [row]
        near = await answers.around(window, row[1], 2, 3)
        assert rows_of(near.standings) == truth[max(0, at - 2) : at + 4]
        assert near.size == len(truth)
    for member in played.hidden | {"nobody"}:
        assert (await answers.around(window, member, 2, 2)).standings == []
    assert await make.wrong_counts(db) == []


@asynccontextmanager
async def playing(clone: str) -> AsyncIterator[tuple[Database, SetClock, dict[str, Any]]]:
    clock = SetClock(NOON)
    db = await Database.open(PoolSettings(clone, APP), clock)
    try:
        yield db, clock, await make.add_people(clone, [f"m{n}" for n in range(0, 14, 2)])
    finally:
        await db.close()


async def histories(clone: str, mirror: Mirror, examples: int) -> None:
    """Play histories of boards, each of its own name on one database."""
    loop = asyncio.get_running_loop()
    names = (f"test.b{n}" for n in itertools.count())
    async with playing(clone) as (db, clock, people):
        answers = Standings(db, mirror)
        settings_ = make.chosen(count_batch=100)
        follower = BoardFollower(db, settings_, mirror, answers)

        async def play(order: tuple[Any, Any], history: list[tuple[Any, ...]]) -> None:
            board = Board(next(names), title="", order=order[0], tie_break=order[1])
            played = Played(db, clock, board, people)
            await make.show_all(clone)
            for step in history:
                if step[0] == "count":
                    if mirror.present:
                        await follower.round()
                    else:
                        await make.count_all(db, step[1], SMALL)
                elif step[0] == "merge":
                    await merge_small(db, SMALL)
                elif step[0] == "check" and not mirror.present:
                    await check(played, answers, db)
                else:
                    await played.play(step)
            if mirror.present:
                await make.settle(follower)
                before = answers.answered["redis"]
            await check(played, answers, db)
            if mirror.present:
                assert answers.answered["fallback"] == 0
                assert answers.answered["redis"] > before or not played.scores
                answers.copy = None
                await check(played, answers, db)
                answers.answered.clear()
            await make.count_all(db, 100, SMALL)
            await split_grown(db, SMALL)
            assert await make.wrong_counts(db) == []

        @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
        @given(boards, st.lists(steps, max_size=25))
        def run(order: tuple[Any, Any], history: list[tuple[Any, ...]]) -> None:
            asyncio.run_coroutine_threadsafe(play(order, history), loop).result()

        await asyncio.to_thread(run)


@pytest.mark.slow
async def test_postgresql_answers_as_a_sort_does(clone):
    await histories(clone, NoMirror(), 60)


@pytest.mark.slow
@pytest.mark.redis
async def test_redis_answers_as_postgresql_does(clone, redis: RedisServer):  # noqa: F811
    mirror = RedisMirror(redis.url, make.chosen())
    try:
        await histories(clone, mirror, 40)
    finally:
        await mirror.close()
