"""The rows of an export, in the columns and the order of schemas.sqlite.COLUMNS; of one server or of all."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import rows
from guildhall.packs.realm.ids import ServerId

_Time = datetime

BATCH = 5000
"""Rows that are read in one round trip."""
_PEOPLE = """
    select m.user_id from realm.messages m where m.server_id = :server
    union select r.user_id from realm.message_reactions r join realm.messages m on m.id = r.message_id
          where m.server_id = :server
    union select leader_id from realm.raids where server_id = :server
    union select p.user_id from realm.raid_participants p join realm.raids r on r.id = p.raid_id
          where r.server_id = :server
    union select leader_id from realm.parties where server_id = :server
    union select m.user_id from realm.party_members m join realm.parties p on p.id = m.party_id
          where p.server_id = :server
    union select leader_id from realm.guilds where server_id = :server
    union select m.user_id from realm.guild_members m join realm.guilds g on g.id = m.guild_id
          where g.server_id = :server
    union select user_id from realm.sessions where server_id = :server
    union select id from realm.users where server_id = :server
"""
"""People with a tie to the server; some have moved on to another one since."""


@rows(
    ServerId,
    """
    select id from realm.servers where name_key = realm.name_key(:name) or id::text = lower(:name)
    order by name = :name desc, twin nulls first
    """,
)
def server_id_named(name: str) -> None:
    """Select a server by its name however it is written, the exact one first, or by its id."""


@rows(ServerId, "select id from realm.servers where id between :lowest and :highest order by id limit 3")
def servers_between(lowest: UUID, highest: UUID) -> None: ...


@rows(
    tuple[str, str, str, int, int, str, str, bool, int, int, _Time, _Time],
    f"""
    select s.id::text, s.name, s.region, s.capacity, s.current_population, s.status, s.language, s.pvp_enabled,
           s.level_range_min, s.level_range_max, s.created_at, s.updated_at
    from realm.servers s
    where :server::uuid is null or s.id = :server
       or s.id in (select u.server_id from realm.users u where u.id in ({_PEOPLE}))
    order by s.id
    """,
    prefetch=BATCH,
)
def servers(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str | None, str | None, str | None, str, int, int, str, _Time, _Time, _Time | None, bool, bool],
    f"""
    select u.id::text,
           -- the file wants names that are nobody else's on any server
           case when row_number() over (partition by u.username order by u.created_at, u.id) = 1 then u.username
                else left(u.username, 23) || '-' || right(u.id::text, 8) end as username,
           case when :with_accounts then c.email end as email,
           case when :with_accounts then c.password_hash end as password_hash,
           u.avatar_url, u.badge, u.level, u.experience, u.server_id::text, u.created_at, u.updated_at, u.last_login,
           u.is_active, u.two_factor_enabled
    from realm.users u
    join core.users c on c.id = u.id
    where :server::uuid is null or u.id in ({_PEOPLE})
    order by u.id
    """,
    prefetch=BATCH,
)
def users(server: ServerId | None, with_accounts: bool) -> None:
    """The users of a server or of all, with addresses and hashes of passwords or without."""


@rows(
    tuple[str, str, str, str | None, str, str | None, int, int, _Time, _Time],
    """
    select id::text, name, server_id::text, description, visibility, category, min_level, message_count, created_at,
           updated_at
    from realm.channels
    where :server::uuid is null or server_id = :server
    order by id
    """,
    prefetch=BATCH,
)
def channels(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str, str, int, int, int, int, str | None, int, str, _Time],
    """
    select id::text, name, server_id::text, leader_id::text, level, treasury_balance, member_count, max_members,
           territory, conquest_points, war_status, created_at
    from realm.guilds
    where :server::uuid is null or server_id = :server
    order by id
    """,
    prefetch=BATCH,
)
def guilds(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str, _Time, int],
    """
    select m.guild_id::text, m.user_id::text, m.rank, m.joined_at, m.contribution
    from realm.guild_members m join realm.guilds g on g.id = m.guild_id
    where :server::uuid is null or g.server_id = :server
    order by m.guild_id, m.user_id
    """,
    prefetch=BATCH,
)
def guild_members(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str | None, str, str, int, int, str, _Time, _Time | None],
    """
    select id::text, name, leader_id::text, server_id::text, member_count, max_members, status, created_at, disbanded_at
    from realm.parties
    where :server::uuid is null or server_id = :server
    order by id
    """,
    prefetch=BATCH,
)
def parties(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str, _Time],
    """
    select m.party_id::text, m.user_id::text, m.role, m.joined_at
    from realm.party_members m join realm.parties p on p.id = m.party_id
    where :server::uuid is null or p.server_id = :server
    order by m.party_id, m.user_id
    """,
    prefetch=BATCH,
)
def party_members(server: ServerId | None) -> None: ...


@rows(
    tuple[
        str, str, str, str, str, str, str, int, _Time | None, _Time | None, int | None, int, bool | None, bool, _Time
    ],
    """
    select id::text, name, boss_name, difficulty, server_id::text, leader_id::text, status, health_percentage,
           start_time, end_time, duration_seconds, participant_count, victory, loot_generated, created_at
    from realm.raids
    where :server::uuid is null or server_id = :server
    order by id
    """,
    prefetch=BATCH,
)
def raids(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str, str, int, int, int, int, int],
    """
    select p.raid_id::text, p.user_id::text, p.role, p.class, p.damage_dealt, p.healing, p.damage_taken, p.deaths,
           p.uptime_percentage
    from realm.raid_participants p join realm.raids r on r.id = p.raid_id
    where :server::uuid is null or r.server_id = :server
    order by p.raid_id, p.user_id
    """,
    prefetch=BATCH,
)
def raid_participants(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str, str, bool, _Time | None, _Time],
    """
    select d.id::text, d.from_user_id::text, d.to_user_id::text, d.content, d.is_read, d.read_at, d.created_at
    from realm.direct_messages d
    where not d.is_deleted
      and (:server::uuid is null or (
          exists (select from realm.users u where u.id = d.from_user_id and u.server_id = :server)
          and exists (select from realm.users u where u.id = d.to_user_id and u.server_id = :server)))
    order by d.id
    """,
    prefetch=BATCH,
)
def direct_messages(server: ServerId | None) -> None:
    """Select the direct messages of all people, or those between people of one server.

    The file has no mark for deleted ones.
    """


@rows(
    tuple[str, str, str, str | None, str | None, _Time, _Time | None, _Time],
    """
    select id::text, user_id::text, server_id::text, null::text as ip_address, user_agent, login_at, logout_at,
           last_activity
    from realm.sessions
    where :server::uuid is null or server_id = :server
    order by id
    """,
    prefetch=BATCH,
)
def sessions(server: ServerId | None) -> None:
    """An address is kept as a hash here, which is none."""


@rows(
    tuple[str, str, str, str, str | None, str, str | None, _Time, _Time, bool, str | None, _Time | None],
    """
    select id::text, type, user_id::text, server_id::text, channel_id::text, content, metadata::text, created_at,
           updated_at, is_deleted, deletion_reason, edited_at
    from realm.messages
    where :server::uuid is null or server_id = :server
    order by id
    """,
    prefetch=BATCH,
)
def messages(server: ServerId | None) -> None: ...


@rows(
    tuple[str, str, str],
    """
    select r.message_id::text, r.user_id::text, r.reaction
    from realm.message_reactions r
    where :server::uuid is null
      or exists (select from realm.messages m where m.id = r.message_id and m.server_id = :server)
    order by r.message_id, r.user_id, r.reaction
    """,
    prefetch=BATCH,
)
def message_reactions(server: ServerId | None) -> None: ...


@rows(
    tuple[str, int],
    """
    select 'users', count(*) from realm.users union all
    select 'channels', count(*) from realm.channels where :server::uuid is null or server_id = :server union all
    select 'direct_messages', count(*) from realm.direct_messages where not is_deleted union all
    select 'sessions', count(*) from realm.sessions where :server::uuid is null or server_id = :server union all
    select 'messages', count(*) from realm.messages where :server::uuid is null or server_id = :server union all
    select 'message_reactions', count(*) from realm.message_reactions
    """,
)
def row_counts(server: ServerId | None) -> None:
    """Count the rows of tables that may be long; an upper bound for one server."""
