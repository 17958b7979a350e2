"""Statements by which messages are written and told of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Query
from guildhall.packs.realm.schemas.ingest import AddedMessages

add_messages = Query(
    AddedMessages,
    """
    select previous, tick, refused, earlier, wait, at
    from realm.add_messages(
        $1, $2, $3, $4::text::text[], $5::text::uuid[], $6::text::uuid[], $7::text::uuid[], $8::text::text[],
        $9::text::text[], $10::text::text[], $11::text::uuid[], $12::text::text[], $13::text::int[]
    )
    """,
    int,
    int,
    bool,
    str,
    str,
    str,
    str | None,
    str,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
)
"""The columns are arrays as PostgreSQL writes them (actions/waiting.py:columns_of)."""

still_there = Query(
    bool,
    """
    select exists (select from realm.users where id = $1)
       and ($2::uuid is null or exists (select from realm.channels where id = $2 and closed_at is null)) as there
    """,
    UUID,
    UUID | None,
    proven=("there",),
)
"""Whether the sender and the channel of a message are there."""


class LiveRow(Struct, frozen=True):
    """A message as live readers get it, and whether it is part of its server's live log."""

    id: UUID
    type: str
    user_id: UUID
    username: str | None
    server_id: UUID
    channel_id: UUID | None
    content: str
    metadata: Any
    reply_to: UUID | None
    mentions: list[UUID] | None
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

messages_between = Query(
    LiveRow,
    f"{_LIVE} where m.id >= $1 and m.id < $2 order by m.id limit $3",
    UUID,
    UUID,
    int,
    hot=True,
    proven=("content", "public"),
)

messages_of_channel_after = Query(
    LiveRow,
    f"{_LIVE} where m.channel_id = $1 and m.id > $2 and m.id < $3 order by m.id limit $4",
    UUID,
    UUID,
    UUID,
    int,
    hot=True,
    proven=("content", "public"),
)

public_messages_of_server_after = Query(
    LiveRow,
    f"""
    {_LIVE}
    where m.server_id = $1 and m.id > $2 and m.id < $3
      and (c.id is null or (c.visibility <> 'private' and c.min_level = 1
                            and num_nonnulls(c.guild_id, c.party_id, c.raid_id) = 0))
    order by m.id limit $4
    """,
    UUID,
    UUID,
    UUID,
    int,
    hot=True,
    proven=("content", "public"),
)

people_named = Query(
    UUID,
    """
    select distinct u.id
    from unnest($2::text[]) n (name)
    join realm.users u on u.server_id = $1 and u.username_key = realm.name_key(n.name)
    """,
    UUID,
    list[str],
    proven=("id",),
)
"""The people of a server ($1) by their names ($2), however they are written."""

message_in_channel = Query(
    bool,
    "select exists (select from realm.messages where id = $1 and channel_id = $2 and not is_deleted) as there",
    UUID,
    UUID,
    proven=("there",),
)
