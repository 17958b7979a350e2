"""Direct messages: sending, reading, deleting; and blocks."""

from datetime import timedelta
from uuid import UUID

from guildhall.core.jobs.actions import send
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.realtime.actions import publish
from guildhall.core.social.blocks import actions as blocks
from guildhall.core.social.blocks import errors as blocks_refused
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.judging import muted
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.rules.content import clean_content
from guildhall.packs.realm.chat.actions.mention_notices import _TITLE_MOST
from guildhall.packs.realm.chat.actions.reading import id_at
from guildhall.packs.realm.chat.errors.messages import OneDirection
from guildhall.packs.realm.chat.queries.messages import LAST, person_there
from guildhall.packs.realm.direct import queries as direct
from guildhall.packs.realm.direct.errors import (
    Blocked,
    BlockedByYou,
    DirectMessageNotFound,
    KeyTaken,
    TooManyBlocks,
    TooManyDirect,
    ToYourself,
)
from guildhall.packs.realm.direct.messages import TellDirectMessage
from guildhall.packs.realm.direct.queries import direct_to_tell
from guildhall.packs.realm.direct.schemas import (
    Conversation,
    ConversationRow,
    DirectDeleted,
    DirectMessage,
    DirectPage,
    DirectRead,
    DirectRequest,
    DirectSent,
    UnreadDirect,
)
from guildhall.packs.realm.ids import DirectMessageId
from guildhall.packs.realm.settings import RealmSettings

_MINUTE = timedelta(minutes=1)


async def send_direct(tx: Transaction, to: UserId, wanted: DirectRequest, settings: RealmSettings) -> DirectSent:
    """Send a message to somebody of the same server, once for each client key.

    Raises ContentRefused, ToYourself, NoProfile, Banned, Muted, UserNotFound, Blocked, BlockedByYou, KeyTaken,
    TooManyDirect.
    """
    content = clean_content(wanted.content, settings.content_most)
    if to == tx.viewer.id:
        raise ToYourself
    profile = await profile_for(tx)
    await direct.one_at_a_time.one(tx, tx.viewer.id)
    if wanted.client_key is not None:
        known = await direct.by_key.one_or_none(tx, tx.viewer.id, wanted.client_key)
        if known is not None:
            if known.to_user_id != to:
                raise KeyTaken
            return DirectSent(known.shown(), again=True)
    if profile.muted_until is not None:
        raise muted(profile.muted_until, tx.now)
    recipient = await direct.recipient.one_or_none(tx, tx.viewer.id, to)
    if recipient is None or not recipient.is_active or recipient.server_id != profile.server_id:
        raise UserNotFound
    if recipient.blocked:
        raise BlockedByYou
    if recipient.blocks:
        raise Blocked
    await _within_limit(tx, settings.direct_per_minute)
    message_id = DirectMessageId(uuid7())
    at = max(await direct.hold_conversation.many(tx, tx.viewer.id, to, message_id))
    if at > message_id:  # another process's clock is ahead: ids follow the order of commits all the same
        message_id = DirectMessageId(UUID(int=at.int + 1))
    message = await direct.add_direct.one(tx, message_id, tx.viewer.id, to, content, wanted.client_key, tx.now)
    await direct.move_conversation.run(tx, tx.viewer.id, to, message_id)
    for person in (to, tx.viewer.id):
        await publish(tx, f"realm.user:{person}", "direct_message", message, by=tx.viewer.id)
    await send(tx, TellDirectMessage(message_id))
    return DirectSent(message)


async def _within_limit(tx: Transaction, most: int) -> None:
    """Raises TooManyDirect for a viewer who has sent the most allowed within a minute."""
    count, first = await direct.sent_since.one(tx, tx.viewer.id, id_at(tx.now - _MINUTE), most)
    if count >= most and first is not None:
        wait = (first + _MINUTE - tx.now).total_seconds()
        raise TooManyDirect(most=most, retry_after=max(1, int(wait) + 1))


async def conversations(tx: Transaction, before: UUID | None, limit: int, most: int) -> list[Conversation]:
    """The viewer's conversations, the latest first, with what is unread counted up to `most`. Raises NoProfile."""
    await profile_for(tx)
    rows = await direct.conversations_for.many(tx, tx.viewer.id, before or LAST, limit, most + 1)
    return [Conversation(row.other_id, row.username, row.unread, _last(row)) for row in rows]


def _last(row: ConversationRow) -> DirectMessage:
    return DirectMessage(
        row.id, row.from_user_id, row.to_user_id, row.content, row.is_read, row.read_at, row.is_deleted,
        row.created_at,
    ).shown()  # fmt: skip


