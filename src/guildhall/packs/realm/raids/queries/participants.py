"""Participants of raids, their figures and their loot."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import LootId, RaidId
from guildhall.packs.realm.raids.schemas.raids import HeldStats, Participant, RaidLoot


@rows(
    Participant,
    """
    select p.user_id, u.username, p.role, p.class as class_, p.damage_dealt, p.healing, p.damage_taken, p.deaths,
           p.uptime_percentage, p.joined_at
    from realm.raid_participants p join realm.users u on u.id = p.user_id
    where p.raid_id = :raid
    order by p.joined_at, p.user_id
    """,
    hot=True,
)
def participants_of(raid: RaidId) -> None: ...


@rows(
    bool,
    "select exists (select 1 from realm.raid_participants where raid_id = :raid and user_id = :user)",
    hot=True,
    proven=("exists",),
)
def takes_part(raid: RaidId, user: UserId) -> None: ...


@rows(
    tuple[RaidId, UserId],
    "select raid_id, user_id from realm.raid_participants where raid_id = any(:raids) order by raid_id, user_id",
    hot=True,
)
def people_of(raids: list[RaidId]) -> None: ...


@command(
    """
    insert into realm.raid_participants (raid_id, user_id, role, class, joined_at)
    select s.raid_id, s.user_id, s.role, s.class, :now
    from realm.raid_signups s
    where s.raid_id = :raid and s.user_id = any(:users) and s.state = 'confirmed'
    on conflict (raid_id, user_id) do nothing
    """,
)
def admit_confirmed(raid: RaidId, users: list[UserId], now: datetime) -> None: ...


@command(
    """
    delete from realm.raid_participants
    where raid_id = :raid and user_id = any(:users) and stats_at is null
      and damage_dealt = 0 and healing = 0 and damage_taken = 0 and deaths = 0
    """,
)
def remove_idle(raid: RaidId, users: list[UserId]) -> None:
    """Delete those of the participants who have done nothing yet."""


@rows(
    UserId,
    "select user_id from realm.raid_participants where raid_id = :raid and user_id = any(:users) order by user_id",
    hot=True,
)
def those_who_take_part(raid: RaidId, users: list[UserId]) -> None: ...


@command(
    """
    update realm.raids r
    set participant_count = (select count(*) from realm.raid_participants p where p.raid_id = r.id), updated_at = :now
    where r.id = any(:ids)
    """,
)
def count_participants(ids: list[RaidId], now: datetime) -> None: ...


@rows(
    tuple[RaidId, UserId],
    """
    insert into realm.raid_participants (raid_id, user_id, role, class, joined_at)
    select n.raid, n.person, n.role, n.class, :now
    from unnest(:raids::uuid[], :persons::uuid[], :roles::text[], :classes::text[]) n (raid, person, role, class)
    order by n.raid, n.person
    on conflict (raid_id, user_id) do nothing
    returning raid_id, user_id
    """,
)
def add_participants(
    raids: list[RaidId], persons: list[UserId], roles: list[str], classes: list[str], now: datetime
) -> None: ...


@rows(
    HeldStats,
    """
    select p.raid_id, p.user_id, p.class as class_, p.damage_dealt, p.healing, p.damage_taken, p.deaths,
           p.uptime_percentage, p.stats_at
    from realm.raid_participants p
    where (p.raid_id, p.user_id) in (select * from unnest(:raids::uuid[], :persons::uuid[]))
    order by p.raid_id, p.user_id
    for update of p
    """,
    hot=True,
)
def hold_stats(raids: list[RaidId], persons: list[UserId]) -> None:
    """Lock the figures of pairs of raid and person, in their order."""


@command(
    """
    update realm.raid_participants p
    set class = n.class, damage_dealt = n.dealt, healing = n.healing, damage_taken = n.taken, deaths = n.deaths,
        uptime_percentage = n.uptime, stats_at = n.at
    from unnest(:raids::uuid[], :persons::uuid[], :classes::text[], :dealt::bigint[], :healing::bigint[],
                :taken::bigint[], :deaths::int[], :uptime::int[],
                :at::timestamptz[])
        n (raid, person, class, dealt, healing, taken, deaths, uptime, at)
    where p.raid_id = n.raid and p.user_id = n.person
    """,
)
def save_stats(
    raids: list[RaidId],
    persons: list[UserId],
    classes: list[str],
    dealt: list[int],
    healing: list[int],
    taken: list[int],
    deaths: list[int],
    uptime: list[int],
    at: list[datetime | None],
) -> None: ...


@rows(
    RaidLoot,
    "select number, item, quality, user_id from realm.raid_loot where raid_id = :raid order by number",
    hot=True,
)
def loot_of(raid: RaidId) -> None: ...


@command(
    """
    insert into realm.raid_loot (id, raid_id, number, item, quality, user_id, created_at)
    select n.id, n.raid, n.number, n.item, n.quality, n.winner, :now
    from unnest(:ids::uuid[], :raids::uuid[], :numbers::int[], :items::text[], :qualities::text[], :winners::uuid[])
        n (id, raid, number, item, quality, winner)
    """,
)
def add_loot(
    ids: list[LootId],
    raids: list[RaidId],
    numbers: list[int],
    items: list[str],
    qualities: list[str],
    winners: list[UserId | None],
    now: datetime,
) -> None: ...


@command("update realm.raids set loot_generated = true, updated_at = :now where id = any(:ids)")
def note_loot(ids: list[RaidId], now: datetime) -> None: ...
