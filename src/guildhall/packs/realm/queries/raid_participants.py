"""Who takes part in raids, what they have done there, and what they have won."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.raids import HeldStats, Participant, RaidLoot

participants_of = Query(
    Participant,
    """
    select p.user_id, u.username, p.role, p.class as class_, p.damage_dealt, p.healing, p.damage_taken, p.deaths,
           p.uptime_percentage, p.joined_at
    from realm.raid_participants p join realm.users u on u.id = p.user_id
    where p.raid_id = $1
    order by p.joined_at, p.user_id
    """,
    UUID,
    hot=True,
)

takes_part = Query(
    bool,
    "select exists (select 1 from realm.raid_participants where raid_id = $1 and user_id = $2)",
    UUID,
    UUID,
    hot=True,
    proven=("exists",),
)

people_of = Query(
    tuple[UUID, UUID],
    "select raid_id, user_id from realm.raid_participants where raid_id = any($1) order by raid_id, user_id",
    list[UUID],
    hot=True,
)

admit_confirmed = Command(
    """
    insert into realm.raid_participants (raid_id, user_id, role, class, joined_at)
    select s.raid_id, s.user_id, s.role, s.class, $3
    from realm.raid_signups s
    where s.raid_id = $1 and s.user_id = any($2) and s.state = 'confirmed'
    on conflict (raid_id, user_id) do nothing
    """,
    UUID,
    list[UUID],
    datetime,
)

remove_idle = Command(
    """
    delete from realm.raid_participants
    where raid_id = $1 and user_id = any($2) and stats_at is null
      and damage_dealt = 0 and healing = 0 and damage_taken = 0 and deaths = 0
    """,
    UUID,
    list[UUID],
)
"""Those who have done nothing yet."""

those_who_take_part = Query(
    UUID,
    "select user_id from realm.raid_participants where raid_id = $1 and user_id = any($2) order by user_id",
    UUID,
    list[UUID],
    hot=True,
)

count_participants = Command(
    """
    update realm.raids r
    set participant_count = (select count(*) from realm.raid_participants p where p.raid_id = r.id), updated_at = $2
    where r.id = any($1)
    """,
    list[UUID],
    datetime,
)

add_participants = Query(
    tuple[UUID, UUID],
    """
    insert into realm.raid_participants (raid_id, user_id, role, class, joined_at)
    select n.raid, n.person, n.role, n.class, $5
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) n (raid, person, role, class)
    order by n.raid, n.person
    on conflict (raid_id, user_id) do nothing
    returning raid_id, user_id
    """,
    list[UUID],
    list[UUID],
    list[str],
    list[str],
    datetime,
)

hold_stats = Query(
    HeldStats,
    """
    select p.raid_id, p.user_id, p.class as class_, p.damage_dealt, p.healing, p.damage_taken, p.deaths,
           p.uptime_percentage, p.stats_at
    from realm.raid_participants p
    where (p.raid_id, p.user_id) in (select * from unnest($1::uuid[], $2::uuid[]))
    order by p.raid_id, p.user_id
    for update of p
    """,
    list[UUID],
    list[UUID],
    hot=True,
)
"""Of pairs of raid and person, in their order."""

save_stats = Command(
    """
    update realm.raid_participants p
    set class = n.class, damage_dealt = n.dealt, healing = n.healing, damage_taken = n.taken, deaths = n.deaths,
        uptime_percentage = n.uptime, stats_at = n.at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::int[],
                $9::timestamptz[])
        n (raid, person, class, dealt, healing, taken, deaths, uptime, at)
    where p.raid_id = n.raid and p.user_id = n.person
    """,
    list[UUID],
    list[UUID],
    list[str],
    list[int],
    list[int],
    list[int],
    list[int],
    list[int],
    list[datetime | None],
)

loot_of = Query(
    RaidLoot,
    "select number, item, quality, user_id from realm.raid_loot where raid_id = $1 order by number",
    UUID,
    hot=True,
)

add_loot = Command(
    """
    insert into realm.raid_loot (id, raid_id, number, item, quality, user_id, created_at)
    select n.id, n.raid, n.number, n.item, n.quality, n.winner, $7
    from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[])
        n (id, raid, number, item, quality, winner)
    """,
    list[UUID],
    list[UUID],
    list[int],
    list[str],
    list[str],
    list[UUID | None],
    datetime,
)

note_loot = Command(
    "update realm.raids set loot_generated = true, updated_at = $2 where id = any($1)", list[UUID], datetime
)
