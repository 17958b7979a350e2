"""Looks at people: what a rule measures of them, and what follows from it."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from guildhall.core.achievements.declaration import Achievement
from guildhall.core.achievements.queries import people as queries
from guildhall.core.achievements.queries.catalogue import known_version
from guildhall.core.achievements.schemas import By, Measured, Standing
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

Verdict = Literal["progress", "grant", "hold", "take"]
"""The outcomes: another value alone, a grant, a grant that a newer version confirms, a grant that it takes."""


class Judged(Struct, frozen=True):
    """People who were granted an achievement, and those from whom its rule took it."""

    granted: tuple[UserId, ...] = ()
    taken: tuple[UserId, ...] = ()


class RuleBroken(ValueError):
    """A rule has returned what no rule may."""


async def judge(
    tx: Transaction, achievement: Achievement, users: Sequence[UserId], by: By, *, untold: bool = False
) -> Judged:
    """Look at some people, and grant the achievement to those who have reached it.

    Nobody is granted it twice, and nobody from whom it was revoked. People whom a look would change are locked in the
    order of their ids and measured again, so that the last one to look keeps the latest value. `untold` leaves it to
    a job to tell them. An achievement that is not in the catalogue yet is left to its backfill. Raises RuleBroken.
    """
    if await known_version.one_or_none(tx, achievement.name) is None:
        return Judged()
    keeps, version = achievement.keeps, achievement.version
    standings = await queries.unsettled.many(tx, achievement.name, list(users), keeps, version)
    if not standings:
        return Judged()
    measured = await measure(tx, achievement, [one.user_id for one in standings])
    changed = [one.user_id for one in standings if _changes(achievement, one, measured.get(one.user_id))]
    if not changed:
        return Judged()
    await queries.begin.run(tx, achievement.name, changed)
    held = await queries.hold.many(tx, achievement.name, changed, keeps, version)
    measured = await measure(tx, achievement, [one.user_id for one in held])
    found = [
        (one.user_id, _verdict(achievement, one, now), now)
        for one in held
        if _changes(achievement, one, now := measured.get(one.user_id))
    ]
    if found:
        await _record(tx, achievement, found, by, untold)
    return Judged(
        tuple(user for user, verdict, _ in found if verdict == "grant"),
        tuple(user for user, verdict, _ in found if verdict == "take"),
    )


async def measure(tx: Transaction, achievement: Achievement, users: list[UserId]) -> dict[UserId, Measured]:
    """Return what the rule says of some people. Raises RuleBroken for an answer that no rule may give."""
    rows = await achievement.rule.many(tx, users)
    found = {row.user_id: row for row in rows}
    if len(found) < len(rows):
        raise RuleBroken(f"the rule of {achievement.name} has two rows of one person")
    if not found.keys() <= set(users):
        raise RuleBroken(f"the rule of {achievement.name} has a row of somebody it was not asked about")
    for row in rows:
        if not isinstance(row.value, int) or row.value < 0:
            raise RuleBroken(f"the rule of {achievement.name} has measured {row.value!r}, which is no number of things")
    return found


def _value(measured: Measured | None) -> int:
    return 0 if measured is None else measured.value


def _changes(achievement: Achievement, standing: Standing, measured: Measured | None) -> bool:
    """Return whether a look changes anything about a person."""
    return (
        standing.version is not None
        or _value(measured) != (standing.value or 0)
        or _value(measured) >= achievement.goal
    )


def _verdict(achievement: Achievement, standing: Standing, measured: Measured | None) -> Verdict:
    reached = _value(measured) >= achievement.goal
    if standing.version is None:
        return "grant" if reached else "progress"
    return "hold" if reached else "take"


async def _record(
    tx: Transaction,
    achievement: Achievement,
    found: Sequence[tuple[UserId, Verdict, Measured | None]],
    by: By,
    untold: bool,
) -> None:
    evidence: list[Any] = [None if measured is None else measured.evidence for _, _, measured in found]
    await queries.record.run(
        tx, achievement.name, [user for user, _, _ in found], [_value(measured) for _, _, measured in found],
        [verdict for _, verdict, _ in found], evidence, achievement.version, achievement.goal, by, untold, tx.now,
    )  # fmt: skip
