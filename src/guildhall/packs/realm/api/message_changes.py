"""Changing messages, reacting to them, pinning them, marking them as read."""

from typing import Annotated

from litestar import delete, get, patch, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter, QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import messages as actions
from guildhall.packs.realm.api.parameters import READ, WRITE, ChannelId, MessageId
from guildhall.packs.realm.schemas.messages import Message, MessageChange, Reaction, ReadMark, ReadRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import bodiless, documented
from guildhall.web.routes import below

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


@patch("/messages/{message_id:uuid}", summary="Edit a message", responses=documented(400, 401, 403, 404, 409, 413, 422))
async def edit_message(
    message_id: MessageId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    data: JSONBody[MessageChange],
) -> Message:
    """The viewer's own, within the time that the settings give."""
    async with db.write(viewer) as tx:
        return await actions.edit_message(tx, viewer, message_id, data.content, settings)


@delete(
    "/messages/{message_id:uuid}",
    summary="Delete a message",
    responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "It is gone; its place stays.")},
)
async def delete_message(
    message_id: MessageId, principal: NamedDependency[Principal], db: NamedDependency[Database], reason: Why = None
) -> None:
    """The viewer's own, or one of a channel that they moderate. Others see that something was there."""
    async with db.write(principal.viewer) as tx:
        await actions.delete_message(tx, principal, message_id, reason)


@get(
    "/messages/{message_id:uuid}/reactions",
    summary="Reactions to a message",
    responses=documented(400, 401, 403, 404),
    guards=[requires(READ)],
)
async def list_reactions(
    message_id: MessageId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> list[Reaction]:
    """Count each reaction, the most frequent first; `mine` marks the viewer's own."""
    async with db.read(viewer) as tx:
        return await actions.reactions_to(tx, viewer, message_id)


@put(
    "/messages/{message_id:uuid}/reactions/{reaction:str}",
    summary="React to a message",
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def add_reaction(
    message_id: MessageId,
    reaction: ReactionText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> list[Reaction]:
    """All reactions to the message. To give one twice is to give it once."""
    async with db.write(viewer) as tx:
        return await actions.add_reaction(tx, viewer, message_id, reaction, settings)


@delete(
    "/messages/{message_id:uuid}/reactions/{reaction:str}",
    status_code=200,
    summary="Take a reaction back",
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def remove_reaction(
    message_id: MessageId, reaction: ReactionText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> list[Reaction]:
    """The reactions that are left."""
    async with db.write(viewer) as tx:
        return await actions.remove_reaction(tx, viewer, message_id, reaction)


@put(
    "/messages/{message_id:uuid}/pin",
    status_code=204,
    summary="Pin a message",
    responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "It is pinned.")},
)
async def pin_message(
    message_id: MessageId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> None:
    """Pin a message. For moderators of the channel."""
    async with db.write(principal.viewer) as tx:
        await actions.pin_message(tx, principal, message_id, settings)


@delete(
    "/messages/{message_id:uuid}/pin",
    summary="Unpin a message",
    responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "It is not pinned.")},
)
async def unpin_message(
    message_id: MessageId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Unpin a message. For moderators of the channel."""
    async with db.write(principal.viewer) as tx:
        await actions.unpin_message(tx, principal, message_id)


@put(
    "/channels/{channel_id:uuid}/read", summary="Mark a channel as read", responses=documented(400, 401, 403, 404, 413)
)
async def mark_read(
    channel_id: ChannelId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    data: JSONBody[ReadRequest | None] = None,
) -> ReadMark:
    """Mark a channel as read, up to a message or all of it. A mark never goes back.

    The viewer's other devices are notified.
    """
    async with db.write(viewer) as tx:
        return await actions.mark_read(tx, viewer, channel_id, data.message_id if data is not None else None)


routes = below(
    "/api/v1/realm",
    [
        edit_message, delete_message, list_reactions, add_reaction, remove_reaction, pin_message, unpin_message,
        mark_read,
    ],
    guards=[requires(WRITE)],
)  # fmt: skip
