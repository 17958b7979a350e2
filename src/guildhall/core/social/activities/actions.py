"""Recording and withdrawing activities, for packs; and the feed."""

from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from guildhall.core.social.activities import queries
from guildhall.core.social.activities.declaration import Activities, Activity, Visibility
from guildhall.core.social.activities.schemas import ActivityRow
from guildhall.core.social.broadcasts.actions import withdraw_broadcasts
from guildhall.core.social.follows.queries import follows_count
from guildhall.core.social.ids import ActivityId
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7

Data = TypeVar("Data", bound=Struct)

LAST = UUID(int=2**128 - 1)
"""An id behind all others."""
_FIRST = UUID(int=0)
_MANY = 200
"""People from whom on it is worth to look among everybody's activities first."""
_SPAN = 16
"""Activities of everybody, for each line of a page, that are looked at first."""


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
    tx: Transaction, activities: Activities, before: ActivityId | None, limit: int, most: int
) -> list[ActivityRow]:
    """Return what those whom the viewer follows did, the latest first, before an activity.

    `most` is the number of people that one may follow. The page of somebody who follows many is looked for first among
    the latest activities of everybody, no more of them than there are people to ask; what is missing then is found by
    asking for each of them.
    """
    kinds, high = list(activities.names), before or LAST
    found: list[ActivityRow] = []
    count = await follows_count.one(tx, tx.viewer.id, most)
    size = limit * _SPAN if count >= _MANY else count + 1
    while size <= count and len(found) < limit and high != _FIRST:
        low = await queries.activity_behind.one_or_none(tx, high, size) or _FIRST
        found += await queries.feed_between.many(tx, tx.viewer.id, kinds, low, high, limit - len(found))
        high, count, size = low, count - size, size * 4
    if len(found) < limit and high != _FIRST:
        found += await _feed_before(tx, kinds, high, limit - len(found))
    return found


async def _feed_before(tx: Transaction, kinds: list[str], high: UUID, limit: int) -> list[ActivityRow]:
    """Return the latest lines of a feed before an id.

    They are of no more people than there are lines, and those did something last: of everybody one id is read, and
    lines only of these people. Where lines are hidden or gone, those who come next are read too, more each time.
    """
    found: list[ActivityRow] = []
    before, size = high, limit
    while True:
        heads = await queries.heads_before.many(tx, tx.viewer.id, high, before, size)
        if heads:
            actors = [one.actor_id for one in heads]
            found += await queries.activities_by.many(tx, tx.viewer.id, actors, kinds, high, limit)
            found = sorted(found, key=lambda one: one.id, reverse=True)[:limit]
            before = heads[-1].id
        if len(heads) < size or (len(found) == limit and found[-1].id >= before):
            return found
        size *= 4