async def read_conversation(
    tx: Transaction, other: UserId, before: UUID | None, after: UUID | None, limit: int
) -> DirectPage:
    """Return a page of a conversation: the newest before an id, newest first, or the oldest after one, oldest first.

    Raises OneDirection, NoProfile, Banned, UserNotFound.
    """
    if before is not None and after is not None:
        raise OneDirection
    await _with(tx, other)
    if after is None:
        rows = await direct.direct_before.many(tx, tx.viewer.id, other, before or LAST, limit + 1)
    else:
        rows = await direct.direct_after.many(tx, tx.viewer.id, other, after, limit + 1)
    return DirectPage([row.shown() for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None)


async def mark_direct_read(tx: Transaction, other: UserId, up_to: UUID | None) -> DirectRead:
    """The viewer has read what another wrote, up to a message or all; tells the sender and the viewer's devices.

    Raises NoProfile, Banned, UserNotFound; DirectMessageNotFound for a message that is not of this conversation.
    """
    await _with(tx, other)
    if up_to is not None and not await direct.is_of_two.one(tx, tx.viewer.id, other, up_to):
        raise DirectMessageNotFound
    marked = await direct.mark_direct_read.many(tx, tx.viewer.id, other, up_to or LAST, tx.now)
    ids = [message_id for message_id, taken_back in marked if not taken_back]
    read = DirectRead(tx.viewer.id, len(ids), max(ids, default=None), tx.now)
    if ids:
        for person in (other, tx.viewer.id):
            await publish(tx, f"realm.user:{person}", "dm_read", read, by=tx.viewer.id)
    return read


async def unread_direct(tx: Transaction, most: int) -> UnreadDirect:
    """Return the viewer's unread direct messages, counted up to `most`. Raises NoProfile, Banned."""
    await profile_for(tx)
    messages, people = await direct.unread_direct.one(tx, tx.viewer.id, most + 1)
    return UnreadDirect(min(messages, most), min(people, most), messages > most)


async def delete_direct(tx: Transaction, message_id: DirectMessageId) -> None:
    """Take one of the viewer's own messages back: its place stays, for both. Twice is once.

    Raises NoProfile, Banned, DirectMessageNotFound.
    """
    await profile_for(tx)
    gone = await direct.delete_direct.one_or_none(tx, message_id, tx.viewer.id)
    if gone is None:
        raise DirectMessageNotFound
    told = DirectDeleted(gone.id, gone.from_user_id, gone.to_user_id)
    for person in (gone.to_user_id, tx.viewer.id):
        await publish(tx, f"realm.user:{person}", "direct_message_deleted", told, by=tx.viewer.id)


async def block(tx: Transaction, person: UserId, most: int) -> None:
    """Block somebody, in every game. Twice is once.

    Raises ToYourself, NoProfile, Banned, UserNotFound, TooManyBlocks.
    """
    await profile_for(tx)
    if await direct.recipient.one_or_none(tx, tx.viewer.id, person) is None:
        raise UserNotFound
    try:
        await blocks.block(tx, person, most)
    except blocks_refused.ToYourself as error:
        raise ToYourself from error
    except blocks_refused.PersonNotFound as error:
        raise UserNotFound from error
    except blocks_refused.TooManyBlocks as error:
        raise TooManyBlocks(most=most) from error


async def unblock(tx: Transaction, person: UserId) -> None:
    """Block somebody no longer. Twice is once. Raises NoProfile, Banned, UserNotFound."""
    await _with(tx, person)
    try:
        await blocks.unblock(tx, person)
    except blocks_refused.PersonNotFound as error:
        raise UserNotFound from error


async def _with(tx: Transaction, other: UserId) -> None:
    """Raises NoProfile, Banned; UserNotFound when there is no other end."""
    await profile_for(tx)
    if await person_there.one_or_none(tx, other) is None:
        raise UserNotFound


async def tell_of_direct(tx: Transaction, message_id: DirectMessageId) -> int:
    """Notify of a direct message that is neither read nor taken back; how many notices that were."""
    message = await direct_to_tell.one_or_none(tx, message_id)
    if message is None:
        return 0
    notice = Notice(
        message.to_user_id, "realm_dm", f"{message.username} wrote to you"[:_TITLE_MOST], message.content,
        f"realm:dm:{message.id}", message.created_at,
        data={"message_id": str(message.id), "user_id": str(message.from_user_id)},
    )  # fmt: skip
    return await notify(tx, [notice])
