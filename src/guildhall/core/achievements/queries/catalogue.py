"""Statements of the catalogue, its numbers, and what is due."""

from datetime import datetime

from guildhall.core.achievements.schemas import CatalogueRow, Known, Listed
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

CARD = "c.name, c.pack, c.title, c.description, c.icon, c.tier, c.points, c.goal, c.hidden"
"""The columns of an achievement that everybody may see, of core.achievements c."""
_HOLDERS = """
    c.holders + coalesce((select sum(d.holders) from core.achievement_deltas d where d.achievement = c.name), 0)::bigint
"""
_PEOPLE = "coalesce((select p.people from core.achievement_people p), 0)"


@rows(
    Known,
    """
    select name, version, digest from core.achievements
    where name = any(:names::text[]) order by name for no key update
    """,
)
def known(names: list[str]) -> None:
    """Lock achievements of the catalogue."""


@rows(int, "select version from core.achievements where name = :name", hot=True)
def known_version(name: str) -> None: ...


@command(
    """
    insert into core.achievements (name, title, description, icon, tier, points, goal, hidden, keeps, version, digest,
                                   look_at, declared_at, changed_at)
    values (:name, :title, :description, :icon, :tier, :points, :goal, :hidden, :keeps, :version, :digest, :look_at,
            :now, :now)
    on conflict (name) do update
    set title = excluded.title, description = excluded.description, icon = excluded.icon, tier = excluded.tier,
        points = excluded.points, goal = excluded.goal, hidden = excluded.hidden, keeps = excluded.keeps,
        version = excluded.version, digest = excluded.digest, look_at = excluded.look_at,
        changed_at = excluded.changed_at
    """
)
def put_achievement(
    name: str,
    title: str,
    description: str,
    icon: str,
    tier: str,
    points: int,
    goal: int,
    hidden: bool,
    keeps: bool,
    version: int,
    digest: str,
    look_at: datetime | None,
    now: datetime,
) -> None: ...


@rows(
    bool,
    """
    select exists (
        select from unnest(:names::text[], :digests::text[]) d (name, digest)
        left join core.achievements c on c.name = d.name
        where c.digest is distinct from d.digest
    ) or exists (
        select from core.achievements c where c.name = any(:names) and c.look_at <= :now
    ) as due
    """,
    proven=("due",),
)
def catalogue_due(names: list[str], digests: list[str], now: datetime) -> None:
    """Return whether the catalogue differs from what is declared, or a walk is due by its schedule."""


@rows(
    str,
    """
    select name from core.achievements
    where name = any(:names::text[]) and look_at <= :now order by name for no key update
    """,
)
def walks_due(names: list[str], now: datetime) -> None: ...


@command("update core.achievements set look_at = :look_at where name = :name")
def set_look_at(name: str, look_at: datetime) -> None: ...


@rows(
    CatalogueRow,
    f"""
    select {CARD}, {_HOLDERS} as holders, {_PEOPLE} as people,
           exists (select from core.user_achievements a
                   where a.user_id = :viewer and a.achievement = c.name and a.granted_at is not null
                     and a.revoked_at is null) as held
    from core.achievements c
    where (c.name = any(:declared::text[]) or {_HOLDERS} > 0)
      and (:pack::text is null or c.pack = :pack) and (:after::text is null or c.name > :after)
    order by c.name
    limit :limit
    """,
    proven=("holders", "people", "held"),
)
def page(declared: list[str], viewer: UserId | None, pack: str | None, after: str | None, limit: int) -> None:
    """Select the catalogue in the order of names: what is declared, and what is not any more but somebody has."""


@rows(
    Listed,
    f"""
    select c.name, c.title, c.tier, c.points, c.goal, c.hidden, c.version, {_HOLDERS} as holders, {_PEOPLE} as people,
           r.kind as open_run, coalesce(r.looked, 0) as looked, c.declared_at
    from core.achievements c
    left join core.achievement_runs r on r.achievement = c.name and r.ended_at is null
    where (:pack::text is null or c.pack = :pack) and (:after::text is null or c.name > :after)
    order by c.name
    limit :limit
    """,
    proven=("holders", "people", "looked"),
)
def lines(pack: str | None, after: str | None, limit: int) -> None: ...


@rows(
    bool,
    """
    select exists (select from core.achievement_deltas)
        or not exists (select from core.achievement_people p where p.counted_at > :counted_after) as due
    """,
    proven=("due",),
)
def sums_due(counted_after: datetime) -> None: ...


@rows(
    int,
    """
    with taken as (
        delete from core.achievement_deltas d
        where d.ctid in (select x.ctid from core.achievement_deltas x limit :limit for update skip locked)
        returning d.achievement, d.holders
    ), sums as (
        select t.achievement, sum(t.holders) as holders from taken t group by t.achievement
    ), counted as (
        update core.achievements c set holders = c.holders + s.holders from sums s where c.name = s.achievement
    )
    select count(*)::int as taken from taken
    """,
    proven=("taken",),
)
def sum_holders(limit: int) -> None:
    """Add changes to the numbers of holders; return how many changes."""


@command(
    """
    insert into core.achievement_people (people, counted_at)
    select (select count(*) from core.users), :now
    on conflict (singleton) do update set people = excluded.people, counted_at = excluded.counted_at
    where core.achievement_people.counted_at <= :counted_before
    """
)
def count_people(now: datetime, counted_before: datetime) -> None:
    """Count all people, if that was not done since an instant."""
