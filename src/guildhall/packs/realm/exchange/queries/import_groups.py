"""The rows of an import: guilds, parties and raids, with who is in them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import GuildId, LedgerEntryId, PartyId, RaidId, ServerId


@rows(
    GuildId,
    """
    with given as (
        select * from unnest(:ids::uuid[], :names::text[], :servers::uuid[], :leaders::uuid[], :levels::int[],
                             :treasuries::bigint[], :max_members::int[],
                             :territories::text[], :conquest_points::int[], :war_statuses::text[],
                             :created_at::timestamptz[], :joined_at::timestamptz[],
                             :contributions::bigint[], :entries::uuid[])
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
    ), outside as (
        select core.ledger_open(gen_random_uuid(), 'realm.outside', 'realm.copper', 'house', null, null, null, null,
                                :now) as account
    ), treasuries as (
        select g.id, p.outcome
        from given g join added a on a.id = g.id cross join outside o
        cross join lateral core.ledger_post(
            g.entry_id, 'realm.treasury:' || g.id || ':import:' || g.entry_id, 'realm.import', null, null,
            array[core.ledger_open(gen_random_uuid(), 'realm.treasury', 'realm.copper', 'thing', null, g.id, 0,
                                   1000000000000000000, :now), o.account],
            array[g.treasury, -g.treasury], :now
        ) p
        where g.treasury > 0
    )
    select a.id from added a left join treasuries t on t.id = a.id where coalesce(t.outcome, 'posted') = 'posted'
    """,
)
def add_guilds(
    ids: list[GuildId],
    names: list[str],
    servers: list[ServerId],
    leaders: list[UserId],
    levels: list[int],
    treasuries: list[int],
    max_members: list[int],
    territories: list[str],
    conquest_points: list[int],
    war_statuses: list[str],
    created_at: list[datetime],
    joined_at: list[datetime],
    contributions: list[int],
    entries: list[LedgerEntryId],
    now: datetime,
) -> None: ...


@rows(
    UUID,
    """
    insert into realm.guild_members (guild_id, user_id, rank, joined_at, contribution)
    select * from unnest(:guilds::uuid[], :users::uuid[], :ranks::text[], :joined_at::timestamptz[],
                         :contributions::bigint[])
    on conflict (guild_id, user_id) do nothing
    returning guild_id
    """,
)
def add_guild_members(
    guilds: list[GuildId], users: list[UserId], ranks: list[str], joined_at: list[datetime], contributions: list[int]
) -> None: ...


@rows(
    PartyId,
    """
    with given as (
        select * from unnest(:ids::uuid[], :names::text[], :leaders::uuid[], :servers::uuid[], :max_members::int[],
                             :statuses::text[],
                             :created_at::timestamptz[], :disbanded_at::timestamptz[], :joined_at::timestamptz[])
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
)
def add_parties(
    ids: list[PartyId],
    names: list[str],
    leaders: list[UserId],
    servers: list[ServerId],
    max_members: list[int],
    statuses: list[str],
    created_at: list[datetime],
    disbanded_at: list[datetime],
    joined_at: list[datetime],
) -> None: ...


@rows(
    UUID,
    """
    insert into realm.party_members (party_id, user_id, role, joined_at)
    select p.id, m.user_id, 'member', m.joined_at
    from unnest(:parties::uuid[], :users::uuid[], :joined_at::timestamptz[]) m (party_id, user_id, joined_at)
    join realm.parties p on p.id = m.party_id
    on conflict (party_id, user_id) do nothing
    returning party_id
    """,
)
def add_party_members(parties: list[PartyId], users: list[UserId], joined_at: list[datetime]) -> None: ...


@rows(
    RaidId,
    """
    with given as (
        select * from unnest(:ids::uuid[], :names::text[], :boss_names::text[], :difficulties::text[],
                             :servers::uuid[], :leaders::uuid[], :statuses::text[],
                             :healths::int[], :start_times::timestamptz[], :end_times::timestamptz[],
                             :durations::int[], :victories::boolean[],
                             :loot_generateds::boolean[], :created_at::timestamptz[])
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
)
def add_raids(
    ids: list[RaidId],
    names: list[str],
    boss_names: list[str],
    difficulties: list[str],
    servers: list[ServerId],
    leaders: list[UserId],
    statuses: list[str],
    healths: list[int],
    start_times: list[datetime],
    end_times: list[datetime],
    durations: list[int],
    victories: list[bool],
    loot_generateds: list[bool],
    created_at: list[datetime],
) -> None: ...


@rows(
    UserId,
    """
    insert into realm.raid_participants (raid_id, user_id, role, class, damage_dealt, healing, damage_taken, deaths,
                                         uptime_percentage, joined_at)
    select * from unnest(:raids::uuid[], :users::uuid[], :roles::text[], :classes::text[], :damage_dealt::bigint[],
                         :healing::bigint[], :damage_taken::bigint[],
                         :deaths::int[], :uptime_percentages::int[], :joined_at::timestamptz[])
    on conflict (raid_id, user_id) do nothing
    returning raid_id
    """,
)
def add_raid_participants(
    raids: list[RaidId],
    users: list[UserId],
    roles: list[str],
    classes: list[str],
    damage_dealt: list[int],
    healing: list[int],
    damage_taken: list[int],
    deaths: list[int],
    uptime_percentages: list[int],
    joined_at: list[datetime],
) -> None: ...
