"""Statements by which messages are written and told of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.writer.schemas import AddedMessages


@rows(
    AddedMessages,
    """
    select previous, tick, refused, earlier, wait, at
    from realm.add_messages(
        :known, :noise, :tell, :types::text::text[], :users::text::uuid[], :servers::text::uuid[],
        :channels::text::uuid[], :contents::text::text[],
        :metadata::text::text[], :keys::text::text[], :replies::text::uuid[], :mentions::text::text[],
        :gaps::text::int[]
    )
    """,
)
def add_messages(
    known: int,
    noise: int,
    tell: bool,
    types: str,
    users: str,
    servers: str,
    channels: str | None,
    contents: str | None,
    metadata: str | None,
    keys: str | None,
    replies: str | None,
    mentions: str | None,
    gaps: str | None,
) -> None:
    """Write a batch of messages; the columns are arrays as PostgreSQL writes them (actions/columns.py:columns_of)."""


@rows(
    bool,
    """
    select exists (select from realm.users where id = :user)
       and (:channel::uuid is null
            or exists (select from realm.channels where id = :channel and closed_at is null)) as there
    """,
    proven=("there",),
)
def still_there(user: UserId, channel: ChannelId | None) -> None:
    """Return whether the sender and the channel of a message still exist."""


class LiveRow(Struct, frozen=True):
    """A message as live readers get it, and whether it is part of its server's live log."""

    id: MessageId
    type: str
    user_id: UserId
    username: str | None
    server_id: ServerId
    channel_id: ChannelId | None
    content: str
    metadata: Any
    reply_to: MessageId | None
    mentions: list[UserId] | None
    created_at: datetime
    public: bool


_LIVE = """
    select m.id, m.type, m.user_id, u.username, m.server_id, m.channel_id,
           case when m.is_deleted then '' else m.content end as content, m.metadata, m.reply_to, m.mentions,
           m.created_at,
           (c.id is null or (c.visibility <> 'private' and c.min_level = 1
                             and num_nonnulls(c.guild_id, c.party_id, c.raid_id) = 0)) as public
    from realm.messages m
    left join realm.users u on u.id = m.user_id
    left join realm.channels c on c.id = m.channel_id
"""


@rows(
    LiveRow,
    f"{_LIVE} where m.id >= :low and m.id < :high order by m.id limit :limit",
    hot=True,
    proven=("content", "public"),
)
def messages_between(low: UUID, high: UUID, limit: int) -> None: ...


@rows(
    LiveRow,
    f"{_LIVE} where m.channel_id = :channel and m.id > :after and m.id < :before order by m.id limit :limit",
    hot=True,
    proven=("content", "public"),
)
def messages_of_channel_after(channel: ChannelId, after: UUID, before: UUID, limit: int) -> None: ...


@rows(
    LiveRow,
    f"""
    {_LIVE}
    where m.server_id = :server and m.id > :after and m.id < :before
      and (c.id is null or (c.visibility <> 'private' and c.min_level = 1
                            and num_nonnulls(c.guild_id, c.party_id, c.raid_id) = 0))
    order by m.id limit :limit
    """,
    hot=True,
    proven=("content", "public"),
)
def public_messages_of_server_after(server: ServerId, after: UUID, before: UUID, limit: int) -> None: ...


@rows(
    UserId,
    """
    select distinct u.id
    from unnest(:names::text[]) n (name)
    join realm.users u on u.server_id = :server and u.username_key = realm.name_key(n.name)
    """,
    proven=("id",),
)
def people_named(server: ServerId, names: list[str]) -> None:
    """The people of a server by their names, however they are written."""


@rows(
    bool,
    """
    select exists (select from realm.messages
    where id = :id and channel_id = :channel and not is_deleted) as there
    """,
    proven=("there",),
)
def message_in_channel(id: MessageId, channel: ChannelId) -> None: ...


@command(
    """
    delete from realm.message_keys
    where ctid = any(array(select ctid from realm.message_keys where message_id < :oldest limit :limit))
    """,
)
def forget_message_keys(oldest: UUID, limit: int) -> None:
    """Delete keys of messages before an id, up to a limit; found by the BRIN index."""
