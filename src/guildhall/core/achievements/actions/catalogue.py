"""The catalogue, brought up to what the packs declare, and the walks that follow."""

from collections.abc import Sequence

from guildhall.core.achievements.actions.runs import begin_run
from guildhall.core.achievements.declaration import Achievement, Achievements
from guildhall.core.achievements.queries import catalogue as queries
from guildhall.core.jobs.schedules import next_after
from guildhall.db.pool import Transaction


async def note_declared(tx: Transaction, achievements: Achievements) -> Sequence[str]:
    """Note what is declared; return the names of what is new or has changed.

    All people are looked at for a new achievement, and for one whose version has risen. A version never falls: an older
    worker that still runs does not bring an older rule back.
    """
    known = {one.name: one for one in await queries.known.many(tx, achievements.names)}
    noted = []
    for one in achievements.all:
        before = known.get(one.name)
        if before is not None and before.digest == one.digest:
            continue
        await _put(tx, one, one.version if before is None else max(before.version, one.version))
        if before is None:
            await begin_run(tx, one.name, "backfill")
        elif before.version < one.version:
            await begin_run(tx, one.name, "recheck", instead=True)
        noted.append(one.name)
    return noted


async def begin_due_walks(tx: Transaction, achievements: Achievements) -> Sequence[str]:
    """Begin the walks whose time has come by their schedules; return the names of their achievements."""
    due = await queries.walks_due.many(tx, achievements.names, tx.now)
    for name in due:
        declared = achievements.by_name[name]
        if declared.every is None:  # of a worker with another version: what it declares is noted next
            continue
        await queries.set_look_at.run(tx, name, next_after(declared.every.expression, tx.now))
        await begin_run(tx, name, "sweep")
    return due


async def _put(tx: Transaction, one: Achievement, version: int) -> None:
    look_at = None if one.every is None else next_after(one.every.expression, tx.now)
    await queries.put_achievement.run(
        tx, one.name, one.title, one.description, one.icon, one.tier, one.points, one.goal, one.hidden, one.keeps,
        version, one.digest, look_at, tx.now,
    )  # fmt: skip
