"""Changing messages, reacting to them, pinning them, marking them as read."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.packs.realm.access.api.parameters import READ, STAFF, WRITE, PathChannelId, PathMessageId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import (
    Banned,
    ChannelNotFound,
    Forbidden,
    LevelTooLow,
    MessageNotFound,
    Muted,
    ReadOnly,
)
from guildhall.packs.realm.chat.actions import messages as actions
from guildhall.packs.realm.chat.errors.messages import (
    EditWindowOver,
    MessageDeleted,
    ReactionRefused,
    TooManyPins,
    TooManyReactions,
)
from guildhall.packs.realm.chat.schemas.messages import Message, MessageChange, Reaction, ReadMark, ReadRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Read, Routes, Write

routes = Routes("/api/v1/realm")

Why = Annotated[
    str | None,
    QueryParameter(
        name="reason", description="Why; moderators read it", min_length=1, max_length=300, pattern=WITHOUT_NUL,
        required=False,
    ),
]  # fmt: skip
ReactionText = Annotated[
    str,
    PathParameter(
        description="An emoji, or a word such as `:ready:`", max_length=200, examples=[Example(value=":ready:")]
    ),
]


@routes.patch(
    "/messages/{message_id:uuid}",
    scope=WRITE,
    raises=(
        Banned,
        EditWindowOver,
        Forbidden,
        LevelTooLow,
        Muted,
        ReadOnly,
        ChannelNotFound,
        MessageNotFound,
        MessageDeleted,
        ContentRefused,
    ),
)
async def edit_message(message_id: PathMessageId, tx: Write, settings: RealmSettings, data: MessageChange) -> Message:
    """Edit a message.

    The viewer's own, within the time that the settings give.
    """
    return await actions.edit_message(tx, message_id, data.content, settings)


@routes.delete(
    "/messages/{message_id:uuid}",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, MessageNotFound),
    empty="It is gone; its place stays.",
)
async def delete_message(message_id: PathMessageId, principal: Principal, tx: Write, reason: Why = None) -> None:
    """Delete a message.

    The viewer's own, or one of a channel that they moderate. Others see that something was there.
    """
    await actions.delete_message(tx, principal, message_id, reason)


@routes.get(
    "/messages/{message_id:uuid}/reactions", scope=READ, raises=(Banned, LevelTooLow, ChannelNotFound, MessageNotFound)
)
async def list_reactions(message_id: PathMessageId, tx: Read) -> list[Reaction]:
    """Reactions to a message.

    Count each reaction, the most frequent first; `mine` marks the viewer's own.
    """
    return await actions.reactions_to(tx, message_id)


@routes.put(
    "/messages/{message_id:uuid}/reactions/{reaction:str}",
    scope=WRITE,
    raises=(
        Banned,
        LevelTooLow,
        Muted,
        ReadOnly,
        ChannelNotFound,
        MessageNotFound,
        MessageDeleted,
        TooManyReactions,
        ReactionRefused,
    ),
)
async def add_reaction(
    message_id: PathMessageId, reaction: ReactionText, tx: Write, settings: RealmSettings
) -> list[Reaction]:
    """React to a message.

    All reactions to the message. To give one twice is to give it once.
    """
    return await actions.add_reaction(tx, message_id, reaction, settings)


@routes.delete(
    "/messages/{message_id:uuid}/reactions/{reaction:str}",
    scope=WRITE,
    status=200,
    raises=(Banned, LevelTooLow, ChannelNotFound, MessageNotFound, MessageDeleted, ReactionRefused),
)
async def remove_reaction(message_id: PathMessageId, reaction: ReactionText, tx: Write) -> list[Reaction]:
    """Take a reaction back.

    The reactions that are left.
    """
    return await actions.remove_reaction(tx, message_id, reaction)


@routes.put(
    "/messages/{message_id:uuid}/pin",
    scope=WRITE,
    status=204,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, MessageNotFound, MessageDeleted, TooManyPins),
    empty="It is pinned.",
)
async def pin_message(message_id: PathMessageId, principal: Principal, tx: Write, settings: RealmSettings) -> None:
    """Pin a message.

    For moderators of the channel.
    """
    await actions.pin_message(tx, principal, message_id, settings)


@routes.delete(
    "/messages/{message_id:uuid}/pin",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, MessageNotFound),
    empty="It is not pinned.",
)
async def unpin_message(message_id: PathMessageId, principal: Principal, tx: Write) -> None:
    """Unpin a message.

    For moderators of the channel.
    """
    await actions.unpin_message(tx, principal, message_id)


@routes.put(
    "/channels/{channel_id:uuid}/read", scope=WRITE, raises=(Banned, LevelTooLow, ChannelNotFound, MessageNotFound)
)
async def mark_read(channel_id: PathChannelId, tx: Write, data: ReadRequest | None = None) -> ReadMark:
    """Mark a channel as read.

    Mark a channel as read, up to a message or all of it. A mark never goes back.

    The viewer's other devices are notified.
    """
    return await actions.mark_read(tx, channel_id, data.message_id if data is not None else None)
