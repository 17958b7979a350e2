"""What an import adds beside messages. Rows come as arrays, a column each."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Query

ADD: dict[str, Query[UUID]] = {
    "servers": Query(
        UUID,
        """
        insert into realm.servers (id, name, region, capacity, status, language, pvp_enabled, level_range_min,
                                   level_range_max, created_at, updated_at)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::boolean[],
                             $8::int[], $9::int[], $10::timestamptz[], $11::timestamptz[])
        on conflict (id) do nothing
        returning id
        """,
        list[UUID], list[str], list[str], list[int], list[str], list[str], list[bool], list[int], list[int],
        list[datetime], list[datetime],
    ),
    "users": Query(
        UUID,
        """
        with given as (
            select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                                 $8::bigint[], $9::uuid[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
                                 $13::boolean[])
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
        list[UUID], list[str], list[str], list[str], list[str], list[str], list[int], list[int], list[UUID],
        list[datetime], list[datetime], list[datetime], list[bool],
    ),
    "channels": Query(
        UUID,
        """
        insert into realm.channels (id, name, server_id, description, visibility, category, min_level, created_at,
                                    updated_at)
        select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[],
                             $8::timestamptz[], $9::timestamptz[])
        on conflict (id) do nothing
        returning id
        """,
        list[UUID], list[str], list[UUID], list[str], list[str], list[str], list[int], list[datetime], list[datetime],
    ),
    "guilds": Query(
        UUID,
        """
        with given as (
            select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::int[], $6::bigint[], $7::int[],
                                 $8::text[], $9::int[], $10::text[], $11::timestamptz[], $12::timestamptz[],
                                 $13::bigint[], $14::uuid[])
                g (id, name, server_id, leader_id, level, treasury, max_members, territory, conquest_points, war_status,
                   created_at, joined_at, contribution, entry_id)
        ), added as (
            insert into realm.guilds (id, name, server_id, leader_id, level, treasury_balance, member_count,
                                      max_members, territory, conquest_points, war_status, created_at)
            select g.id, g.name, g.server_id, g.leader_id, g.level, g.treasury, 1, g.max_members, g.territory,
                   g.conquest_points, g.war_status, g.created_at
            from given g
            on conflict (id) do nothing
            returning id
        ), leaders as (
            insert into realm.guild_members (guild_id, user_id, rank, joined_at, contribution)
            select g.id, g.leader_id, 'leader', g.joined_at, g.contribution from given g join added a on a.id = g.id
        ), treasuries as (
            insert into realm.guild_ledger (id, guild_id, kind, amount, balance_after, created_at)
            select g.entry_id, g.id, 'import', g.treasury, g.treasury, $15
            from given g join added a on a.id = g.id
            where g.treasury > 0
        )
        select id from added
        """,
        list[UUID], list[str], list[UUID], list[UUID], list[int], list[int], list[int], list[str], list[int], list[str],
        list[datetime], list[datetime], list[int], list[UUID], datetime,
    ),
    "guild_members": Query(
        UUID,
        """
        insert into realm.guild_members (guild_id, user_id, rank, joined_at, contribution)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::bigint[])
        on conflict (guild_id, user_id) do nothing
        returning guild_id
        """,
        list[UUID], list[UUID], list[str], list[datetime], list[int],
    ),
    "parties": Query(
        UUID,
        """
        with given as (
            select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::int[], $6::text[],
                                 $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])
                g (id, name, leader_id, server_id, max_members, status, created_at, disbanded_at, joined_at)
        ), added as (
            insert into realm.parties (id, name, leader_id, server_id, member_count, max_members, status, created_at,
                                       disbanded_at)
            select g.id, g.name, g.leader_id, g.server_id, 1, g.max_members, g.status, g.created_at, g.disbanded_at
            from given g
            on conflict (id) do nothing
            returning id
        ), leaders as (
            insert into realm.party_members (party_id, user_id, role, joined_at)
            select g.id, g.leader_id, 'leader', g.joined_at from given g join added a on a.id = g.id
        )
        select id from added
        """,
        list[UUID], list[str], list[UUID], list[UUID], list[int], list[str], list[datetime], list[datetime],
        list[datetime],
    ),
    "party_members": Query(
        UUID,
        """
        insert into realm.party_members (party_id, user_id, role, joined_at)
        select p.id, m.user_id, 'member', m.joined_at
        from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) m (party_id, user_id, joined_at)
        join realm.parties p on p.id = m.party_id
        on conflict (party_id, user_id) do nothing
        returning party_id
        """,
        list[UUID], list[UUID], list[datetime],
    ),
    "raids": Query(
        UUID,
        """
        with given as (
            select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],
                                 $8::int[], $9::timestamptz[], $10::timestamptz[], $11::int[], $12::boolean[],
                                 $13::boolean[], $14::timestamptz[])
                g (id, name, boss_name, difficulty, server_id, leader_id, status, health, start_time, end_time,
                   duration, victory, loot_generated, created_at)
        ), added as (
            insert into realm.raids (id, name, boss_name, difficulty, server_id, leader_id, status, health_percentage,
                                     start_time, end_time, duration_seconds, victory, loot_generated, created_at,
                                     updated_at)
            select g.*, g.created_at from given g
            on conflict (id) do nothing
            returning id
        ), pulls as (
            insert into realm.raid_pulls (raid_id, number, status, started_at, ended_at, duration_seconds, best_health)
            select g.id, 1, g.status, g.start_time, g.end_time, g.duration, g.health
            from given g join added a on a.id = g.id
            where g.start_time is not null and g.status <> 'preparing'
        )
        select id from added
        """,
        list[UUID], list[str], list[str], list[str], list[UUID], list[UUID], list[str], list[int], list[datetime],
        list[datetime], list[int], list[bool], list[bool], list[datetime],
    ),
    "raid_participants": Query(
        UUID,
        """
        insert into realm.raid_participants (raid_id, user_id, role, class, damage_dealt, healing, damage_taken, deaths,
                                             uptime_percentage, joined_at)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                             $8::int[], $9::int[], $10::timestamptz[])
        on conflict (raid_id, user_id) do nothing
        returning raid_id
        """,
        list[UUID], list[UUID], list[str], list[str], list[int], list[int], list[int], list[int], list[int],
        list[datetime],
    ),
    "direct_messages": Query(
        UUID,
        """
        with added as (
            insert into realm.direct_messages (id, from_user_id, to_user_id, content, is_read, read_at, created_at)
            select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::timestamptz[],
                                 $7::timestamptz[])
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
        list[UUID], list[UUID], list[UUID], list[str], list[bool], list[datetime], list[datetime],
    ),
    "sessions": Query(
        UUID,
        """
        insert into realm.sessions (id, user_id, server_id, ip_hash, user_agent, login_at, logout_at, last_activity)
        select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::timestamptz[],
                             $7::timestamptz[], $8::timestamptz[])
        on conflict (id) do nothing
        returning id
        """,
        list[UUID], list[UUID], list[UUID], list[bytes], list[str], list[datetime], list[datetime], list[datetime],
    ),
}  # fmt: skip
"""Adds rows of a table that are not there by their id; one id for each that was added."""
