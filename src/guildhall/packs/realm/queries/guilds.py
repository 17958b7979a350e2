"""Guilds: who sees what of them, and what changes of them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.guilds import Guild, GuildCard, HeldGuild

# A war that is due is active, whether or not that was told already.
_STANDING = """
    case when exists (select from realm.guild_wars w
                      where w.status = 'declared' and w.starts_at <= $2 and g.id in (w.attacker_id, w.defender_id))
         then 'active_war' else g.war_status end as war_status
"""

guild_for = Query(
    Guild,
    f"""
    select g.id, g.name, g.server_id, g.leader_id, u.username as leader_name, g.level, g.experience, g.member_count,
           g.max_members, g.territory, g.conquest_points, {_STANDING}, g.description, g.created_at, g.disbanded_at,
           m.rank as own_rank, case when m.user_id is not null then g.treasury_balance end as treasury_balance,
           case when m.user_id is not null
                then (select c.id from realm.channels c where c.guild_id = g.id) end as channel_id
    from realm.guilds g
    join realm.users u on u.id = g.leader_id
    left join realm.guild_members m on m.guild_id = g.id and m.user_id = $3
    where g.id = $1
    """,
    UUID,
    datetime,
    UUID,
    hot=True,
)
"""A guild ($1) at an instant ($2) as a user ($3) sees it."""

_CARD = f"""
    select g.id, g.name, g.leader_id, u.username as leader_name, g.level, g.member_count, g.max_members, g.territory,
           g.conquest_points, {_STANDING}, g.created_at
    from realm.guilds g
    join realm.users u on u.id = g.leader_id
    where g.server_id = $1 and g.disbanded_at is null
"""

newest_guilds = Query(
    GuildCard,
    f"{_CARD} and ($3::uuid is null or g.id < $3) order by g.id desc limit $4",
    UUID,
    datetime,
    UUID | None,
    int,
    hot=True,
)
"""Of a server ($1) at an instant ($2), behind $3."""

guilds_by_level = Query(
    GuildCard,
    f"""
    {_CARD} and ($3::int is null or (g.level, g.id) < ($3, $4::uuid)) order by g.level desc, g.id desc limit $5
    """,
    UUID,
    datetime,
    int | None,
    UUID | None,
    int,
    hot=True,
)
"""The highest first."""

guilds_by_conquest = Query(
    GuildCard,
    f"""
    {_CARD} and ($3::int is null or (g.conquest_points, g.id) < ($3, $4::uuid))
    order by g.conquest_points desc, g.id desc limit $5
    """,
    UUID,
    datetime,
    int | None,
    UUID | None,
    int,
    hot=True,
)
"""Who has conquered most first."""

_HELD = """
    select g.id, g.server_id, g.leader_id, g.name, g.description, g.level, g.experience, g.treasury_balance,
           g.member_count, g.max_members, g.disbanded_at,
           (select c.id from realm.channels c where c.guild_id = g.id) as channel_id
    from realm.guilds g
"""

held_guild = Query(HeldGuild, f"{_HELD} where g.id = $1 for no key update of g", UUID, hot=True)
"""Locked: every change of a guild, of who is in it and of what it has holds this row."""

held_guilds = Query(
    HeldGuild, f"{_HELD} where g.id = any($1) order by g.id for no key update of g", list[UUID], hot=True
)
"""Several, locked in the order of ids."""

guild_server = Query(UUID, "select server_id from realm.guilds where id = $1", UUID, hot=True)

guild_of = Query(UUID, "select guild_id from realm.guild_members where user_id = $1", UUID, hot=True)
"""The guild that somebody is in."""

add_guild = Command(
    """
    insert into realm.guilds (id, name, server_id, leader_id, description, max_members, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $7)
    """,
    UUID,
    str,
    UUID,
    UUID,
    str | None,
    int,
    datetime,
)

change_guild = Command(
    """
    update realm.guilds
    set name = $2, twin = case when name = $2 then twin end, description = $3, max_members = $4, updated_at = $5
    where id = $1
    """,
    UUID,
    str,
    str | None,
    int,
    datetime,
)

count_guild = Command("update realm.guilds set member_count = member_count + $2 where id = $1", UUID, int)

lead_guild = Command("update realm.guilds set leader_id = $2, updated_at = $3 where id = $1", UUID, UUID, datetime)

end_guild = Command(
    "update realm.guilds set disbanded_at = $2, member_count = 0, updated_at = $2 where id = $1", UUID, datetime
)

settle_guilds: Query[None] = Query(None, "select realm.settle_guilds($1)", list[UUID])
"""Make what is said of guilds' wars and territories follow from these. The guilds are locked."""
