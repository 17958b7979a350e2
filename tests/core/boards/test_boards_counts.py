"""The counts: split, merged, rebuilt, under many writers, and what a rebuild that is stopped leaves."""

import asyncio
import json
import random

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.core.boards.counting import Sizes, count_changes, merge_small, split_grown
from guildhall.core.boards.declaration import Board
from guildhall.core.boards.queries import standings
from guildhall.core.boards.rebuilding import rebuild
from guildhall.core.boards.schemas import Score
from guildhall.packs.dota2.boards.declared import HERO, MMR
from tests.core.boards import make

BOARD = Board("test.board", title="")
SMALL = Sizes(piece=8, largest=16, rows=40)


async def fill(db, count: int, board: Board = BOARD) -> None:
    """Members m0… with their numbers as scores."""
    async with db.write() as tx:
        await board.set_many(tx, [Score(f"m{n}", n) for n in range(count)])


async def counts(db) -> list[int]:
    async with db.read() as tx:
        rows = await tx.connection.fetch("select members from core.board_counts order by window_id, low")
    return [row["members"] for row in rows]


async def ranks(db, count: int) -> list[int]:
    async with db.read() as tx:
        window = await make.window_id(db, BOARD.name)
        return [(await standings.standing.one(tx, window, f"m{n}")).rank for n in range(count)]


async def test_counts_that_grow_are_split_and_small_ones_merged(jobs_db):
    await fill(jobs_db, 200)
    before = await ranks(jobs_db, 200)  # nothing is counted yet
    await make.count_all(jobs_db, 70, SMALL)
    split = await counts(jobs_db)
    async with jobs_db.write() as tx:
        await BOARD.remove(tx, *(f"m{n}" for n in range(200) if n % 10))
    await make.count_all(jobs_db, 70, SMALL)
    few = await counts(jobs_db)
    while await merge_small(jobs_db, SMALL):
        pass
    merged = await counts(jobs_db)

    assert before == list(range(200, 0, -1))
    assert sum(split) == 200
    assert max(split) <= 16
    assert (sum(few), len(few)) == (20, len(split))
    assert sum(merged) == 20
    assert len(merged) <= 5
    assert await make.wrong_counts(jobs_db) == []


async def test_many_writers_of_one_board_do_not_wait_for_each_other_and_nothing_is_lost(db):
    await fill(db, 5)
    ended = asyncio.Event()

    async def count() -> None:
        while not ended.is_set():
            async with db.write() as tx:
                await count_changes(tx, 20, SMALL)
            await split_grown(db, SMALL)
            await asyncio.sleep(0)

    async def write(seed: int) -> int:
        chance = random.Random(seed)
        total = 0
        for _ in range(40):
            points = chance.randint(1, 9)
            async with db.write() as tx:
                await BOARD.add(tx, f"m{chance.randrange(30)}", points)
            total += points
        return total

    async with db.write() as first:  # while it holds a score, others count and set theirs
        await BOARD.add(first, "m0", 1)
        async with asyncio.timeout(10), db.write() as second:
            await BOARD.add(second, "m1", 1)
            await count_changes(second, 20, SMALL)
    counting = asyncio.create_task(count())
    totals = await asyncio.gather(*(write(seed) for seed in range(6)))
    ended.set()
    await counting
    uncounted = await make.wrong_counts(db)
    await make.count_all(db, 50, SMALL)

    async with db.read() as tx:
        stored = await tx.connection.fetchval("select sum(score) from core.board_scores")
    assert stored == sum(totals) + sum(range(5)) + 2
    assert uncounted == await make.wrong_counts(db) == []


async def test_a_hidden_persons_score_that_was_being_set_meanwhile_is_hidden_too(clone, db):
    people = await make.add_people(clone, ["ann"])
    board, other = (Board(f"test.{name}", title="", accounts=True) for name in ("people", "others"))
    async with db.write() as setting:
        await board.set(setting, people["ann"], 1)  # saw that she shows
        async with db.write() as hiding:
            await hiding.connection.execute(f"set local app.user_id = '{people['ann']}'")
            await hiding.connection.execute(
                "insert into core.board_hidden (user_id, reason) values ($1, 'opted_out')", people["ann"]
            )
    await make.count_all(db)
    async with db.read() as tx:
        hidden = await board.standing(tx, people["ann"])
    async with db.write() as setting:
        await other.set(setting, people["ann"], 2)  # saw that she hides
        async with db.write() as showing:
            await showing.connection.execute(f"set local app.user_id = '{people['ann']}'")
            await showing.connection.execute("delete from core.board_hidden")
    await make.count_all(db)
    async with db.read() as tx:
        shown = await other.standing(tx, people["ann"])

    assert hidden is None
    assert shown is not None
    assert await make.wrong_counts(db) == []


