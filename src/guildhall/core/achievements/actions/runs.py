"""Walks over all people: begun, gone on with, stopped."""

from datetime import timedelta

from msgspec import Struct

from guildhall.core.achievements.actions.telling import tell_achieved
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.errors import AchievementNotFound, NothingRuns
from guildhall.core.achievements.ids import RunId
from guildhall.core.achievements.judging import judge
from guildhall.core.achievements.messages import WalkPeople
from guildhall.core.achievements.queries import people, runs
from guildhall.core.achievements.queries.catalogue import known_version
from guildhall.core.achievements.schemas import Run, RunKind
from guildhall.core.achievements.settings import AchievementsSettings
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7

_UNKNOWN = timedelta(days=1)
"""Time for which a walk waits for a worker that knows its achievement, as during a deploy."""
_WAIT = 30.0


class Batch(Struct, frozen=True):
    """People of one batch of a walk, and how many of them were granted. `wait` is in seconds, until the next batch."""

    looked: int
    granted: int = 0
    ended: bool = False
    wait: float = 0.0


async def begin_run(tx: Transaction, achievement: str, kind: RunKind, *, instead: bool = False) -> RunId | None:
    """Have all people looked at for an achievement from now on; None if that is under way.

    `instead` ends what is under way first.
    """
    if instead and (open_run := await runs.open_run.one_or_none(tx, achievement)) is not None:
        await runs.end_run.run(tx, open_run, "replaced", tx.now)
    added = await runs.add_run.one_or_none(tx, RunId(uuid7()), achievement, kind, tx.now)
    if added is not None:
        await send(tx, WalkPeople(added))
    return added


async def backfill(tx: Transaction, achievements: Achievements, achievement: str, *, anew: bool = False) -> RunId:
    """Have all people looked at for an achievement, as an operator.

    A walk that was stopped goes on where it was, unless `anew`; one that is under way is given a job again if it has
    none. Raises AchievementNotFound for one that no active pack declares, or that is not in the catalogue yet.
    """
    known = achievements.named(achievement) is not None and await known_version.one_or_none(tx, achievement) is not None
    if not known:
        raise AchievementNotFound(achievement=achievement)
    if anew:
        begun = await begin_run(tx, achievement, "backfill", instead=True)
    else:
        begun = await runs.open_run.one_or_none(tx, achievement) or await runs.reopen_run.one_or_none(
            tx, achievement, tx.now
        )
        if begun is None:
            begun = await begin_run(tx, achievement, "backfill")
        else:
            await send(tx, WalkPeople(begun))
    if begun is None:  # somebody else began it at this moment
        begun = await runs.open_run.one(tx, achievement)
    return begun


async def stop_run(tx: Transaction, achievement: str) -> None:
    """Stop the walk that is under way for an achievement. Raises NothingRuns."""
    found = await runs.open_run.one_or_none(tx, achievement)
    if found is None or not await runs.end_run.run(tx, found, "stopped", tx.now):
        raise NothingRuns(achievement=achievement)


async def walk_batch(
    tx: Transaction, run_id: RunId, achievements: Achievements, settings: AchievementsSettings
) -> Batch:
    """Look at the next people of a walk, and note how far that went, in one transaction.

    So nobody is left out or counted twice, wherever a worker is killed. Raises RuleBroken.
    """
    run = await runs.run_to_continue.one_or_none(tx, run_id)
    if run is None:
        return Batch(0, ended=True)
    achievement = achievements.named(run.achievement)
    if achievement is None:
        return await _without(tx, run)
    users = await people.people_after.many(tx, run.after_id, settings.batch)
    old = run.kind != "sweep"
    judged = await judge(tx, achievement, users, run.kind, untold=old and settings.old_deeds == "summary")
    if not old:
        await tell_achieved(tx, achievement, judged.granted)
    if users:
        counts = len(users), len(judged.granted), len(judged.taken)
        await runs.note_batch.run(tx, run.id, users[-1], *counts, tx.now)
    if len(users) < settings.batch:
        await runs.end_run.run(tx, run.id, "done", tx.now)
        return Batch(len(users), len(judged.granted), ended=True)
    return Batch(len(users), len(judged.granted))


async def _without(tx: Transaction, run: Run) -> Batch:
    """Wait for a worker that knows the achievement; end the walk when none has come."""
    if tx.now - run.began_at < _UNKNOWN:
        return Batch(0, wait=_WAIT)
    await runs.end_run.run(tx, run.id, "retired", tx.now)
    return Batch(0, ended=True)
