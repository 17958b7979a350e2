"""Wars between guilds, and territories."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.wars import HeldTerritory, HeldWar, Territory, War

# A war that is due is active, whether or not that was told already.
_WAR = """
    select w.id, w.server_id, w.attacker_id, a.name as attacker_name, w.defender_id, d.name as defender_name,
           w.territory_id, t.name as territory,
           case when w.status = 'declared' and w.starts_at <= $2 then 'active' else w.status end as status,
           w.attacker_points, w.defender_points, w.winner_id, w.outcome, w.taken, w.peace_offered_by, w.declared_at,
           w.starts_at, w.ends_at, w.ended_at
    from realm.guild_wars w
    join realm.guilds a on a.id = w.attacker_id
    join realm.guilds d on d.id = w.defender_id
    left join realm.territories t on t.id = w.territory_id
"""

war_at = Query(War, f"{_WAR} where w.id = $1", UUID, datetime, hot=True)
"""A war ($1) at an instant ($2)."""

wars_of_server = Query(
    War,
    f"""
    {_WAR}
    where w.server_id = $1 and (not $3 or w.status <> 'ended') and ($4::uuid is null or w.id < $4)
    order by w.id desc limit $5
    """,
    UUID,
    datetime,
    bool,
    UUID | None,
    int,
    hot=True,
)
"""Of a server ($1), those that have not ended alone when $3, behind $4."""

wars_of_guild = Query(
    War,
    f"""
    {_WAR}
    where w.id in (
        (select x.id from realm.guild_wars x where x.attacker_id = $1 and ($3::uuid is null or x.id < $3)
         order by x.id desc limit $4)
        union all
        (select x.id from realm.guild_wars x where x.defender_id = $1 and ($3::uuid is null or x.id < $3)
         order by x.id desc limit $4)
    )
    order by w.id desc limit $4
    """,
    UUID,
    datetime,
    UUID | None,
    int,
    hot=True,
)
"""Of a guild ($1) on either side, behind $3."""

war_sides = Query(
    tuple[UUID, UUID], "select attacker_id, defender_id from realm.guild_wars where id = $1", UUID, hot=True
)

_HELD = """
    select id, server_id, attacker_id, defender_id, territory_id, status, attacker_points, defender_points,
           peace_offered_by, starts_at, ends_at
    from realm.guild_wars
"""

held_war = Query(HeldWar, f"{_HELD} where id = $1 for update", UUID, hot=True)
"""Locked, after both guilds."""

held_running_wars = Query(
    HeldWar,
    f"{_HELD} where status <> 'ended' and (attacker_id = $1 or defender_id = $1) order by id for update",
    UUID,
)
"""Those of a guild that have not ended, locked, after the guilds."""

rivals_of = Query(
    UUID,
    """
    select case when attacker_id = $1 then defender_id else attacker_id end as rival from realm.guild_wars
    where status <> 'ended' and (attacker_id = $1 or defender_id = $1)
    """,
    UUID,
    proven=("rival",),
)

war_between = Query(
    UUID,
    """
    select id from realm.guild_wars
    where least(attacker_id, defender_id) = least($1::uuid, $2::uuid)
      and greatest(attacker_id, defender_id) = greatest($1::uuid, $2::uuid) and status <> 'ended'
    """,
    UUID,
    UUID,
)

add_war = Command(
    """
    insert into realm.guild_wars (id, server_id, attacker_id, defender_id, territory_id, declared_by, declared_at,
                                  starts_at, ends_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    """,
    UUID,
    UUID,
    UUID,
    UUID,
    UUID | None,
    UUID,
    datetime,
    datetime,
    datetime,
)

begin_war = Command("update realm.guild_wars set status = 'active' where id = $1 and status = 'declared'", UUID)

end_war = Command(
    """
    update realm.guild_wars
    set status = 'ended', ended_at = $2, outcome = $3, winner_id = $4, taken = $5,
        territory_id = coalesce($6, territory_id)
    where id = $1
    """,
    UUID,
    datetime,
    str,
    UUID | None,
    bool,
    UUID | None,
)

offer_peace = Command("update realm.guild_wars set peace_offered_by = $2 where id = $1", UUID, UUID | None)

points_of_key = Query(
    tuple[UUID, int],
    "select guild_id, points from realm.guild_war_points where war_id = $1 and client_key = $2",
    UUID,
    str,
    hot=True,
)

add_points = Command(
    """
    insert into realm.guild_war_points (id, war_id, guild_id, user_id, points, client_key, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    """,
    UUID,
    UUID,
    UUID,
    UUID | None,
    int,
    str,
    datetime,
)

count_points = Command(
    """
    update realm.guild_wars
    set attacker_points = attacker_points + case when attacker_id = $2 then $3 else 0 end,
        defender_points = defender_points + case when defender_id = $2 then $3 else 0 end
    where id = $1
    """,
    UUID,
    UUID,
    int,
)

due_wars = Query(
    UUID,
    "select id from realm.guild_wars where status = 'declared' and starts_at <= $1 order by starts_at limit $2",
    datetime,
    int,
)

wars_to_tend = Query(
    bool,
    """
    select exists (select from realm.guild_wars where status = 'declared' and starts_at <= $1)
        or exists (select from realm.guild_wars where status = 'active' and ends_at <= $1) as due
    """,
    datetime,
    proven=("due",),
)

overdue_wars = Query(
    UUID,
    "select id from realm.guild_wars where status = 'active' and ends_at <= $1 order by ends_at limit $2",
    datetime,
    int,
)

territories_of = Query(
    Territory,
    """
    select t.id, t.server_id, t.name, t.points, t.guild_id, g.name as guild_name, t.conquered_at
    from realm.territories t
    left join realm.guilds g on g.id = t.guild_id
    where t.server_id = $1 and ($2::text is null or (t.name, t.id) > ($2, $3::uuid))
    order by t.name, t.id
    limit $4
    """,
    UUID,
    str | None,
    UUID | None,
    int,
    hot=True,
)
"""Of a server, by name, behind $2 and $3."""

territory = Query(
    Territory,
    """
    select t.id, t.server_id, t.name, t.points, t.guild_id, g.name as guild_name, t.conquered_at
    from realm.territories t
    left join realm.guilds g on g.id = t.guild_id
    where t.id = $1
    """,
    UUID,
)

held_territory = Query(
    HeldTerritory,
    "select id, server_id, name, points, guild_id from realm.territories where id = $1 for update",
    UUID,
)
"""Locked, after the guilds."""

territory_named = Query(
    UUID,
    "select id from realm.territories where server_id = $1 and name_key = realm.name_key($2) order by twin nulls first",
    UUID,
    str,
)

add_territory = Command(
    """
    insert into realm.territories (id, server_id, name, points, guild_id, conquered_at) values ($1, $2, $3, $4, $5, $6)
    """,
    UUID,
    UUID,
    str,
    int,
    UUID | None,
    datetime | None,
)

give_territory = Command(
    "update realm.territories set guild_id = $2, conquered_at = $3 where id = $1", UUID, UUID | None, datetime | None
)

free_territories = Command(
    "update realm.territories set guild_id = null, conquered_at = null where guild_id = $1", UUID
)

reward_conquest = Command(
    "update realm.guilds set conquest_points = least(conquest_points::bigint + $2, 2147483647)::int where id = $1",
    UUID,
    int,
)
