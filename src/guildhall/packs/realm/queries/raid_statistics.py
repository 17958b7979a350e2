"""Statistics of people and bosses."""

from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.realm.schemas.raid_statistics import BossRecord, Kill, Standing

boss_records = Query(
    BossRecord,
    """
    select min(r.boss_name) as boss_name, r.difficulty, count(*) as raids,
           coalesce(sum(p.attempts), 0)::bigint as attempts,
           count(*) filter (where r.status = 'victory') as kills,
           min(r.kill_seconds) as best_seconds, min(p.best_health) as best_health,
           coalesce(avg(x.damage_dealt), 0)::float8 as average_damage,
           coalesce(avg(x.healing), 0)::float8 as average_healing,
           max(x.damage_dealt) as best_damage, max(x.healing) as best_healing,
           coalesce(sum(x.deaths), 0)::bigint as deaths, max(r.created_at) as last_raid_at
    from realm.raid_participants x
    join realm.raids r on r.id = x.raid_id
    left join lateral (
        select count(*) as attempts, min(best_health) as best_health from realm.raid_pulls where raid_id = r.id
    ) p on true
    where x.user_id = $1
      and ($2::text is null or r.boss_key = realm.name_key($2))
      and ($3::text is null or r.difficulty = $3)
    group by r.boss_key, r.difficulty
    order by r.boss_key, r.difficulty
    limit 500
    """,
    UUID,
    str | None,
    str | None,
    hot=True,
    proven=(
        "boss_name", "raids", "attempts", "kills", "average_damage", "average_healing", "best_damage", "best_healing",
        "deaths", "last_raid_at",
    ),
)  # fmt: skip
"""Of a person ($1), by boss ($2) and difficulty ($3)."""

fastest_kills = Query(
    Kill,
    """
    select r.id as raid_id, r.name, r.leader_id, u.username as leader_name, r.kill_seconds,
           (select count(*) from realm.raid_pulls p where p.raid_id = r.id) as attempts, r.participant_count,
           r.end_time as killed_at
    from realm.raids r join realm.users u on u.id = r.leader_id
    where r.server_id = $1 and r.boss_key = realm.name_key($2) and r.difficulty = $3 and r.kill_seconds is not null
      and ($4::int is null or (r.kill_seconds, r.id) > ($4, $5::uuid))
    order by r.kill_seconds, r.id
    limit $6
    """,
    UUID,
    str,
    str,
    int | None,
    UUID | None,
    int,
    hot=True,
    proven=("kill_seconds", "attempts", "killed_at"),
)
"""On a server ($1) of a boss ($2) at a difficulty ($3), behind a place ($4, $5)."""

best_of_boss = Query(
    Standing,
    """
    select t.user_id, u.username, t.raids, t.kills, t.best_damage, t.best_healing, t.total_damage, t.total_healing
    from (
        select x.user_id, count(*) as raids, count(*) filter (where r.status = 'victory') as kills,
               max(x.damage_dealt) as best_damage, max(x.healing) as best_healing,
               sum(x.damage_dealt)::bigint as total_damage, sum(x.healing)::bigint as total_healing
        from realm.raids r
        join realm.raid_participants x on x.raid_id = r.id
        where r.server_id = $1 and r.boss_key = realm.name_key($2) and r.difficulty = $3 and r.id >= $4
        group by x.user_id
    ) t
    join realm.users u on u.id = t.user_id
    order by case $5 when 'damage' then t.best_damage when 'healing' then t.best_healing else t.kills end desc,
             t.user_id
    limit $6
    """,
    UUID,
    str,
    str,
    UUID,
    str,
    int,
    hot=True,
    proven=("raids", "kills", "best_damage", "best_healing", "total_damage", "total_healing"),
)
"""On a server ($1) of a boss ($2) at a difficulty ($3) in raids from an id on ($4), by 'damage', 'healing', 'kills'."""
