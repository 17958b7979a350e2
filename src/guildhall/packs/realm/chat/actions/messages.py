"""Changing messages after they were written, and what others do to them."""

from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.jobs.actions import send
from guildhall.core.moderation.word_filter import WordFilter
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.db.statements import Query
from guildhall.errors import NotFound
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_in, acting_on
from guildhall.packs.realm.access.actions.permissions import reading, writing
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import Forbidden, MessageNotFound
from guildhall.packs.realm.access.rules.content import clean_content
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.access.schemas.permissions import ChannelAccess
from guildhall.packs.realm.chat.actions.reading import floor_of, shown
from guildhall.packs.realm.chat.errors.messages import (
    EditWindowOver,
    MessageDeleted,
    ReactionRefused,
    TooManyPins,
    TooManyReactions,
)
from guildhall.packs.realm.chat.queries import message_changes as changes
from guildhall.packs.realm.chat.queries import pins, reactions
from guildhall.packs.realm.chat.queries.messages import (
    channel_is_public,
    message,
    message_head,
    newest_of_channel,
    person_there,
)
from guildhall.packs.realm.chat.queries.reads import put_read_mark
from guildhall.packs.realm.chat.rules.mentions import names_in
from guildhall.packs.realm.chat.rules.reactions import clean_reaction
from guildhall.packs.realm.chat.schemas.messages import (
    Deleted,
    Edited,
    Message,
    MessageHead,
    PinTold,
    Reaction,
    ReactionTold,
    ReadMark,
)
from guildhall.packs.realm.follow.messages import TellMentions
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.moderation.actions.reports import report_flagged
from guildhall.packs.realm.moderation.queries.word_filters import filter_of
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.queries import people_named

Allowed = TypeVar("Allowed")


async def edit_message(tx: Transaction, message_id: MessageId, content: str, settings: RealmSettings) -> Message:
    """Change the text of one of the viewer's messages; return the message.

    An author who may not write in the channel any more may not edit there either. People whom only the new text
    mentions are notified; mentions that it has no more are removed. Raises ContentRefused, MessageNotFound,
    MessageDeleted, Forbidden, EditWindowOver, and as `writing`.
    """
    text = clean_content(content, settings.content_most)
    _, channel_id = await _in_channel(tx, message_id)
    access = await _hidden(writing(tx, channel_id))
    head = await _locked(tx, changes.message_to_change, message_id)
    if head.user_id != tx.viewer.id or head.type == "system":
        raise Forbidden(detail="Only the author of a message may edit it.")
    if (tx.now - head.created_at).total_seconds() > settings.edit_minutes * 60:
        raise EditWindowOver(minutes=settings.edit_minutes)
    text, flagged = await _filtered(tx, head.server_id, text)
    if text != head.content:
        mentions = await _mentioned(tx, head, text, settings)
        before = await changes.change_content.one(tx, message_id, text, mentions or None, tx.now)
        await changes.index_again.run(tx, message_id)
        if mentions or before:
            await send(tx, TellMentions(message_id, UUID(int=message_id.int + 1)))
        told = Edited(message_id, channel_id, text, tx.now, mentions or None)
        await _tell(tx, channel_id, head.server_id, "message_edited", told, tx.viewer.id)
        if flagged:
            await report_flagged(tx, head.server_id, channel_id, message_id, tx.viewer.id, flagged)
    row = await message.one(tx, message_id)
    return (await shown(tx, [row], lambda _: access.may_moderate))[0]


async def delete_message(tx: Transaction, principal: Principal, message_id: MessageId, reason: str | None) -> None:
    """Take a message away: its author or who moderates there. Its place stays. Twice is once.

    Raises MessageNotFound, Forbidden, and what `reading` does.
    """
    seen = await message_head.one_or_none(tx, message_id)
    if seen is None:
        raise MessageNotFound
    own = seen.user_id == tx.viewer.id and seen.type != "system"
    if seen.channel_id is None:
        if seen.type != "system" and not own:
            raise MessageNotFound
        if not own:
            await _hidden(acting_on(tx, principal, seen.server_id, MODERATOR))
    elif own:
        await _hidden(reading(tx, seen.channel_id))
    else:
        await _hidden(acting_in(tx, principal, seen.channel_id))
    head = await changes.message_to_change.one_or_none(tx, message_id)
    if head is None:
        raise MessageNotFound
    if head.is_deleted:
        return
    await changes.mark_deleted.run(tx, [message_id], reason, tx.now)
    await changes.forget_words.run(tx, [message_id])
    if head.channel_id is not None:
        await changes.forget_pins.run(tx, head.channel_id, [message_id])
    if not own:
        await record(
            tx, "message_deleted", actor=tx.viewer.id, server=head.server_id,
            subject=await person_there.one_or_none(tx, head.user_id),
            channel=head.channel_id, reason=reason, details={"message_id": message_id},
        )  # fmt: skip
    told = Deleted(message_id, head.channel_id, by_moderator=not own)
    await _tell(tx, head.channel_id, head.server_id, "message_deleted", told, tx.viewer.id)


