"""Inserts of an import, beside messages. Rows come as arrays, a column each."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import Query, rows
from guildhall.ids import UserId
from guildhall.packs.realm.exchange.queries.import_groups import (
    add_guild_members,
    add_guilds,
    add_parties,
    add_party_members,
    add_raid_participants,
    add_raids,
)
from guildhall.packs.realm.ids import ChannelId, DirectMessageId, GameSessionId, ServerId


@rows(
    ServerId,
    """
    insert into realm.servers (id, name, region, capacity, status, language, pvp_enabled, level_range_min,
                               level_range_max, created_at, updated_at)
    select * from unnest(:ids::uuid[], :names::text[], :regions::text[], :capacity::int[], :statuses::text[],
                         :languages::text[], :pvp_enabled::boolean[],
                         :level_range_mins::int[], :level_range_maxes::int[], :created_at::timestamptz[],
                         :updated_at::timestamptz[])
    on conflict (id) do nothing
    returning id
    """,
)
def add_servers(
    ids: list[ServerId],
    names: list[str],
    regions: list[str],
    capacity: list[int],
    statuses: list[str],
    languages: list[str],
    pvp_enabled: list[bool],
    level_range_mins: list[int],
    level_range_maxes: list[int],
    created_at: list[datetime],
    updated_at: list[datetime],
) -> None: ...


@rows(
    UserId,
    """
    with given as (
        select * from unnest(:ids::uuid[], :usernames::text[], :emails::text[], :password_hashes::text[],
                             :avatar_urls::text[], :badges::text[], :levels::int[],
                             :experience::bigint[], :servers::uuid[], :created_at::timestamptz[],
                             :updated_at::timestamptz[], :last_logins::timestamptz[],
                             :is_active::boolean[])
            g (id, username, email, password_hash, avatar_url, badge, level, experience, server_id, created_at,
               updated_at, last_login, is_active)
    ), accounts as (
        insert into core.users (id, name, email, password_hash, created_at, updated_at)
        select g.id, g.username, g.email, g.password_hash, g.created_at, g.updated_at from given g
        on conflict (id) do nothing
    )
    insert into realm.users (id, username, avatar_url, badge, level, experience, server_id, created_at, updated_at,
                             last_login, is_active)
    select g.id, g.username, g.avatar_url, g.badge, g.level, g.experience, g.server_id, g.created_at, g.updated_at,
           g.last_login, g.is_active
    from given g
    on conflict (id) do nothing
    returning id
    """,
)
def add_users(
    ids: list[UserId],
    usernames: list[str],
    emails: list[str],
    password_hashes: list[str],
    avatar_urls: list[str],
    badges: list[str],
    levels: list[int],
    experience: list[int],
    servers: list[ServerId],
    created_at: list[datetime],
    updated_at: list[datetime],
    last_logins: list[datetime],
    is_active: list[bool],
) -> None: ...


@rows(
    ChannelId,
    """
    insert into realm.channels (id, name, server_id, description, visibility, category, min_level, created_at,
                                updated_at)
    select * from unnest(:ids::uuid[], :names::text[], :servers::uuid[], :descriptions::text[], :visibilities::text[],
                         :categories::text[], :min_levels::int[],
                         :created_at::timestamptz[], :updated_at::timestamptz[])
    on conflict (id) do nothing
    returning id
    """,
)
def add_channels(
    ids: list[ChannelId],
    names: list[str],
    servers: list[ServerId],
    descriptions: list[str],
    visibilities: list[str],
    categories: list[str],
    min_levels: list[int],
    created_at: list[datetime],
    updated_at: list[datetime],
) -> None: ...


@rows(
    DirectMessageId,
    """
    with added as (
        insert into realm.direct_messages (id, from_user_id, to_user_id, content, is_read, read_at, created_at)
        select * from unnest(:ids::uuid[], :from_users::uuid[], :to_users::uuid[], :content::text[],
                             :is_read::boolean[], :read_at::timestamptz[],
                             :created_at::timestamptz[])
        on conflict (id) do nothing
        returning id, from_user_id, to_user_id
    ), latest as (
        insert into realm.conversations (user_id, other_id, last_id)
        select distinct on (p.one, p.other) p.one, p.other, p.id
        from (
            select from_user_id, to_user_id, id from added
            union all select to_user_id, from_user_id, id from added
        ) p (one, other, id)
        order by p.one, p.other, p.id desc
        on conflict (user_id, other_id) do update
        set last_id = greatest(conversations.last_id, excluded.last_id)
    )
    select id from added
    """,
)
def add_direct_messages(
    ids: list[DirectMessageId],
    from_users: list[UserId],
    to_users: list[UserId],
    content: list[str],
    is_read: list[bool],
    read_at: list[datetime],
    created_at: list[datetime],
) -> None: ...


@rows(
    GameSessionId,
    """
    insert into realm.sessions (id, user_id, server_id, ip_hash, user_agent, login_at, logout_at, last_activity)
    select * from unnest(:ids::uuid[], :users::uuid[], :servers::uuid[], :ip_hashes::bytea[], :user_agents::text[],
                         :login_at::timestamptz[],
                         :logout_at::timestamptz[], :last_activities::timestamptz[])
    on conflict (id) do nothing
    returning id
    """,
)
def add_sessions(
    ids: list[GameSessionId],
    users: list[UserId],
    servers: list[ServerId],
    ip_hashes: list[bytes],
    user_agents: list[str],
    login_at: list[datetime],
    logout_at: list[datetime],
    last_activities: list[datetime],
) -> None: ...


ADD: dict[str, Query[..., Any]] = {
    "servers": add_servers,
    "users": add_users,
    "channels": add_channels,
    "guilds": add_guilds,
    "guild_members": add_guild_members,
    "parties": add_parties,
    "party_members": add_party_members,
    "raids": add_raids,
    "raid_participants": add_raid_participants,
    "direct_messages": add_direct_messages,
    "sessions": add_sessions,
}
"""Adds rows of a table that are not there by their id; one id for each that was added."""
