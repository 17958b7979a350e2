"""Live topics of the realm, and its messages as live events."""

from uuid import UUID

import msgspec

from guildhall.core.identity.principals.permissions import require_scope
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.schemas import Happening, Sent, TopicKind
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.permissions import profile_on, reading
from guildhall.packs.realm.access.api.parameters import READ
from guildhall.packs.realm.chat.actions.reading import floor_of
from guildhall.packs.realm.chat.rules.topics import CHANNEL, SERVER, topics_of
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.writer.queries import (
    LiveRow,
    messages_between,
    messages_of_channel_after,
    public_messages_of_server_after,
)
from guildhall.packs.realm.writer.schemas import Draft, LiveMessage

_encode = msgspec.json.Encoder().encode


class LiveMessages:
    """realm.messages as a source of what happens live."""

    async def between(self, tx: Transaction, low: UUID, high: UUID, limit: int) -> list[Happening]:
        """See LiveSource."""
        return [_of_row(row) for row in await messages_between.many(tx, low, high, limit)]

    async def of_topic(self, tx: Transaction, topic: str, after: UUID, below: UUID, limit: int) -> list[Happening]:
        """See LiveSource."""
        kind, _, key = topic.partition(":")
        if kind == CHANNEL:
            rows = await messages_of_channel_after.many(tx, ChannelId(UUID(key)), after, below, limit)
        else:
            rows = await public_messages_of_server_after.many(tx, ServerId(UUID(key)), after, below, limit)
        return [_of_row(row) for row in rows]


def happening_of(draft: Draft, sent: Sent, at: bytes) -> Happening:
    """Return the live event of a message that was just written: the same as is read from the table later.

    `at` is the time of its commit as JSON.
    """
    if draft.event is not None:
        return Happening(sent.id, draft.topics, "message", draft.event.data(sent.id, draft.content, at))
    message = LiveMessage(
        MessageId(sent.id),
        draft.type,
        draft.user_id,
        draft.username or None,
        draft.server_id,
        draft.channel_id,
        draft.content,
        msgspec.Raw(draft.metadata) if draft.metadata is not None else None,
        draft.reply_to,
        list(draft.mentions) or None,
        sent.created_at,
    )
    return Happening(
        sent.id, draft.topics or topics_of(draft.server_id, draft.channel_id, draft.public), "message", _encode(message)
    )


def _of_row(row: LiveRow) -> Happening:
    message = LiveMessage(
        row.id, row.type, row.user_id, row.username, row.server_id, row.channel_id, row.content, row.metadata,
        row.reply_to, row.mentions or None, row.created_at,
    )  # fmt: skip
    return Happening(row.id, topics_of(row.server_id, row.channel_id, row.public), "message", _encode(message))


async def _may_follow_server(tx: Transaction, principal: Principal, key: UUID) -> None:
    require_scope(principal, READ)
    await profile_on(tx, ServerId(key))


async def _may_follow_channel(tx: Transaction, principal: Principal, key: UUID) -> UUID:
    require_scope(principal, READ)
    return floor_of(await reading(tx, ChannelId(key)))


TOPICS = (
    TopicKind(SERVER, _may_follow_server, sources=(LiveMessages,)),
    TopicKind(CHANNEL, _may_follow_channel, presence=True, sources=(LiveMessages,)),
)
