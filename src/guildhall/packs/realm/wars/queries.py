"""Wars between guilds, and territories."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import GuildId, ServerId, TerritoryId, WarId
from guildhall.packs.realm.wars.schemas import HeldTerritory, HeldWar, Territory, War

# A war that is due is active, whether or not that was told already.
_WAR = """
    select w.id, w.server_id, w.attacker_id, a.name as attacker_name, w.defender_id, d.name as defender_name,
           w.territory_id, t.name as territory,
           case when w.status = 'declared' and w.starts_at <= :now then 'active' else w.status end as status,
           w.attacker_points, w.defender_points, w.winner_id, w.outcome, w.taken, w.peace_offered_by, w.declared_at,
           w.starts_at, w.ends_at, w.ended_at
    from realm.guild_wars w
    join realm.guilds a on a.id = w.attacker_id
    join realm.guilds d on d.id = w.defender_id
    left join realm.territories t on t.id = w.territory_id
"""


@rows(War, f"{_WAR} where w.id = :id", hot=True)
def war_at(id: WarId, now: datetime) -> None:
    """A war at an instant."""


@rows(
    War,
    f"""
    {_WAR}
    where w.server_id = :server and (not :running or w.status <> 'ended') and (:after::uuid is null or w.id < :after)
    order by w.id desc limit :limit
    """,
    hot=True,
)
def wars_of_server(server: ServerId, now: datetime, running: bool, after: WarId | None, limit: int) -> None:
    """A server's wars, the newest first; all, or those that have not ended."""


@rows(
    War,
    f"""
    {_WAR}
    where w.id in (
        (select x.id from realm.guild_wars x where x.attacker_id = :guild and (:after::uuid is null or x.id < :after)
         order by x.id desc limit :limit)
        union all
        (select x.id from realm.guild_wars x where x.defender_id = :guild and (:after::uuid is null or x.id < :after)
         order by x.id desc limit :limit)
    )
    order by w.id desc limit :limit
    """,
    hot=True,
)
def wars_of_guild(guild: GuildId, now: datetime, after: WarId | None, limit: int) -> None:
    """A guild's wars on either side, the newest first."""


@rows(tuple[GuildId, GuildId], "select attacker_id, defender_id from realm.guild_wars where id = :id", hot=True)
def war_sides(id: WarId) -> None: ...


_HELD = """
    select id, server_id, attacker_id, defender_id, territory_id, status, attacker_points, defender_points,
           peace_offered_by, starts_at, ends_at
    from realm.guild_wars
"""


@rows(HeldWar, f"{_HELD} where id = :id for update", hot=True)
def held_war(id: WarId) -> None:
    """Locked, after both guilds."""


@rows(
    HeldWar,
    f"{_HELD} where status <> 'ended' and (attacker_id = :guild or defender_id = :guild) order by id for update",
)
def held_running_wars(guild: GuildId) -> None:
    """Lock the wars of a guild that have not ended, after the guilds."""


@rows(
    GuildId,
    """
    select case when attacker_id = :guild then defender_id else attacker_id end as rival from realm.guild_wars
    where status <> 'ended' and (attacker_id = :guild or defender_id = :guild)
    """,
    proven=("rival",),
)
def rivals_of(guild: GuildId) -> None: ...


@rows(
    WarId,
    """
    select id from realm.guild_wars
    where least(attacker_id, defender_id) = least(:guild::uuid, :other::uuid)
      and greatest(attacker_id, defender_id) = greatest(:guild::uuid, :other::uuid) and status <> 'ended'
    """,
)
def war_between(guild: GuildId, other: GuildId) -> None: ...


@command(
    """
    insert into realm.guild_wars (id, server_id, attacker_id, defender_id, territory_id, declared_by, declared_at,
                                  starts_at, ends_at)
    values (:id, :server, :attacker, :defender, :territory, :declared_by, :now, :starts_at, :ends_at)
    """,
)
def add_war(
    id: WarId,
    server: ServerId,
    attacker: GuildId,
    defender: GuildId,
    territory: TerritoryId | None,
    declared_by: UserId,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
) -> None: ...


@command("update realm.guild_wars set status = 'active' where id = :id and status = 'declared'")
def begin_war(id: WarId) -> None: ...