async def add_reaction(
    tx: Transaction, message_id: MessageId, reaction: str, settings: RealmSettings
) -> list[Reaction]:
    """React to a message; all its reactions. Twice is once.

    Raises ReactionRefused, MessageNotFound, MessageDeleted, TooManyReactions, and what `writing` does.
    """
    given = clean_reaction(reaction)
    if given is None:
        raise ReactionRefused
    _, channel_id = await _in_channel(tx, message_id)
    _require_shown(await _hidden(writing(tx, channel_id)), message_id)
    await _locked(tx, changes.message_to_mark, message_id)
    different, known = await reactions.other_reactions.one(tx, message_id, given)
    if not known and different >= settings.reactions_most:
        raise TooManyReactions(most=settings.reactions_most)
    if await reactions.add_reaction.run(tx, message_id, tx.viewer.id, given, tx.now):
        await _tell_reaction(tx, message_id, channel_id, given, "reaction_added")
    return await reactions.reactions_for.many(tx, tx.viewer.id, message_id)


async def remove_reaction(tx: Transaction, message_id: MessageId, reaction: str) -> list[Reaction]:
    """Take one's reaction back; those that are left. Twice is once.

    Raises ReactionRefused, MessageNotFound, MessageDeleted, and what `reading` does.
    """
    given = clean_reaction(reaction)
    if given is None:
        raise ReactionRefused
    _, channel_id = await _in_channel(tx, message_id)
    _require_shown(await _hidden(reading(tx, channel_id)), message_id)
    await _locked(tx, changes.message_to_mark, message_id)
    if await reactions.remove_reaction.run(tx, message_id, tx.viewer.id, given):
        await _tell_reaction(tx, message_id, channel_id, given, "reaction_removed")
    return await reactions.reactions_for.many(tx, tx.viewer.id, message_id)


async def reactions_to(tx: Transaction, message_id: MessageId) -> list[Reaction]:
    """The reactions to a message, the most frequent first. Raises MessageNotFound, and what `reading` does."""
    _, channel_id = await _in_channel(tx, message_id)
    _require_shown(await _hidden(reading(tx, channel_id)), message_id)
    return await reactions.reactions_for.many(tx, tx.viewer.id, message_id)


async def pin_message(tx: Transaction, principal: Principal, message_id: MessageId, settings: RealmSettings) -> None:
    """Pin a message to its channel. Twice is once.

    Raises MessageNotFound, MessageDeleted, Forbidden, TooManyPins, and what `reading` does.
    """
    _, channel_id = await _in_channel(tx, message_id)
    actor = await _hidden(acting_in(tx, principal, channel_id))
    await pins.hold_channel.one_or_none(tx, channel_id)
    head = await _locked(tx, changes.message_to_mark, message_id)
    if await pins.is_pinned.one(tx, channel_id, message_id):
        return
    if await pins.pin_count.one(tx, channel_id) >= settings.pins_most:
        raise TooManyPins(most=settings.pins_most)
    await pins.add_pin.run(tx, channel_id, message_id, actor.id, tx.now)
    await _pinned(tx, actor.id, head, channel_id, "message_pinned")


async def unpin_message(tx: Transaction, principal: Principal, message_id: MessageId) -> None:
    """Take a pin away. Twice is once. Raises MessageNotFound, Forbidden, and what `reading` does."""
    head, channel_id = await _in_channel(tx, message_id)
    actor = await _hidden(acting_in(tx, principal, channel_id))
    if await pins.remove_pin.run(tx, channel_id, message_id):
        await _pinned(tx, actor.id, head, channel_id, "message_unpinned")


