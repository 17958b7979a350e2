"""Guilds: who sees what of them, and what changes of them."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.guilds.schemas import Guild, GuildCard, HeldGuild
from guildhall.packs.realm.ids import GuildId, ServerId

# A war that is due is active, whether or not that was told already.
_STANDING = """
    case when exists (select from realm.guild_wars w
                      where w.status = 'declared' and w.starts_at <= :now and g.id in (w.attacker_id, w.defender_id))
         then 'active_war' else g.war_status end as war_status
"""


@rows(
    Guild,
    f"""
    select g.id, g.name, g.server_id, g.leader_id, u.username as leader_name, g.level, g.experience, g.member_count,
           g.max_members, g.territory, g.conquest_points, {_STANDING}, g.description, g.created_at, g.disbanded_at,
           m.rank as own_rank, case when m.user_id is not null then g.treasury_balance end as treasury_balance,
           case when m.user_id is not null
                then (select c.id from realm.channels c where c.guild_id = g.id) end as channel_id
    from realm.guilds g
    join realm.users u on u.id = g.leader_id
    left join realm.guild_members m on m.guild_id = g.id and m.user_id = :user
    where g.id = :id
    """,
    hot=True,
)
def guild_for(id: GuildId, now: datetime, user: UserId) -> None:
    """A guild at an instant as a user sees it."""


_CARD = f"""
    select g.id, g.name, g.leader_id, u.username as leader_name, g.level, g.member_count, g.max_members, g.territory,
           g.conquest_points, {_STANDING}, g.created_at
    from realm.guilds g
    join realm.users u on u.id = g.leader_id
    where g.server_id = :server and g.disbanded_at is null
"""


@rows(GuildCard, f"{_CARD} and (:after::uuid is null or g.id < :after) order by g.id desc limit :limit", hot=True)
def newest_guilds(server: ServerId, now: datetime, after: GuildId | None, limit: int) -> None:
    """A server's guilds at an instant, the newest first."""


@rows(
    GuildCard,
    f"""
    {_CARD} and (:after_level::int is null or (g.level, g.id) < (:after_level, :after::uuid))
    order by g.level desc, g.id desc limit :limit
    """,
    hot=True,
)
def guilds_by_level(
    server: ServerId, now: datetime, after_level: int | None, after: GuildId | None, limit: int
) -> None:
    """The highest first."""


@rows(
    GuildCard,
    f"""
    {_CARD} and (:after_conquest_points::int is null
                 or (g.conquest_points, g.id) < (:after_conquest_points, :after::uuid))
    order by g.conquest_points desc, g.id desc limit :limit
    """,
    hot=True,
)
def guilds_by_conquest(
    server: ServerId, now: datetime, after_conquest_points: int | None, after: GuildId | None, limit: int
) -> None:
    """Select guilds by conquest points, the highest first."""


_HELD = """
    select g.id, g.server_id, g.leader_id, g.name, g.description, g.level, g.experience, g.treasury_balance,
           g.member_count, g.max_members, g.disbanded_at,
           (select c.id from realm.channels c where c.guild_id = g.id) as channel_id
    from realm.guilds g
"""


@rows(HeldGuild, f"{_HELD} where g.id = :id for no key update of g", hot=True)
def held_guild(id: GuildId) -> None:
    """Locked: every change of a guild, of who is in it and of what it has holds this row."""


@rows(HeldGuild, f"{_HELD} where g.id = any(:ids) order by g.id for no key update of g", hot=True)
def held_guilds(ids: list[GuildId]) -> None:
    """Several, locked in the order of ids."""


@rows(ServerId, "select server_id from realm.guilds where id = :id", hot=True)
def guild_server(id: GuildId) -> None: ...


@rows(GuildId, "select guild_id from realm.guild_members where user_id = :user", hot=True)
def guild_of(user: UserId) -> None:
    """The guild that somebody is in."""


@command(
    """
    insert into realm.guilds (id, name, server_id, leader_id, description, max_members, created_at, updated_at)
    values (:id, :name, :server, :leader, :description, :max_members, :now, :now)
    """,
)
def add_guild(
    id: GuildId, name: str, server: ServerId, leader: UserId, description: str | None, max_members: int, now: datetime
) -> None: ...


@command(
    """
    update realm.guilds
    set name = :name, twin = case when name = :name then twin end,
        description = :description, max_members = :max_members, updated_at = :now
    where id = :id
    """,
)
def change_guild(id: GuildId, name: str, description: str | None, max_members: int, now: datetime) -> None: ...


@command("update realm.guilds set member_count = member_count + :change where id = :id")
def count_guild(id: GuildId, change: int) -> None: ...


@command("update realm.guilds set leader_id = :leader, updated_at = :now where id = :id")
def lead_guild(id: GuildId, leader: UserId, now: datetime) -> None: ...


@command("update realm.guilds set disbanded_at = :now, member_count = 0, updated_at = :now where id = :id")
def end_guild(id: GuildId, now: datetime) -> None: ...


@rows(None, "select realm.settle_guilds(:guilds)")
def settle_guilds(guilds: list[GuildId]) -> None:
    """Make what is said of guilds' wars and territories follow from these. The guilds are locked."""