@command(
    """
    update realm.guild_wars
    set status = 'ended', ended_at = :now, outcome = :outcome, winner_id = :winner, taken = :taken,
        territory_id = coalesce(:territory, territory_id)
    where id = :id
    """,
)
def end_war(
    id: WarId, now: datetime, outcome: str, winner: GuildId | None, taken: bool, territory: TerritoryId | None
) -> None: ...


@command("update realm.guild_wars set peace_offered_by = :peace_offered_by where id = :id")
def offer_peace(id: WarId, peace_offered_by: GuildId | None) -> None: ...


@rows(
    tuple[GuildId, int],
    "select guild_id, points from realm.guild_war_points where war_id = :war and client_key = :client_key",
    hot=True,
)
def points_of_key(war: WarId, client_key: str) -> None: ...


@command(
    """
    insert into realm.guild_war_points (id, war_id, guild_id, user_id, points, client_key, created_at)
    values (:id, :war, :guild, :user, :points, :client_key, :now)
    """,
)
def add_points(
    id: WarId, war: WarId, guild: GuildId, user: UserId | None, points: int, client_key: str, now: datetime
) -> None: ...


@command(
    """
    update realm.guild_wars
    set attacker_points = attacker_points + case when attacker_id = :guild then :points else 0 end,
        defender_points = defender_points + case when defender_id = :guild then :points else 0 end
    where id = :id
    """,
)
def count_points(id: WarId, guild: GuildId, points: int) -> None: ...


@rows(
    WarId,
    """
    select id from realm.guild_wars where status = 'declared' and starts_at <= :now
    order by starts_at limit :limit
    """,
)
def due_wars(now: datetime, limit: int) -> None: ...


@rows(
    bool,
    """
    select exists (select from realm.guild_wars where status = 'declared' and starts_at <= :now)
        or exists (select from realm.guild_wars where status = 'active' and ends_at <= :now) as due
    """,
    proven=("due",),
)
def wars_to_tend(now: datetime) -> None: ...


@rows(
    WarId, "select id from realm.guild_wars where status = 'active' and ends_at <= :now order by ends_at limit :limit"
)
def overdue_wars(now: datetime, limit: int) -> None: ...


@rows(
    Territory,
    """
    select t.id, t.server_id, t.name, t.points, t.guild_id, g.name as guild_name, t.conquered_at
    from realm.territories t
    left join realm.guilds g on g.id = t.guild_id
    where t.server_id = :server and (:after_name::text is null or (t.name, t.id) > (:after_name, :after::uuid))
    order by t.name, t.id
    limit :limit
    """,
    hot=True,
)
def territories_of(server: ServerId, after_name: str | None, after: TerritoryId | None, limit: int) -> None:
    """A server's territories by name, behind a place."""


@rows(
    Territory,
    """
    select t.id, t.server_id, t.name, t.points, t.guild_id, g.name as guild_name, t.conquered_at
    from realm.territories t
    left join realm.guilds g on g.id = t.guild_id
    where t.id = :id
    """,
)
def territory(id: TerritoryId) -> None: ...


@rows(HeldTerritory, "select id, server_id, name, points, guild_id from realm.territories where id = :id for update")
def held_territory(id: TerritoryId) -> None:
    """Locked, after the guilds."""


@command(
    """
    insert into realm.territories (id, server_id, name, points, guild_id, conquered_at)
    values (:id, :server, :name, :points, :guild, :conquered_at)
    """,
)
def add_territory(
    id: TerritoryId, server: ServerId, name: str, points: int, guild: GuildId | None, conquered_at: datetime | None
) -> None: ...


@command("update realm.territories set guild_id = :guild, conquered_at = :now where id = :id")
def give_territory(id: TerritoryId, guild: GuildId | None, now: datetime | None) -> None: ...


@command("update realm.territories set guild_id = null, conquered_at = null where guild_id = :guild")
def free_territories(guild: GuildId) -> None: ...


@command(
    """
    update realm.guilds set conquest_points = least(conquest_points::bigint + :points, 2147483647)::int
    where id = :id
    """,
)
def reward_conquest(id: GuildId, points: int) -> None: ...