async def mark_read(tx: Transaction, channel_id: ChannelId, message_id: MessageId | None) -> ReadMark:
    """The viewer has read a channel up to a message, or all of it. A mark never goes back.

    Tells the viewer's other devices. Raises MessageNotFound for one that is not in the channel, and what `reading`
    does.
    """
    access = await reading(tx, channel_id)
    if message_id is None:
        message_id = await newest_of_channel.one_or_none(tx, channel_id)
        if message_id is None:
            return ReadMark(channel_id, None)
    else:
        seen = await message_head.one_or_none(tx, message_id)
        if seen is None or seen.channel_id != channel_id:
            raise MessageNotFound
        _require_shown(access, message_id)
    mark = ReadMark(channel_id, await put_read_mark.one(tx, tx.viewer.id, channel_id, message_id, tx.now))
    await publish(tx, f"realm.user:{tx.viewer.id}", "channel_read", mark, by=tx.viewer.id)
    return mark


async def _in_channel(tx: Transaction, message_id: MessageId) -> tuple[MessageHead, ChannelId]:
    """A message and its channel. Raises MessageNotFound, also for one that is in none."""
    seen = await message_head.one_or_none(tx, message_id)
    if seen is None or seen.channel_id is None:
        raise MessageNotFound
    return seen, seen.channel_id


def _require_shown(access: ChannelAccess, message_id: MessageId) -> None:
    """Raises MessageNotFound for what was said before somebody was let into the channel."""
    if message_id < floor_of(access):
        raise MessageNotFound


async def _hidden(allowed: Awaitable[Allowed]) -> Allowed:
    """Await a permission; raise MessageNotFound for a person who may not know of the channel."""
    try:
        return await allowed
    except NotFound as error:
        raise MessageNotFound from error


async def _mentioned(tx: Transaction, head: MessageHead, text: str, settings: RealmSettings) -> list[UserId]:
    """The people of the message's server whom a text of its author's mentions, as when a message is sent."""
    names = names_in(text)[: settings.mentions_most]
    people = await people_named.many(tx, head.server_id, names) if names else []
    return sorted({person for person in people if person != head.user_id})


async def _filtered(tx: Transaction, server_id: ServerId, text: str) -> tuple[str, tuple[str, ...]]:
    """The text as the server's filter lets it be said, and for which words it is reported. Raises ContentRefused."""
    found = WordFilter(await filter_of.many(tx, server_id)).check(text)
    if found.action == "block":
        raise ContentRefused(detail="The text has words that are not allowed on this server.")
    return found.content, found.flagged


async def _locked(tx: Transaction, query: Query[[MessageId], MessageHead], message_id: MessageId) -> MessageHead:
    """The message, held until the transaction ends. Raises MessageNotFound, MessageDeleted."""
    head = await query.one_or_none(tx, message_id)
    if head is None:
        raise MessageNotFound
    if head.is_deleted:
        raise MessageDeleted
    return head


async def _tell(
    tx: Transaction, channel_id: ChannelId | None, server_id: ServerId, kind: str, body: Edited | Deleted, by: UserId
) -> None:
    """Tell the channel, and the server where the message is in its live log."""
    if channel_id is not None:
        await publish(tx, f"realm.channel:{channel_id}", kind, body, by=by)
    if channel_id is None or await channel_is_public.one(tx, channel_id):
        await publish(tx, f"realm.server:{server_id}", kind, body, by=by)


async def _tell_reaction(
    tx: Transaction, message_id: MessageId, channel_id: ChannelId, reaction: str, kind: str
) -> None:
    count = await reactions.times_given.one(tx, message_id, reaction)
    told = ReactionTold(message_id, channel_id, tx.viewer.id, reaction, count)
    await publish(tx, f"realm.channel:{channel_id}", kind, told, by=tx.viewer.id)


async def _pinned(tx: Transaction, by: UserId, head: MessageHead, channel_id: ChannelId, act: str) -> None:
    await record(
        tx, act, actor=by, server=head.server_id, subject=await person_there.one_or_none(tx, head.user_id),
        channel=channel_id, details={"message_id": head.id},
    )  # fmt: skip
    await publish(tx, f"realm.channel:{channel_id}", act, PinTold(head.id, channel_id, by), by=by)
