"""Statistics of people and bosses."""

from uuid import UUID

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import RaidId, ServerId
from guildhall.packs.realm.raids.schemas.statistics import BossRecord, Kill, Standing


@rows(
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
    where x.user_id = :user
      and (:boss_key::text is null or r.boss_key = realm.name_key(:boss_key))
      and (:difficulty::text is null or r.difficulty = :difficulty)
    group by r.boss_key, r.difficulty
    order by r.boss_key, r.difficulty
    limit 500
    """,
    hot=True,
    proven=(
        "boss_name",
        "raids",
        "attempts",
        "kills",
        "average_damage",
        "average_healing",
        "best_damage",
        "best_healing",
        "deaths",
        "last_raid_at",
    ),
)
def boss_records(user: UserId, boss_key: str | None, difficulty: str | None) -> None:
    """A user's records by boss and difficulty."""


@rows(
    Kill,
    """
    select r.id as raid_id, r.name, r.leader_id, u.username as leader_name, r.kill_seconds,
           (select count(*) from realm.raid_pulls p where p.raid_id = r.id) as attempts, r.participant_count,
           r.end_time as killed_at
    from realm.raids r join realm.users u on u.id = r.leader_id
    where r.server_id = :server and r.boss_key = realm.name_key(:boss_key) and r.difficulty = :difficulty
      and r.kill_seconds is not null
      and (:after_kill_seconds::int is null or (r.kill_seconds, r.id) > (:after_kill_seconds, :after::uuid))
    order by r.kill_seconds, r.id
    limit :limit
    """,
    hot=True,
    proven=("kill_seconds", "attempts", "killed_at"),
)
def fastest_kills(
    server: ServerId, boss_key: str, difficulty: str, after_kill_seconds: int | None, after: RaidId | None, limit: int
) -> None:
    """A server's fastest kills of a boss at a difficulty, behind a place."""


@rows(
    Standing,
    """
    select t.user_id, u.username, t.raids, t.kills, t.best_damage, t.best_healing, t.total_damage, t.total_healing
    from (
        select x.user_id, count(*) as raids, count(*) filter (where r.status = 'victory') as kills,
               max(x.damage_dealt) as best_damage, max(x.healing) as best_healing,
               sum(x.damage_dealt)::bigint as total_damage, sum(x.healing)::bigint as total_healing
        from realm.raids r
        join realm.raid_participants x on x.raid_id = r.id
        where r.server_id = :server and r.boss_key = realm.name_key(:boss_key) and r.difficulty = :difficulty
          and r.id >= :since
        group by x.user_id
    ) t
    join realm.users u on u.id = t.user_id
    order by case :by when 'damage' then t.best_damage when 'healing' then t.best_healing else t.kills end desc,
             t.user_id
    limit :limit
    """,
    hot=True,
    proven=("raids", "kills", "best_damage", "best_healing", "total_damage", "total_healing"),
)
def best_of_boss(server: ServerId, boss_key: str, difficulty: str, since: UUID, by: str, limit: int) -> None:
    """A server's best at a boss and a difficulty in raids from an id on, by 'damage', 'healing' or 'kills'."""
