"""Statements of the seed and the demo."""

from datetime import datetime

from msgspec import Struct

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId


class Seeded(Struct, frozen=True):
    """The numbers of rows on the seeded server."""

    people: int
    channels: int
    messages: int
    guilds: int
    raids: int


@rows(
    ServerId,
    """
    select s.id from realm.servers s
    where s.name = :name or s.id = (select u.server_id from realm.users u where u.id = :id)
    order by s.name = :name desc
    limit 1
    """,
)
def seeded_server(name: str, id: UserId) -> None:
    """Select the seeded server by its name, or if it was renamed, by the person who lives there."""


@rows(str, "select name from realm.servers where id = :id")
def server_name(id: ServerId) -> None: ...


@rows(UserId, "select id from core.users where id = any(:ids)")
def accounts_there(ids: list[UserId]) -> None: ...


@rows(
    bool,
    """
    select not exists (select from realm.users
                       where server_id = :server and username_key = realm.name_key(:username)) as free
    """,
    proven=("free",),
)
def free_name(server: ServerId, username: str) -> None: ...


@rows(UserId, "select id from realm.users where id = any(:ids)")
def characters_there(ids: list[UserId]) -> None: ...


@rows(
    Seeded,
    """
    select (select count(*) from realm.users where server_id = :server) as people,
           (select count(*) from realm.channels where server_id = :server) as channels,
           (select count(*) from realm.messages where server_id = :server) as messages,
           (select count(*) from realm.guilds where server_id = :server) as guilds,
           (select count(*) from realm.raids where server_id = :server) as raids
    """,
    proven=("people", "channels", "messages", "guilds", "raids"),
)
def counts(server: ServerId) -> None: ...


@command(
    "insert into core.users (id, email, email_verified_at, name, created_at) values (:id, :email, :now, :name, :now)"
    " on conflict do nothing"
)
def add_user(id: UserId, email: str, name: str, now: datetime) -> None: ...


@command(
    """
    insert into realm.messages
        (id, type, user_id, server_id, channel_id, content, created_at, updated_at)
    select m.id, 'user', m.user_id, :server, m.channel_id, m.content, m.at, m.at
    from unnest(:ids::uuid[], :users::uuid[], :channels::uuid[], :content::text[], :at::timestamptz[])
        m (id, user_id, channel_id, content, at)
    """,
)
def add_past_messages(
    server: ServerId,
    ids: list[MessageId],
    users: list[UserId],
    channels: list[ChannelId],
    content: list[str],
    at: list[datetime],
) -> None: ...


@rows(ChannelId, "select id from realm.channels where server_id = :server and name = :name and closed_at is null")
def channel_named(server: ServerId, name: str) -> None: ...
