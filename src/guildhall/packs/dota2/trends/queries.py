"""Heroes' daily figures: added to, counted anew, summed over a window."""

from datetime import date

from guildhall.db.statements import command, rows
from guildhall.packs.dota2.trends.schemas import MetaTally


@rows(
    str,
    """
    select set_config('synchronous_commit', 'off', true) as setting
    from pg_advisory_xact_lock(hashtext('dota2.hero_meta_daily')) held
    """,
)
def lock_meta() -> None:
    """One at a time touches the daily figures: a refresh and a recount must see each other's work whole.
    Nor do they wait for the disk at their end: a crash undoes the whole, and the notes are there again.
    """


_BRACKETS = range(9)


def _each(template: str, between: str = ", ") -> str:
    """A piece of SQL for each bracket's columns, its number for `#`."""
    return between.join(template.replace("#", str(bracket)) for bracket in _BRACKETS)


# Rows of a bracket each, put side by side.
_SIDE_BY_SIDE = _each(
    "coalesce(sum(games) filter (where bracket = #), 0)::int as games_#, "
    "coalesce(sum(wins) filter (where bracket = #), 0)::int as wins_#"
)


@command(
    f"""
    with taken as (
        delete from dota2.hero_meta_deltas
    ), summed as (
        select utc_day, bracket, patch, significant, hero_id, sum(games) as games, sum(wins) as wins
        from dota2.hero_meta_deltas
        group by 1, 2, 3, 4, 5
        having sum(games) <> 0 or sum(wins) <> 0
    ), wide as (
        select utc_day, patch, significant, hero_id, {_SIDE_BY_SIDE}
        from summed
        group by 1, 2, 3, 4
    )
    merge into dota2.hero_meta_daily d
    using wide s
    on (d.utc_day, d.patch, d.significant, d.hero_id) = (s.utc_day, s.patch, s.significant, s.hero_id)
    when matched and {_each("d.games_# + s.games_# <= 0", " and ")} then delete
    when matched then update
        set {
        _each(
            "games_# = greatest(0, d.games_# + s.games_#), "
            "wins_# = greatest(0, least(d.wins_# + s.wins_#, d.games_# + s.games_#))"
        )
    }
    when not matched and ({_each("s.games_# > 0", " or ")}) then
        insert values (s.utc_day, s.patch, s.significant, s.hero_id,
                       {_each("greatest(0, s.games_#), greatest(0, least(s.wins_#, s.games_#))")})
    """,
)
def apply_deltas() -> None:
    """Takes what the triggers have noted and adds it; only what is new is read. The number of day rows touched.
    The delete and the sum see the same snapshot: a note that commits meanwhile is in neither.
    Not an upsert: that checks the row it would insert first, and what was deleted counts below zero. A figure
    itself falls below zero only while a recount is queued, because a patch became known, which puts it right.
    """


@command("delete from dota2.hero_meta_daily where utc_day >= :from_day")
def forget_days(from_day: date) -> None: ...


@rows(
    int,
    f"""
    with gone as (
        delete from dota2.hero_meta_deltas where utc_day >= :from_day
    ), counted as (
        select (m.start_time at time zone 'utc')::date as utc_day,
               (case when m.average_rank between 10 and 89 then m.average_rank / 10 else 0 end)::smallint as bracket,
               coalesce(p.patch_id, -1)::smallint as patch,
               dota2.is_significant(m.game_mode, m.lobby_type, m.radiant_win, m.duration) as significant,
               m.hero_id, count(*)::int as games,
               (count(*) filter (where (m.player_slot < 128) = m.radiant_win))::int as wins
        from dota2.player_matches m
        left join lateral (select patch_id from dota2.patches where starts_at <= m.start_time
                           order by starts_at desc limit 1) p on true
        where m.start_time >= (:from_day::date)::timestamp at time zone 'utc'
          and m.radiant_win is not null and m.hero_id > 0
        group by 1, 2, 3, 4, 5
    ), added as (
        insert into dota2.hero_meta_daily
        select utc_day, patch, significant, hero_id, {_SIDE_BY_SIDE} from counted group by 1, 2, 3, 4
        returning 1
    )
    select count(*)::int as days from added
    """,
)
def recount_meta(from_day: date) -> None:
    """The same from the matches themselves, the notes of the counted matches gone in the same snapshot: a match
    that commits meanwhile is not counted and brings its own note. The number of day rows made.
    """


@rows(
    MetaTally,
    f"""
    select hero_id, games, wins
    from (
        select hero_id,
               sum(case when :bracket::int is null then {_each("games_#", " + ")}
                        {_each("when :bracket = # then games_#", " ")} end)::int as games,
               sum(case when :bracket is null then {_each("wins_#", " + ")}
                        {_each("when :bracket = # then wins_#", " ")} end)::int as wins
        from dota2.hero_meta_daily
        where utc_day between :first and :last
          and significant
          and (:patch::int is null or patch = :patch)
        group by hero_id
    ) counted
    where games > 0
    order by hero_id
    """,
)
def meta_window(first: date, last: date, bracket: int | None, patch: int | None) -> None: ...
