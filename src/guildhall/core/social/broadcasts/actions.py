"""Notices of what others did: to one person, or to all who follow somebody."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from guildhall.core.jobs.actions import send
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.kinds import NoticeKind
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.social.blocks.actions import blocked_between
from guildhall.core.social.broadcasts import queries
from guildhall.core.social.broadcasts.errors import BroadcastNotFound
from guildhall.core.social.broadcasts.messages import TellFollowers
from guildhall.core.social.broadcasts.schemas import Batch, BroadcastRow, Outcome
from guildhall.core.social.ids import BroadcastId
from guildhall.core.social.profiles.actions import cards_of
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7

_TITLE_MOST, _BODY_MOST = 200, 4000
_DAY = timedelta(days=1)


async def tell_person(
    tx: Transaction,
    actor: UserId,
    person: UserId,
    kind: NoticeKind,
    title: str,
    body: str,
    *,
    occurrence_key: str,
    data: Mapping[str, object] | None = None,
) -> bool:
    """Notify somebody of what another did: an answer, an invitation. Return false where they are not told.

    Nobody is told of themselves, or of somebody with whom a block stands between. For a job's transaction: only
    workers notify people of what others did. The data get the actor's `user_id`, by which the notice goes with their
    account.
    """
    if actor == person or await blocked_between(tx, actor, person):
        return False
    named = {**(data or {}), "user_id": str(actor)}
    notice = Notice(person, kind.type, title, body, occurrence_key, tx.now, data=named)
    return await notify(tx, [notice]) == 1


async def tell_followers(
    tx: Transaction,
    actor: UserId,
    kind: NoticeKind,
    item: UUID,
    title: str,
    body: str,
    *,
    occurrence_key: str,
    data: Mapping[str, object] | None = None,
) -> BroadcastId | None:
    """Notify all who follow somebody of what they did with a thing, some time after this transaction commits.

    A job tells them in batches. What waits to be told of the same thing is replaced, and `withdraw_activity` of the
    thing ends it. A person who causes more notices in a day than the settings allow is found in feeds alone. Return
    None for an occurrence that is told already. The data get the actor's `user_id`, by which the notices go with their
    account.
    """
    named = {**(data or {}), "user_id": str(actor)}
    await queries.replace_waiting.run(tx, actor, item, kind.type, occurrence_key, tx.now)
    added = await queries.add_broadcast.one_or_none(
        tx, BroadcastId(uuid7()), actor, kind.type, item, title[:_TITLE_MOST] or kind.title, body[:_BODY_MOST], named,
        occurrence_key, tx.now,
    )  # fmt: skip
    if added is not None:
        await send(tx, TellFollowers(added))
    return added


async def withdraw_broadcasts(tx: Transaction, item: UUID) -> int:
    """End what is being told of a thing; return how many broadcasts that were."""
    return await queries.withdraw_broadcasts.run(tx, item, tx.now)


async def tell_batch(tx: Transaction, broadcast_id: BroadcastId, settings: SocialSettings) -> Batch:
    """Tell the next followers, and note how far that went.

    What is told and where to go on are one transaction, so nobody is told twice or left out.
    """
    row = await queries.broadcast_to_continue.one_or_none(tx, broadcast_id)
    if row is None:
        return Batch(0, ended=True)
    begins_at = row.happened_at + timedelta(seconds=settings.broadcast_delay_seconds)
    if row.after_at is None and tx.now < begins_at:
        return Batch(0, wait=(begins_at - tx.now).total_seconds())
    if row.actor_id not in await cards_of(tx, [row.actor_id]):  # suspended, or without a profile
        return await _ended(tx, row, 0, "withdrawn")
    if row.after_at is None and await _too_many(tx, row, settings.broadcasts_per_day):
        return await _ended(tx, row, 0, "too_many")
    size = settings.broadcast_batch
    found = await queries.hearers.many(tx, row.actor_id, row.happened_at, row.after_at, row.after_id, size)
    told = await notify(
        tx,
        [
            Notice(one.user_id, row.type, row.title, row.body, row.occurrence_key, row.happened_at, data=row.data)
            for one in found
            if not one.suspended
        ],
    )
    if found:
        await queries.note_told.run(tx, row.id, found[-1].since, found[-1].user_id, told)
    return await _ended(tx, row, told, "told") if len(found) < size else Batch(told)


async def _too_many(tx: Transaction, row: BroadcastRow, most: int) -> bool:
    """Return whether a person's followers were told of as much as they may be in the day before this."""
    since = row.happened_at - _DAY
    return await queries.broadcasts_between_times.one(tx, row.actor_id, since, row.happened_at, most + 1) > most


async def _ended(tx: Transaction, row: BroadcastRow, told: int, outcome: Outcome) -> Batch:
    await queries.end_broadcast.run(tx, row.id, outcome, tx.now)
    return Batch(told, ended=True)


async def stop_broadcast(tx: Transaction, broadcast_id: BroadcastId) -> None:
    """Tell no more people of it, until it is resumed. Raises BroadcastNotFound for one that is not under way."""
    if not await queries.end_broadcast.run(tx, broadcast_id, "stopped", tx.now):
        raise BroadcastNotFound


async def resume_broadcast(tx: Transaction, broadcast_id: BroadcastId) -> None:
    """Go on with a broadcast that was stopped. Raises BroadcastNotFound for another."""
    if not await queries.reopen_broadcast.run(tx, broadcast_id):
        raise BroadcastNotFound
    await send(tx, TellFollowers(broadcast_id))
