"""Jobs of achievements: looks after messages, walks over all people, notices, numbers."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from guildhall.core.achievements import messages
from guildhall.core.achievements.actions.catalogue import begin_due_walks, note_declared
from guildhall.core.achievements.actions.runs import walk_batch
from guildhall.core.achievements.actions.telling import tell_achieved, tell_old_deeds, tell_revoked
from guildhall.core.achievements.declaration import Achievement, Achievements, After, people_of
from guildhall.core.achievements.judging import judge
from guildhall.core.achievements.queries import catalogue, people, runs
from guildhall.core.achievements.settings import AchievementsSettings
from guildhall.core.jobs.bindings import Due, On, daily, minutely
from guildhall.core.jobs.errors import RetryLater
from guildhall.core.jobs.messages import Message
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.log import get_logger
from guildhall.pack import WorkerPart

log = get_logger(__name__)

_SECONDS = 60.0
"""Time after which a walk lets other jobs pass, and goes on behind them."""
_CHANGES = 20_000
"""Changes of numbers that one transaction sums."""
_TOLD = 500
"""People who are told in one transaction."""
_RUNS = 5000


async def look_after(
    message: Message, db: Database, achievements: Achievements, settings: AchievementsSettings
) -> dict[str, int]:
    """Look at the people whom a message is about, for all achievements that name it.

    One whose rule fails does not hold up the others; the job fails then, and is tried again.
    """
    granted, failures = 0, list[Exception]()
    for achievement, after in achievements.after.get(type(message), ()):
        try:
            granted += await _look(db, achievement, await _concerned(db, after, message), settings.batch)
        except Exception as failure:
            log.warning("achievement_rule_failed", achievement=achievement.name, why=str(failure))
            failures.append(failure)
    if failures:
        raise failures[0]
    return {"granted": granted}


async def _concerned(db: Database, after: After, message: Message) -> list[UserId]:
    """Return the people whom a message is about, in the order of their ids."""
    if after.people is None:
        return sorted(set(people_of(message)))
    async with db.read() as tx:
        return sorted(set(await after.people.many(tx, *(getattr(message, name) for name in after.people.names))))


async def _look(db: Database, achievement: Achievement, users: list[UserId], size: int) -> int:
    """Look at people in batches, and tell those who were granted it; return how many."""
    granted = 0
    for begin in range(0, len(users), size):
        async with db.write() as tx:
            judged = await judge(tx, achievement, users[begin : begin + size], "look")
            await tell_achieved(tx, achievement, judged.granted)
        granted += len(judged.granted)
    return granted


async def keep_catalogue(_: messages.KeepCatalogue, db: Database, achievements: Achievements) -> dict[str, list[str]]:
    """Note what the packs declare, and begin the walks that are new or due; return the names."""
    async with db.write() as tx:
        noted = await note_declared(tx, achievements)
        begun = await begin_due_walks(tx, achievements)
    return {"noted": list(noted), "begun": list(begun)}


async def walk_people(
    message: messages.WalkPeople, db: Database, achievements: Achievements, settings: AchievementsSettings
) -> dict[str, int]:
    """Look at all people batch by batch; return how many this job looked at. Raises RetryLater to go on later."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _SECONDS
    looked = granted = 0
    while True:
        batch = await db.transact(lambda tx: walk_batch(tx, message.run_id, achievements, settings))
        looked, granted = looked + batch.looked, granted + batch.granted
        if batch.ended:
            return {"looked": looked, "granted": granted}
        if batch.wait:
            raise RetryLater("no worker that knows this achievement has come yet", batch.wait)
        if loop.time() > until:
            raise RetryLater(f"{looked} people were looked at, more wait", 0)


async def tell_of_old_deeds(_: messages.TellOldDeeds, db: Database) -> dict[str, int]:
    """Tell people what they were granted for old deeds; return how many."""
    told = 0
    while True:
        async with db.write() as tx:
            batch = await tell_old_deeds(tx, _TOLD)
        told += batch
        if batch < _TOLD:
            return {"told": told}


async def tell_of_revocation(message: messages.AchievementRevoked, db: Database) -> dict[str, int]:
    """Tell somebody that an achievement was taken from them, or given back."""
    async with db.write() as tx:
        return {"notices": await tell_revoked(tx, message.user_id, message.achievement)}


async def sum_holders(_: messages.SumHolders, db: Database, settings: AchievementsSettings) -> dict[str, int]:
    """Sum the changes of the numbers of holders, and count people if that is due; return the number of changes."""
    changes = 0
    while True:
        async with db.write() as tx:
            taken = await catalogue.sum_holders.one(tx, _CHANGES)
        changes += taken
        if taken < _CHANGES:
            break
    async with db.write() as tx:
        await catalogue.count_people.run(tx, tx.now, tx.now - timedelta(hours=settings.census_hours))
    return {"changes": changes}


async def clean_up_runs(_: messages.CleanUpRuns, db: Database, settings: AchievementsSettings) -> dict[str, int]:
    """Delete walks that ended long ago; return how many."""
    total = 0
    while True:
        async with db.write() as tx:
            gone = await runs.forget_runs.run(tx, tx.now - timedelta(days=settings.keep_run_days), _RUNS)
        total += gone
        if gone < _RUNS:
            return {"runs": total}


def looks(achievements: Iterable[Achievement]) -> list[On]:
    """Return the bindings of looks to the messages that achievements name."""
    return [On(message, look_after) for message in dict.fromkeys(a.message for one in achievements for a in one.after)]


def _declared(now: datetime, achievements: Achievements) -> tuple[list[str], list[str], datetime]:
    return achievements.names, [one.digest for one in achievements.all], now


def _counted_after(now: datetime, settings: AchievementsSettings) -> tuple[datetime]:
    return (now - timedelta(hours=settings.census_hours),)


CATALOGUE_DUE = Due(catalogue.catalogue_due, _declared)
TELLING_DUE = Due(people.telling_due)
SUMS_DUE = Due(catalogue.sums_due, _counted_after)

WORKER = WorkerPart(
    handlers=(
        On(messages.KeepCatalogue, keep_catalogue, schedule=minutely(due=CATALOGUE_DUE)),
        On(messages.WalkPeople, walk_people),
        On(messages.TellOldDeeds, tell_of_old_deeds, schedule=minutely(due=TELLING_DUE)),
        On(messages.SumHolders, sum_holders, schedule=minutely(due=SUMS_DUE)),
        On(messages.AchievementRevoked, tell_of_revocation),
        On(messages.CleanUpRuns, clean_up_runs, schedule=daily(hour=4, minute=35)),
    )
)
