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


# By its name, or where it was given another one, by who lives there.
seeded_server = Query(
    UUID,
    """
    select s.id from realm.servers s
    where s.name = $1 or s.id = (select u.server_id from realm.users u where u.id = $2)
    order by s.name = $1 desc
    limit 1
    """,
    str,
    UUID,
)

server_name = Query(str, "select name from realm.servers where id = $1", UUID)

accounts_there = Query(UUID, "select id from core.users where id = any($1)", list[UUID])

free_name = Query(
    bool,
    """
    select not exists (select from realm.users where server_id = $1 and username_key = realm.name_key($2)) as free
    """,
    UUID,
    str,
    proven=("free",),
)

characters_there = Query(UUID, "select id from realm.users where id = any($1)", list[UUID])

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
    "insert into core.users (id, email, email_verified_at, name, created_at) values ($1, $2, $4, $3, $4)"
    " on conflict do nothing",
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
