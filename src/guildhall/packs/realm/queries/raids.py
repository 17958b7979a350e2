"""Raids and their pulls."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.raids import LastPull, LockedRaid, Raid, RaidPull

_RAID = """
    select r.id, r.name, r.boss_name, r.difficulty, r.server_id, r.leader_id, u.username as leader_name,
           r.description, r.status, r.health_percentage, r.phase, r.start_time, r.end_time, r.duration_seconds,
           r.kill_seconds, r.participant_count, r.victory, r.loot_generated,
           case when r.loot_generated then r.loot_seed end as loot_seed, r.scheduled_at, r.tank_slots,
           r.healer_slots, r.dps_slots, r.signups_open, r.chat_open, r.external_id, c.id as channel_id, r.created_at,
           r.updated_at
    from realm.raids r
    join realm.users u on u.id = r.leader_id
    left join realm.channels c on c.raid_id = r.id
"""

raid_of = Query(Raid, f"{_RAID} where r.id = $1", UUID, hot=True)

raids_of_server = Query(
    Raid,
    f"""
    {_RAID}
    where r.server_id = $1
      and ($2::text is null or r.status = $2)
      and ($3::text is null or r.difficulty = $3)
      and ($4::uuid is null or r.id < $4)
    order by r.id desc
    limit $5
    """,
    UUID,
    str | None,
    str | None,
    UUID | None,
    int,
    hot=True,
)

active_raids = Query(
    Raid,
    f"""
    {_RAID}
    where r.server_id = $1 and r.status in ('preparing', 'in_progress')
      and ($2::text is null or r.status = $2)
      and ($3::text is null or r.difficulty = $3)
      and ($4::uuid is null or r.id < $4)
    order by r.id desc
    limit $5
    """,
    UUID,
    str | None,
    str | None,
    UUID | None,
    int,
    hot=True,
)

raids_of_boss = Query(
    Raid,
    f"""
    {_RAID}
    where r.server_id = $1 and r.boss_key = realm.name_key($6)
      and ($2::text is null or r.status = $2)
      and ($3::text is null or r.difficulty = $3)
      and ($4::uuid is null or r.id < $4)
      and (not $7::boolean or r.status in ('preparing', 'in_progress'))
    order by r.id desc
    limit $5
    """,
    UUID,
    str | None,
    str | None,
    UUID | None,
    int,
    str,
    bool,
    hot=True,
)

pulls_of = Query(
    RaidPull,
    """
    select number, status, started_at, ended_at, duration_seconds, best_health
    from realm.raid_pulls where raid_id = $1 order by number
    """,
    UUID,
    hot=True,
)

lock_raids = Query(
    LockedRaid,
    """
    select id, server_id, leader_id, name, boss_name, difficulty, status, health_percentage, phase, start_time,
           end_time, kill_seconds, loot_generated, loot_seed, tank_slots, healer_slots, dps_slots, signups_open,
           chat_open, tick_at, tick_seq
    from realm.raids where id = any($1) order by id for no key update
    """,
    list[UUID],
    hot=True,
)
"""In the order of ids. What hangs on a raid is read after it is held, so that it is as new."""

last_pulls = Query(
    LastPull,
    """
    select distinct on (raid_id) raid_id, number, status, started_at, ended_at, best_health
    from realm.raid_pulls where raid_id = any($1) order by raid_id, number desc
    """,
    list[UUID],
    hot=True,
)

hold_person = Query(UUID, "select id from realm.users where id = $1 for no key update", UUID)

open_raids_led = Query(
    int,
    "select count(*) from realm.raids where leader_id = $1 and status in ('preparing', 'in_progress')",
    UUID,
    hot=True,
    proven=("count",),
)

add_raids = Query(
    UUID,
    """
    insert into realm.raids (id, name, boss_name, difficulty, server_id, leader_id, description, scheduled_at,
                             tank_slots, healer_slots, dps_slots, external_id, loot_seed, created_at, updated_at,
                             chat_open)
    select n.id, n.name, n.boss, n.difficulty, $2, n.leader, n.description, n.scheduled, n.tanks, n.healers, n.dps,
           n.external, n.seed, $14, $14, n.chat_open
    from unnest($1::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::timestamptz[], $9::int[],
                $10::int[], $11::int[], $12::text[], $13::bigint[], $15::bool[])
        n (id, name, boss, difficulty, leader, description, scheduled, tanks, healers, dps, external, seed, chat_open)
    on conflict (server_id, external_id) where external_id is not null do nothing
    returning id
    """,
    list[UUID],
    UUID,
    list[str],
    list[str],
    list[str],
    list[UUID],
    list[str | None],
    list[datetime | None],
    list[int],
    list[int],
    list[int],
    list[str | None],
    list[int],
    datetime,
    list[bool],
)
"""Those that were new."""

change_raid = Command(
    """
    update realm.raids
    set name = $2, boss_name = $3, difficulty = $4, description = coalesce($5, description),
        scheduled_at = coalesce($6, scheduled_at), tank_slots = $7, healer_slots = $8, dps_slots = $9,
        signups_open = $10, updated_at = $11, chat_open = $12
    where id = $1
    """,
    UUID,
    str,
    str,
    str,
    str | None,
    datetime | None,
    int,
    int,
    int,
    bool,
    datetime,
    bool,
)

raid_heir = Query(
    UUID,
    """
    select u.id from (
        select p.user_id, p.joined_at as at from realm.raid_participants p where p.raid_id = $1
        union all
        select s.user_id, s.signed_at from realm.raid_signups s
        where s.raid_id = $1 and s.state in ('confirmed', 'bench', 'tentative')
    ) x
    join realm.users u on u.id = x.user_id
    where u.id <> (select r.leader_id from realm.raids r where r.id = $1) and realm.may_lead(u.id, $2)
    order by x.at, u.id
    limit 1
    """,
    UUID,
    datetime,
)
"""Who leads a raid next: who came first of those who may come. As realm.pass_on chooses."""

open_raids_of = Query(
    UUID,
    "select id from realm.raids where leader_id = $1 and status in ('preparing', 'in_progress') order by id",
    UUID,
    hot=True,
)

set_raid_leader = Command("update realm.raids set leader_id = $2, updated_at = $3 where id = $1", UUID, UUID, datetime)

remove_raid = Command("delete from realm.raids where id = $1", UUID)

channel_of_raid = Query(UUID, "select id from realm.channels where raid_id = $1", UUID, hot=True)

save_progress = Command(
    """
    update realm.raids r
    set status = n.status, health_percentage = n.health, phase = n.phase, start_time = n.started, end_time = n.ended,
        duration_seconds = n.seconds, kill_seconds = n.kill, victory = n.victory,
        tick_at = n.tick_at, tick_seq = n.tick_seq, updated_at = $12
    from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::int[],
                $8::int[], $9::boolean[], $10::timestamptz[], $11::bigint[])
        n (id, status, health, phase, started, ended, seconds, kill, victory, tick_at, tick_seq)
    where r.id = n.id
    """,
    list[UUID],
    list[str],
    list[int],
    list[str | None],
    list[datetime | None],
    list[datetime | None],
    list[int | None],
    list[int | None],
    list[bool | None],
    list[datetime | None],
    list[int],
    datetime,
)

save_pulls = Command(
    """
    insert into realm.raid_pulls (raid_id, number, status, started_at, ended_at, duration_seconds, best_health)
    select * from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[], $7::int[])
    on conflict (raid_id, number) do update
    set status = excluded.status, ended_at = excluded.ended_at, duration_seconds = excluded.duration_seconds,
        best_health = excluded.best_health
    """,
    list[UUID],
    list[int],
    list[str],
    list[datetime],
    list[datetime | None],
    list[int | None],
    list[int],
)
"""In the order of their numbers: a pull ends before the next one of its raid begins."""
