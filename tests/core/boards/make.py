"""Boards of the tests' own, and what they should answer."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from guildhall.core.boards.counting import USUAL, Sizes, count_changes, split_grown
from guildhall.core.boards.declaration import Board
from guildhall.core.boards.follower import BoardFollower
from guildhall.core.boards.ids import WindowId
from guildhall.core.boards.queries import counts, windows
from guildhall.core.boards.settings import BoardsSettings
from guildhall.db.pool import Database
from guildhall.ids import UserId, uuid7

HIGH = Board("test.high", title="The highest first")
LOW = Board("test.low", title="The lowest first", order="ascending", tie_break="declared")


async def window_id(db: Database, board: str, kind: str = "all", key: str = "") -> WindowId:
    """The id of a list that is there."""
    async with db.read() as tx:
        found = await windows.window.one(tx, board, kind, key)
    return found.id


async def count_all(db: Database, most: int = 5000, sizes: Sizes = USUAL) -> None:
    """Count until nothing is left."""
    while True:
        async with db.write() as tx:
            done = await count_changes(tx, most, sizes)
        if done.grown:
            await split_grown(db, sizes)
        if done.changes <= 0:
            return


async def wrong_counts(db: Database) -> list[tuple[int, bytes, int]]:
    """The counts that are not what a recount gives, with what they are off: each with what is not counted yet."""
    async with db.read() as tx:
        rows = await tx.connection.fetch(
            """
            with parts as (
                select window_id, low, members, lead(low) over (partition by window_id order by low) as high
                from core.board_counts
            )
            select p.window_id, p.low, p.members
                   + coalesce((select sum(delta) from core.board_changes c where c.window_id = p.window_id
                               and c.place >= p.low and (p.high is null or c.place < p.high)), 0)
                   - (select count(*) from core.board_scores s where s.window_id = p.window_id and s.shown
                      and s.place >= p.low and (p.high is null or s.place < p.high)) as off
            from parts p
            """
        )
    return [(row["window_id"], row["low"], int(row["off"])) for row in rows if row["off"]]


def chosen(**settings: Any) -> BoardsSettings:
    """Settings that owe nothing to a file."""
    return BoardsSettings(**{"_env_file": None, **settings})


async def add_people(url: str, names: Sequence[str]) -> dict[str, UserId]:
    """People with an account, by their names."""
    owner = await asyncpg.connect(url)
    people = {name: UserId(uuid7()) for name in names}
    for name, user_id in people.items():
        await owner.execute("insert into core.users (id, name) values ($1, $2)", user_id, name)
    await owner.close()
    return people


async def show_all(url: str) -> None:
    """Everybody shows again."""
    owner = await asyncpg.connect(url)
    await owner.execute("delete from core.board_hidden")
    await owner.close()


async def settle(follower: BoardFollower) -> None:
    """Run rounds until the copy has everything."""
    async with asyncio.timeout(20):
        while True:
            follower.copier.look()
            more = await follower.round()
            async with follower._db.single() as tx:
                pending, _, copy = await counts.state.one(tx)
            if not more and not pending and copy is not None:
                return
