"""What the seed and the demo write and look up."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query


class Seeded(Struct, frozen=True):
    """How much there is on the seeded server."""

    people: int
    channels: int
    messages: int
    guilds: int
    raids: int


seeded_server = Query(UUID, "select id from realm.servers where name = $1", str)

counts = Query(
    Seeded,
    """
    select (select count(*) from realm.users where server_id = $1) as people,
           (select count(*) from realm.channels where server_id = $1) as channels,
           (select count(*) from realm.messages where server_id = $1) as messages,
           (select count(*) from realm.guilds where server_id = $1) as guilds,
           (select count(*) from realm.raids where server_id = $1) as raids
    """,
    UUID,
    proven=("people", "channels", "messages", "guilds", "raids"),
)

add_user = Command(
    "insert into core.users (id, email, email_verified_at, name, created_at) values ($1, $2, $4, $3, $4)",
    UUID,
    str,
    str,
    datetime,
)

add_past_messages = Command(
    """
    insert into realm.messages
        (id, type, user_id, server_id, channel_id, content, created_at, updated_at)
    select m.id, 'user', m.user_id, $1, m.channel_id, m.content, m.at, m.at
    from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[])
        m (id, user_id, channel_id, content, at)
    """,
    UUID,
    list[UUID],
    list[UUID],
    list[UUID],
    list[str],
    list[datetime],
)

channel_named = Query(
    UUID, "select id from realm.channels where server_id = $1 and name = $2 and closed_at is null", UUID, str
)

end_demo_tokens = Command(
    "update core.api_tokens set revoked_at = $2 where user_id = any($1) and name = 'demo' and revoked_at is null",
    list[UUID],
    datetime,
)
