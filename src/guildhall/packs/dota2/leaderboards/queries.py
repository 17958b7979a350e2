"""Leaderboards of the known players: by rank, win rate, hero and MMR."""

from guildhall.db.statements import rows
from guildhall.packs.dota2.leaderboards.schemas import LeaderboardRow


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