@pytest.fixture
def run(clone, monkeypatch):
    """Run a command of the boards on the test's database."""
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", clone)

    async def command(*words: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["boards", *words])

    return command


async def spoil(jobs_db) -> None:
    """Make the counts wrong, and cut them anyhow."""
    async with jobs_db.write() as tx:
        await tx.connection.execute("delete from core.board_counts where low > '' and random() < 0.5")
        await tx.connection.execute("update core.board_counts set members = members + 3")


async def test_a_rebuild_makes_wrong_counts_right_while_scores_change(jobs_db):
    await fill(jobs_db, 150)
    await make.count_all(jobs_db, 100, SMALL)
    await spoil(jobs_db)
    await fill(jobs_db, 170)  # some are not counted yet
    progress: list[tuple[int, int]] = []

    done = await rebuild(jobs_db, None, lambda *figures: progress.append(figures), sizes=SMALL)

    assert (done.lists, done.scores, done.wrong, done.resumed) == (1, 170, 1, False)
    assert [figure for figure, _ in progress] == [40, 80, 120, 160, 170]
    assert await make.wrong_counts(jobs_db) == []
    assert await ranks(jobs_db, 170) == list(range(170, 0, -1))
    assert await split_grown(jobs_db, SMALL) == 0


async def test_a_rebuild_that_was_stopped_goes_on_where_it_was(jobs_db):
    other = Board("test.other", title="")
    await fill(jobs_db, 100)
    await fill(jobs_db, 30, other)
    await make.count_all(jobs_db, 1000, SMALL)
    await spoil(jobs_db)

    class Stopped(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done >= 80:
            raise Stopped

    with pytest.raises(Stopped):
        await rebuild(jobs_db, None, stop, sizes=SMALL)
    await merge_small(jobs_db, Sizes(piece=64))  # where it was is in the middle of a count now
    rest = await rebuild(jobs_db, None, lambda *_: None, sizes=SMALL)
    again = await rebuild(jobs_db, None, lambda *_: None, sizes=SMALL)

    assert rest.resumed
    assert rest.scores < 130
    assert await make.wrong_counts(jobs_db) == []
    assert (again.lists, again.scores, again.wrong, again.resumed) == (2, 130, 0, False)


async def test_the_commands_list_and_rebuild(run, jobs_db):
    async with jobs_db.write() as tx:
        await MMR.set_many(tx, [Score(str(n), n) for n in range(1, 31)])
        for hero in ("14", "2"):
            await HERO.set(tx, "7", 0.5, subject=hero)
    await make.count_all(jobs_db)
    await spoil(jobs_db)

    unknown = await run("list", "test.board")
    listed = json.loads((await run("list", "--json")).output)
    heroes = json.loads((await run("list", "dota2.hero", "--json")).output)
    second = json.loads((await run("list", "--json", "--limit", "1", "--after", str(listed[0]["window"]["id"]))).output)
    table = (await run("list", "dota2.mmr")).output
    one = json.loads((await run("rebuild", "dota2.mmr", "--json")).output)
    words = (await run("rebuild")).output

    assert "no active pack declares the board 'test.board'" in str(unknown.exception)
    assert [row["window"]["board"] for row in listed] == ["dota2.mmr", "dota2.hero:14", "dota2.hero:2"]
    assert [row["window"]["board"] for row in heroes] == ["dota2.hero:14", "dota2.hero:2"]
    assert second == listed[1:2]
    assert "dota2.mmr" in table
    assert "open" in table
    assert one == {"lists": 1, "scores": 30, "wrong": 1, "resumed": False}
    assert "32 scores of 3 lists were counted; the counts of 2 were wrong" in words
    assert await make.wrong_counts(jobs_db) == []
