"""Deeds of people, and what is kept of their achievements."""

import asyncio
from typing import Any

import asyncpg

from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.jobs import keep_catalogue, walk_people
from guildhall.core.achievements.messages import KeepCatalogue, WalkPeople
from guildhall.core.achievements.settings import AchievementsSettings
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.testing.people import make_user


async def make_people(url: str, count: int) -> list[UserId]:
    """Add people without deeds, in the order of their ids."""
    return sorted([await make_user(url, name=f"Person {number}") for number in range(count)])


async def make_crowd(url: str, count: int, deeds: int) -> list[UserId]:
    """Add many people, each of whom did so many things; in the order of their ids."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "insert into core.users (id, name) select gen_random_uuid(), 'C' from generate_series(1, $1)", count
    )
    if deeds:
        await connection.execute(
            """
            insert into core.blocks (user_id, blocked_id)
            select u.id, o.id from core.users u, lateral (
                select x.id from core.users x where x.id <> u.id order by x.id limit $1
            ) o where u.name = 'C'
            """,
            deeds,
        )
    found = [row["id"] for row in await connection.fetch("select id from core.users where name = 'C' order by id")]
    await connection.close()
    return [UserId(one) for one in found]


async def do(url: str, user: UserId, count: int) -> None:
    """Bring the deeds of somebody to a number."""
    connection = await asyncpg.connect(url)
    await connection.execute("delete from core.blocks where user_id = $1", user)
    await connection.execute(
        """
        insert into core.blocks (user_id, blocked_id)
        select $1, u.id from core.users u where u.id <> $1 order by u.id limit $2
        """,
        user, count,
    )  # fmt: skip
    assert await connection.fetchval("select count(*) from core.blocks where user_id = $1", user) == count
    await connection.close()


async def begin_and_walk(db: Database, achievements: Achievements, settings: AchievementsSettings) -> None:
    """Note what is declared, and do the walks that follow from it."""
    await keep_catalogue(KeepCatalogue(), db, achievements)
    await walk_all(db, achievements, settings)


async def walk_all(db: Database, achievements: Achievements, settings: AchievementsSettings) -> None:
    """Do the walks that are under way."""
    async with db.read() as tx:
        open_runs = await tx.connection.fetch("select id from core.achievement_runs where ended_at is null order by id")
    for run in open_runs:
        await walk_people(WalkPeople(run["id"]), db, achievements, settings)


async def kept(db: Database, *columns: str) -> list[tuple[Any, ...]]:
    """What is kept of all people, in the order of people and names."""
    async with db.read() as tx:
        found = await tx.connection.fetch(
            f"select {', '.join(columns)} from core.user_achievements order by user_id, achievement"
        )
    return [tuple(row) for row in found]


async def notices(db: Database) -> list[tuple[Any, ...]]:
    """The notices of achievements, as person, kind, title and body."""
    async with db.read() as tx:
        found = await tx.connection.fetch(
            """
            select user_id, type, title, body from core.notification_log where type like 'achievement%'
            order by user_id, id
            """
        )
    return [tuple(row) for row in found]


async def granted(db: Database, achievement: str) -> list[UserId]:
    """The people who have an achievement, in order."""
    return [
        user
        for user, name, at, gone in await kept(db, "user_id", "achievement", "granted_at", "revoked_at")
        if name == achievement and at is not None and gone is None
    ]


async def numbers(db: Database) -> dict[str, tuple[int, int]]:
    """The number of holders of each achievement, as it is answered and as it is counted from the rows."""
    async with db.read() as tx:
        found = await tx.connection.fetch(
            """
            select c.name,
                   c.holders + coalesce((select sum(d.holders) from core.achievement_deltas d
                                         where d.achievement = c.name), 0)::int as told,
                   (select count(*) from core.user_achievements a
                    where a.achievement = c.name and a.granted_at is not null and a.revoked_at is null) as there
            from core.achievements c
            """
        )
    return {row["name"]: (row["told"], row["there"]) for row in found}


async def blocked_worker(db: Database) -> None:
    """Return when somebody waits for a lock."""
    async with asyncio.timeout(20):
        while True:
            async with db.read() as tx:
                if await tx.connection.fetchval(
                    """
                    select exists (select from pg_stat_activity
                                   where datname = current_database() and wait_event_type = 'Lock')
                    """
                ):
                    return
            await asyncio.sleep(0.02)
