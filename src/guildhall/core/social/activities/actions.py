"""Recording and withdrawing activities, for packs; and the feed."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from guildhall.core.social.activities import queries
from guildhall.core.social.activities.declaration import Activities, Activity, Visibility
from guildhall.core.social.activities.schemas import ActivityRow
from guildhall.core.social.broadcasts.actions import withdraw_broadcasts
from guildhall.core.social.ids import ActivityId
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, first_id, uuid7

Data = TypeVar("Data", bound=Struct)

LAST = UUID(int=2**128 - 1)
"""An id behind all others."""
_FIRST = UUID(int=0)
_RANDOM = 80
"""The bits of an id behind its milliseconds."""
_MILLISECOND = timedelta(milliseconds=1)
_SPANS = (timedelta(hours=12), timedelta(days=8), timedelta(days=64))
"""The spans in which a page of a feed is looked for, each behind the one before; then all that is kept."""


async def record_activity(
    tx: Transaction,
    activity: Activity[Data],
    item: UUID,
    data: Data,
    *,
    actor: UserId | None = None,
    about: UserId | None = None,
    visibility: Visibility = "public",
) -> ActivityId:
    """Record what somebody did with a thing of a pack, in the transaction of the act; it is in feeds when that commits.

    `actor` is the viewer unless it is said. `about` is another person in it, such as the author of what was reviewed:
    who does not see them does not see the activity. Record what everybody may see, or `followers` of the person;
    call `withdraw_activity` when the thing goes or is shared no longer. Raises ValueError for data of another kind, or
    too large.
    """
    activity_id = ActivityId(uuid7())
    person = tx.viewer.id if actor is None else actor
    written = activity.written(data)
    await queries.add_activity.run(
        tx, activity_id, person, activity.name, item, None if about == person else about, visibility, written, tx.now
    )
    return activity_id


async def withdraw_activity(tx: Transaction, activity: Activity[Data] | None, item: UUID) -> int:
    """Take the activities of a thing out of all feeds, of one kind or (None) of every kind; return how many.

    Followers who have not been told of the thing yet are not told any more.
    """
    await withdraw_broadcasts(tx, item)
    return await queries.remove_activities.run(tx, item, None if activity is None else activity.name)


async def read_feed(
    tx: Transaction, activities: Activities, before: ActivityId | None, limit: int
) -> list[ActivityRow]:
    """Return what those whom the viewer follows did, the latest first, before an activity.

    What happened lately is looked for first, so that months are not read for somebody who follows thousands.
    """
    found: list[ActivityRow] = []
    end: UUID = before or LAST
    for since in _bounds(tx.now, end):
        found += await _feed_between(tx, activities, since, end, limit - len(found))
        if len(found) >= limit:
            break
        end = since
    return found


async def _feed_between(
    tx: Transaction, activities: Activities, since: UUID, before: UUID, limit: int
) -> list[ActivityRow]:
    """Return the latest activities of a span.

    A page is of no more people than it has lines, and they are those who did something last: of everybody one id is
    read from an index, and lines only of them. Where lines are hidden, those who come next are read too.
    """
    found: list[ActivityRow] = []
    below = before
    while True:
        heads = await queries.heads_between.many(tx, tx.viewer.id, since, before, below, limit)
        if heads:
            actors = [one.actor_id for one in heads]
            found += await queries.activities_between.many(
                tx, tx.viewer.id, actors, list(activities.names), since, before, limit
            )
            found = sorted(found, key=lambda one: one.id, reverse=True)[:limit]
            below = heads[-1].id
        if len(heads) < limit or (len(found) == limit and found[-1].id >= below):
            return found


def _bounds(now: datetime, before: UUID) -> list[UUID]:
    """Return the ids at which the spans before an id begin, the latest first."""
    end = min(first_id(now), before).int >> _RANDOM
    return [*(UUID(int=max(0, end - span // _MILLISECOND) << _RANDOM) for span in _SPANS), _FIRST]
