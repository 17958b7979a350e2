"""Raids and their pulls."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, RaidId, ServerId
from guildhall.packs.realm.raids.schemas.raids import LastPull, LockedRaid, Raid, RaidPull

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


@rows(Raid, f"{_RAID} where r.id = :id", hot=True)
def raid_of(id: RaidId) -> None: ...


@rows(
    Raid,
    f"""
    {_RAID}
    where r.server_id = :server
      and (:status::text is null or r.status = :status)
      and (:difficulty::text is null or r.difficulty = :difficulty)
      and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def raids_of_server(
    server: ServerId, status: str | None, difficulty: str | None, after: RaidId | None, limit: int
) -> None: ...


@rows(
    Raid,
    f"""
    {_RAID}
    where r.server_id = :server and r.status in ('preparing', 'in_progress')
      and (:status::text is null or r.status = :status)
      and (:difficulty::text is null or r.difficulty = :difficulty)
      and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def active_raids(
    server: ServerId, status: str | None, difficulty: str | None, after: RaidId | None, limit: int
) -> None: ...


@rows(
    Raid,
    f"""
    {_RAID}
    where r.server_id = :server and r.boss_key = realm.name_key(:boss_key)
      and (:status::text is null or r.status = :status)
      and (:difficulty::text is null or r.difficulty = :difficulty)
      and (:after::uuid is null or r.id < :after)
      and (not :active::boolean or r.status in ('preparing', 'in_progress'))
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def raids_of_boss(
    server: ServerId,
    status: str | None,
    difficulty: str | None,
    after: RaidId | None,
    limit: int,
    boss_key: str,
    active: bool,
) -> None: ...


@rows(
    RaidPull,
    """
    select number, status, started_at, ended_at, duration_seconds, best_health
    from realm.raid_pulls where raid_id = :raid order by number
    """,
    hot=True,
)
def pulls_of(raid: RaidId) -> None: ...


@rows(
    LockedRaid,
    """
    select id, server_id, leader_id, name, boss_name, difficulty, status, health_percentage, phase, start_time,
           end_time, kill_seconds, loot_generated, loot_seed, tank_slots, healer_slots, dps_slots, signups_open,
           chat_open, tick_at, tick_seq
    from realm.raids where id = any(:ids) order by id for no key update
    """,
    hot=True,
)
def lock_raids(ids: list[RaidId]) -> None:
    """Lock raids in the order of ids. Rows that belong to a raid are read after its lock, so that they are as new."""


@rows(
    LastPull,
    """
    select distinct on (raid_id) raid_id, number, status, started_at, ended_at, best_health
    from realm.raid_pulls where raid_id = any(:raids) order by raid_id, number desc
    """,
    hot=True,
)
def last_pulls(raids: list[RaidId]) -> None: ...


@rows(UserId, "select id from realm.users where id = :id for no key update")
def lock_person(id: UserId) -> None: ...


@rows(
    int,
    "select count(*) from realm.raids where leader_id = :leader and status in ('preparing', 'in_progress')",
    hot=True,
    proven=("count",),
)
def open_raids_led(leader: UserId) -> None: ...


@rows(
    RaidId,
    """
    insert into realm.raids (id, name, boss_name, difficulty, server_id, leader_id, description, scheduled_at,
                             tank_slots, healer_slots, dps_slots, external_id, loot_seed, created_at, updated_at,
                             chat_open)
    select n.id, n.name, n.boss, n.difficulty, :server, n.leader, n.description, n.scheduled, n.tanks, n.healers, n.dps,
           n.external, n.seed, :now, :now, n.chat_open
    from unnest(:ids::uuid[], :names::text[], :bosses::text[], :difficulties::text[], :leaders::uuid[],
                :descriptions::text[], :scheduled::timestamptz[], :tanks::int[],
                :healers::int[], :dps::int[], :externals::text[], :seeds::bigint[], :chat_open::bool[])
        n (id, name, boss, difficulty, leader, description, scheduled, tanks, healers, dps, external, seed, chat_open)
    on conflict (server_id, external_id) where external_id is not null do nothing
    returning id
    """,
)
def add_raids(
    ids: list[RaidId],
    server: ServerId,
    names: list[str],
    bosses: list[str],
    difficulties: list[str],
    leaders: list[UserId],
    descriptions: list[str | None],
    scheduled: list[datetime | None],
    tanks: list[int],
    healers: list[int],
    dps: list[int],
    externals: list[str | None],
    seeds: list[int],
    now: datetime,
    chat_open: list[bool],
) -> None:
    """Insert raids; return the ids of the new ones."""


@command(
    """
    update realm.raids
    set name = :name, boss_name = :boss_name, difficulty = :difficulty,
        description = coalesce(:description, description),
        scheduled_at = coalesce(:scheduled_at, scheduled_at), tank_slots = :tank_slots, healer_slots = :healer_slots,
        dps_slots = :dps_slots,
        signups_open = :signups_open, updated_at = :now, chat_open = :chat_open
    where id = :id
    """,
)
def change_raid(
    id: RaidId,
    name: str,
    boss_name: str,
    difficulty: str,
    description: str | None,
    scheduled_at: datetime | None,
    tank_slots: int,
    healer_slots: int,
    dps_slots: int,
    signups_open: bool,
    now: datetime,
    chat_open: bool,
) -> None: ...


@rows(
    UserId,
    """
    select u.id from (
        select p.user_id, p.joined_at as at from realm.raid_participants p where p.raid_id = :raid
        union all
        select s.user_id, s.signed_at from realm.raid_signups s
        where s.raid_id = :raid and s.state in ('confirmed', 'bench', 'tentative')
    ) x
    join realm.users u on u.id = x.user_id
    where u.id <> (select r.leader_id from realm.raids r where r.id = :raid) and realm.may_lead(u.id, :now)
    order by x.at, u.id
    limit 1
    """,
)
def raid_heir(raid: RaidId, now: datetime) -> None:
    """Select the next leader of a raid: the first to come of those who may. The order is that of realm.pass_on."""


@rows(
    RaidId,
    "select id from realm.raids where leader_id = :leader and status in ('preparing', 'in_progress') order by id",
    hot=True,
)
def open_raids_of(leader: UserId) -> None: ...


@command("update realm.raids set leader_id = :leader, updated_at = :now where id = :id")
def set_raid_leader(id: RaidId, leader: UserId, now: datetime) -> None: ...


@command("delete from realm.raids where id = :id")
def remove_raid(id: RaidId) -> None: ...


@rows(ChannelId, "select id from realm.channels where raid_id = :raid", hot=True)
def channel_of_raid(raid: RaidId) -> None: ...


@command(
    """
    update realm.raids r
    set status = n.status, health_percentage = n.health, phase = n.phase, start_time = n.started, end_time = n.ended,
        duration_seconds = n.seconds, kill_seconds = n.kill, victory = n.victory,
        tick_at = n.tick_at, tick_seq = n.tick_seq, updated_at = :now
    from unnest(:ids::uuid[], :statuses::text[], :healths::int[], :phases::text[], :started::timestamptz[],
                :ended::timestamptz[], :seconds::int[],
                :kills::int[], :victories::boolean[], :tick_at::timestamptz[], :tick_seqs::bigint[])
        n (id, status, health, phase, started, ended, seconds, kill, victory, tick_at, tick_seq)
    where r.id = n.id
    """,
)
def save_progress(
    ids: list[RaidId],
    statuses: list[str],
    healths: list[int],
    phases: list[str | None],
    started: list[datetime | None],
    ended: list[datetime | None],
    seconds: list[int | None],
    kills: list[int | None],
    victories: list[bool | None],
    tick_at: list[datetime | None],
    tick_seqs: list[int],
    now: datetime,
) -> None: ...


@command(
    """
    insert into realm.raid_pulls (raid_id, number, status, started_at, ended_at, duration_seconds, best_health)
    select * from unnest(:raids::uuid[], :numbers::int[], :statuses::text[], :started_at::timestamptz[],
                         :ended_at::timestamptz[], :duration_seconds::int[], :best_healths::int[])
    on conflict (raid_id, number) do update
    set status = excluded.status, ended_at = excluded.ended_at, duration_seconds = excluded.duration_seconds,
        best_health = excluded.best_health
    """,
)
def save_pulls(
    raids: list[RaidId],
    numbers: list[int],
    statuses: list[str],
    started_at: list[datetime],
    ended_at: list[datetime | None],
    duration_seconds: list[int | None],
    best_healths: list[int],
) -> None:
    """Save pulls in the order of their numbers: a pull ends before the next one of its raid begins."""


@rows(ServerId, "select server_id from realm.raids where id = :id")
def raid_server(id: RaidId) -> None: ...
