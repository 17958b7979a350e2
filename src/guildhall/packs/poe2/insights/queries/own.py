"""A person's own characters, builds, crafting and times of play; and the movers of a league's market."""

from datetime import date, datetime

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import CharacterId
from guildhall.packs.poe2.insights.schemas.own import (
    CharacterNow,
    CraftingCost,
    DashboardBuild,
    DashboardSession,
    Mover,
    PlayedDay,
    PlayedHour,
    ProgressDay,
)


@rows(
    CharacterNow,
    """
    select c.id, c.name, coalesce(s.class, c.class) as class_name, coalesce(s.ascendancy, c.ascendancy) as ascendancy,
           coalesce(s.league, c.league) as league, c.private_league, c.watched, coalesce(s.level, c.level) as level,
           s.experience, s.calculated_dps::float8 as dps, s.calculated_ehp::float8 as ehp, s.calculated_by,
           s.snapshot_at, b.snapshot_at as before_at, b.level as before_level, b.experience as before_experience,
           b.calculated_dps::float8 as before_dps, b.calculated_ehp::float8 as before_ehp,
           b.calculated_by as before_calculated_by
    from (
        select * from poe2.characters where user_id = :user order by snapshot_at desc nulls last, id limit :limit
    ) c
    left join lateral (
        select * from poe2.character_snapshots h where h.character = c.id order by h.snapshot_at desc, h.id desc limit 1
    ) s on true
    left join lateral (
        (select * from poe2.character_snapshots h
         where h.character = c.id and h.league is not distinct from s.league and h.snapshot_at <= :before
         order by h.snapshot_at desc, h.id desc limit 1)
        union all
        (select * from poe2.character_snapshots h
         where h.character = c.id and h.league is not distinct from s.league and h.snapshot_at > :before
           and h.id <> s.id
         order by h.snapshot_at, h.id limit 1)
        limit 1
    ) b on true
    order by c.snapshot_at desc nulls last, c.id
    """,
    proven=("class_name", "level"),
)
def characters_now(user: UserId, before: datetime, limit: int) -> None:
    """Characters that were seen last, each with its last snapshot and one before an instant, in the same league.

    Without one before it the earliest one after it.
    """


@rows(
    DashboardBuild,
    """
    select b.id, b.short_id, b.title, b.class as class_name, b.ascendancy, b.visibility, b.views, b.likes,
           coalesce(r.reviews, 0) as reviews,
           case when r.reviews > 0 then r.rating_sum::float8 / r.reviews end as rating, b.updated_at
    from poe2.build_templates b left join poe2.build_ratings r on r.build_template_id = b.id
    where b.user_id = :user
    order by b.id desc
    limit :limit
    """,
    hot=True,
    proven=("reviews",),
)
def newest_builds(user: UserId, limit: int) -> None: ...


@rows(
    DashboardSession,
    """
    select id, title, item_base, league, price_base, total_cost, success, created_at, completed_at
    from poe2.crafting_sessions where user_id = :user order by id desc limit :limit
    """,
    hot=True,
)
def newest_sessions(user: UserId, limit: int) -> None: ...


@rows(
    CraftingCost,
    """
    select league, price_base, count(*)::int as sessions, count(total_cost)::int as known,
           count(*) filter (where success)::int as succeeded, sum(total_cost) as cost
    from poe2.crafting_sessions
    where user_id = :user and completed_at >= :since
    group by league, price_base
    order by count(*) desc, league, price_base
    limit 20
    """,
    proven=("sessions", "known", "succeeded"),
)
def crafting_costs(user: UserId, since: datetime) -> None:
    """The costs of sessions that were completed since an instant, by league and currency. A person's are limited."""


@rows(
    Mover,
    """
    select i.id as item_id, i.name, d.close as price, d.day, p.close as before, p.day as before_day,
           (d.close / p.close - 1)::float8 as change
    from poe2.market_items i
    cross join lateral (
        select m.day, m.close, m.volume from poe2.market_daily m
        where m.item_id = i.id and m.league = :league and m.day >= :since
        order by m.day desc limit 1
    ) d
    cross join lateral (
        select m.day, m.close, m.volume from poe2.market_daily m
        where m.item_id = i.id and m.league = :league and m.day >= d.day - 7 and m.day < d.day
        order by m.day limit 1
    ) p
    where i.kind = 'currency' and d.volume >= :volume and p.volume >= :volume and d.close <> p.close
    order by abs(ln(d.close / p.close)) desc, i.id
    limit :limit
    """,
    proven=("change",),
)
def movers(league: str, since: date, volume: int, limit: int) -> None:
    """Currencies whose prices changed most within a week, of those that enough was traded of on both days."""


_DAY = """s.league, s.class as class_name, s.ascendancy, s.level, s.experience, s.calculated_dps::float8 as dps,
    s.calculated_ehp::float8 as ehp, s.calculated_by, s.snapshot_at"""
_OF = "s.character = :character and (:league::text is null or s.league = :league)"


@rows(
    ProgressDay,
    f"""
    with recursive days as (
        (select {_DAY} from poe2.character_snapshots s
         where {_OF} and s.snapshot_at < :before order by s.snapshot_at desc, s.id desc limit 1)
        union all
        select n.* from days d cross join lateral (
            select {_DAY} from poe2.character_snapshots s
            where {_OF} and s.snapshot_at < date_trunc('day', d.snapshot_at, 'UTC')
            order by s.snapshot_at desc, s.id desc limit 1
        ) n
    )
    select (snapshot_at at time zone 'UTC')::date as day, * from days limit :limit
    """,
    hot=True,
    proven=("day", "class_name", "level", "snapshot_at"),
)
def progress_days(character: CharacterId, league: str | None, before: datetime, limit: int) -> None:
    """The last snapshot of each UTC day, the latest first; every day is one look into the index."""


_GAINS = """
    select s.snapshot_at at time zone :zone as at,
           s.experience > lag(s.experience) over (
               partition by s.character, s.league order by s.snapshot_at, s.id) as gained
    from poe2.characters c
    join poe2.character_snapshots s on s.character = c.id and s.snapshot_at >= :since
    where c.user_id = :user
"""


@rows(
    PlayedHour,
    f"""
    select extract(isodow from g.at)::int as weekday, extract(hour from g.at)::int as hour, count(*)::int as times
    from ({_GAINS}) g where g.gained
    group by 1, 2 order by 1, 2
    """,
    proven=("weekday", "hour", "times"),
)
def played_hours(user: UserId, since: datetime, zone: str) -> None: ...


@rows(
    PlayedDay,
    f"""
    select g.at::date as day, count(*)::int as times
    from ({_GAINS}) g where g.gained
    group by 1 order by 1
    """,
    proven=("day", "times"),
)
def played_days(user: UserId, since: datetime, zone: str) -> None: ...
