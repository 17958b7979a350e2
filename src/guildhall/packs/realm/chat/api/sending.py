"""Sending a message to a channel over HTTP; live connections have `realm.send`."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.realtime.schemas import Sent
from guildhall.db.policies import Viewer
from guildhall.packs.realm.access.api.parameters import WRITE, PathChannelId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import Banned, ChannelNotFound, LevelTooLow, Muted, ReadOnly
from guildhall.packs.realm.chat.actions.sending import Sender, Words
from guildhall.packs.realm.ids import MessageId
from guildhall.packs.realm.writer.errors import MessageRefused, ReplyNotFound
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Routes

routes = Routes("/api/v1/realm/channels")


class NewMessage(Struct, frozen=True):
    """A message to be sent. With a `key`, a retry is not sent twice (within a day)."""

    content: Annotated[str, Meta(max_length=16_000)]
    key: Annotated[str, Meta(min_length=1, max_length=64, pattern=WITHOUT_NUL, examples=["message-1"])] | None = None
    reply_to: MessageId | None = None


@routes.post(
    "/{channel_id:uuid}/messages",
    scope=WRITE,
    raises=(Banned, LevelTooLow, Muted, ReadOnly, ChannelNotFound, ReplyNotFound, ContentRefused, MessageRefused),
)
async def create_message(channel_id: PathChannelId, viewer: Viewer, sender: Sender, data: NewMessage) -> Sent:
    """Send a message to a channel.

    The message's id and time, once it is durable. `again` says that a message of the same key was there already.
    """
    return await sender.say(viewer, Words(channel_id, data.content, data.key, data.reply_to))
