"""Heroes: constants, patches, daily figures, trend rules, leaderboards."""

from datetime import date, datetime, timedelta
from typing import Any

from guildhall.db.pool import Transaction
from guildhall.db.statements import command, rows
from guildhall.packs.dota2.rules.meta import HeroTrend, Tally, hero_trends
from guildhall.packs.dota2.schemas.comparisons import LeaderboardRow
from guildhall.packs.dota2.schemas.heroes import HeroConstant, MetaTally, PatchRow


@rows(
    HeroConstant,
    """
    select hero_id, name, localized_name, primary_attr, attack_type, roles, img, icon, updated_at
    from dota2.hero_constants
    order by hero_id
    """,
)
def hero_constants() -> None: ...


@rows(tuple[int, str], "select hero_id, localized_name from dota2.hero_constants")
def hero_names() -> None: ...


@rows(datetime | None, "select max(updated_at) as updated_at from dota2.hero_constants")
def constants_synced_at() -> None: ...


@command(
    """
    insert into dota2.hero_constants
        (hero_id, name, localized_name, primary_attr, attack_type, roles, img, icon, raw, updated_at)
    select u.*, :updated_at
    from unnest(:heroes::smallint[], :names::text[], :localized_names::text[], :primary_attrs::text[],
                :attack_types::text[], :roles::jsonb[], :imgs::text[], :icons::text[],
                :raw::jsonb[]) u
    on conflict (hero_id) do update
    set name = excluded.name, localized_name = excluded.localized_name, primary_attr = excluded.primary_attr,
        attack_type = excluded.attack_type, roles = excluded.roles, img = excluded.img, icon = excluded.icon,
        raw = excluded.raw, updated_at = excluded.updated_at
    """,
)
def save_hero_constants(
    heroes: list[int],
    names: list[str],
    localized_names: list[str],
    primary_attrs: list[str],
    attack_types: list[str],
    roles: list[Any],
    imgs: list[str | None],
    icons: list[str | None],
    raw: list[Any],
    updated_at: datetime,
) -> None: ...


@rows(PatchRow, "select patch_id, name, starts_at from dota2.patches order by starts_at")
def patches() -> None: ...


@command(
    """
    insert into dota2.patches (patch_id, name, starts_at)
    select * from unnest(:patches::smallint[], :names::text[], :starts_at::timestamptz[])
    on conflict (patch_id) do update set name = excluded.name, starts_at = excluded.starts_at
    """,
)
def save_patches(patches: list[int], names: list[str], starts_at: list[datetime]) -> None: ...


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


async def window_trends(
    tx: Transaction,
    from_day: date,
    to_day: date,
    before_from: date | None,
    bracket: int | None,
    patch: int | None,
    minimum_games: int,
    before_patch: int | None = None,
) -> list[HeroTrend]:
    """The heroes' trends of a window beside the days from `before_from` to the day before it.

    The day on which a patch came belongs to both patches: each takes its own matches of it.
    """
    before_to = from_day if before_patch is not None else from_day - timedelta(days=1)
    now = await meta_window.many(tx, from_day, to_day, bracket, patch)
    before = (
        await meta_window.many(tx, before_from, before_to, bracket, before_patch) if before_from is not None else []
    )
    return hero_trends(
        {t.hero_id: Tally(t.games, t.wins) for t in now},
        {t.hero_id: Tally(t.games, t.wins) for t in before},
        minimum_games=minimum_games,
    )


@rows(
    LeaderboardRow,
    """
    select p.account_id, p.personaname, p.avatarfull as avatar, p.rank_tier, p.leaderboard_rank,
           (w.win + w.lose) as games, w.win as wins, p.rank_tier::float8 as score
    from dota2.player_profiles p
    left join dota2.player_winloss w using (account_id)
    where p.rank_tier is not null
      and (:after_rank::int is null or (-p.rank_tier::int, coalesce(p.leaderboard_rank, 2147483647), p.account_id)
           > (-:after_rank, :after_leaderboard_rank::int, :after_account::bigint))
    order by p.rank_tier desc, coalesce(p.leaderboard_rank, 2147483647), p.account_id
    limit :limit
    """,
)
def leaderboard_by_rank(
    after_rank: int | None, after_leaderboard_rank: int | None, after_account: int | None, limit: int
) -> None: ...


# The lower end of the Wilson interval (z = 1.96) is the sort key: few games do not lead.
_WILSON = """((w + 1.9208) / n - 1.96 * sqrt((w * (n - w)) / n + 0.9604) / n) / (1 + 3.8416 / n)"""


@rows(
    LeaderboardRow,
    f"""
    select s.account_id, p.personaname, p.avatarfull as avatar, p.rank_tier, p.leaderboard_rank,
           s.n::int as games, s.w::int as wins, s.score
    from (
        select account_id, n, w, {_WILSON} as score
        from (select account_id, win::float8 as w, (win + lose)::float8 as n from dota2.player_winloss
              where win + lose >= :min_games) counted
    ) s
    left join dota2.player_profiles p using (account_id)
    where :after_score::float8 is null or (s.score, s.account_id) < (:after_score, :after_account::bigint)
    order by s.score desc, s.account_id desc
    limit :limit
    """,
)
def leaderboard_by_win_rate(
    min_games: int, after_score: float | None, after_account: int | None, limit: int
) -> None: ...


@rows(
    LeaderboardRow,
    f"""
    select s.account_id, p.personaname, p.avatarfull as avatar, p.rank_tier, p.leaderboard_rank,
           s.n::int as games, s.w::int as wins, s.score
    from (
        select account_id, n, w, {_WILSON} as score
        from (select account_id, win::float8 as w, games::float8 as n from dota2.player_heroes
              where hero_id = :hero and games >= :min_games and games > 0) counted
    ) s
    left join dota2.player_profiles p using (account_id)
    where :after_score::float8 is null or (s.score, s.account_id) < (:after_score, :after_account::bigint)
    order by s.score desc, s.account_id desc
    limit :limit
    """,
)
def leaderboard_by_hero(
    min_games: int, after_score: float | None, after_account: int | None, limit: int, hero: int
) -> None: ...


@rows(
    LeaderboardRow,
    """
    select p.account_id, p.personaname, p.avatarfull as avatar, p.rank_tier, p.leaderboard_rank,
           (w.win + w.lose) as games, w.win as wins, p.computed_mmr as score
    from dota2.player_profiles p
    left join dota2.player_winloss w using (account_id)
    where p.computed_mmr is not null
      and (:after_mmr::float8 is null or (p.computed_mmr, p.account_id) < (:after_mmr, :after_account::bigint))
    order by p.computed_mmr desc, p.account_id desc
    limit :limit
    """,
    proven=("score",),
)
def leaderboard_by_mmr(after_mmr: float | None, after_account: int | None, limit: int) -> None: ...
