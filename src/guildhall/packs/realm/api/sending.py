"""Sending a message to a channel over HTTP; live connections have `realm.send`."""

from typing import Annotated
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from guildhall.core.identity.principal import requires
from guildhall.db.policies import Viewer
from guildhall.packs.realm.actions.sending import Sender, Words
from guildhall.packs.realm.api.parameters import WRITE, ChannelId
from guildhall.packs.realm.schemas.ingest import Sent
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import documented
from guildhall.web.routes import below


class NewMessage(Struct, frozen=True):
    """A message to be sent. With a `key`, a retry is not sent twice (within a day)."""

    content: Annotated[str, Meta(max_length=16_000)]
    key: Annotated[str, Meta(min_length=1, max_length=64, pattern=WITHOUT_NUL, examples=["message-1"])] | None = None
    reply_to: UUID | None = None


@post(
    "/{channel_id:uuid}/messages",
    summary="Send a message to a channel",
    guards=[requires(WRITE)],
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def create_message(
    channel_id: ChannelId, viewer: NamedDependency[Viewer], sender: NamedDependency[Sender], data: JSONBody[NewMessage]
) -> Sent:
    """The message's id and time, once it is durable. `again` says that a message of the same key was there already."""
    return await sender.say(viewer, Words(channel_id, data.content, data.key, data.reply_to))


routes = below("/api/v1/realm/channels", [create_message])
