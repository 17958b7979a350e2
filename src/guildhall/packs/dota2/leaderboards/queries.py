"""Lines of leaderboards: the players behind a place of a board, with what is shown of them."""

from guildhall.db.statements import rows
from guildhall.packs.dota2.leaderboards.schemas import LeaderboardRow

_OF_BOARD = """
    from core.board_scores s
    left join dota2.player_profiles p on p.account_id = s.member::bigint
    {record}
    where s.window_id = (select id from core.board_windows where board = :board and kind = 'all' and key = '')
      and s.shown and s.place > :after
"""
_RECORD = "left join dota2.player_winloss w on w.account_id = s.member::bigint"
_OF_HERO = "join dota2.player_heroes w on w.account_id = s.member::bigint and w.hero_id = :hero"


@rows(
    LeaderboardRow,
    f"""
    select s.member::bigint as account_id, p.personaname, p.avatarfull as avatar, p.rank_tier, p.leaderboard_rank,
           (w.win + w.lose) as games, w.win as wins, s.score::float8 as score
    {_OF_BOARD.format(record=_RECORD)}
      and (:min_games::int is null or w.win + w.lose >= :min_games)
    order by s.place
    limit :limit
    """,
    proven=("account_id",),
)
def leaderboard(board: str, after: bytes, min_games: int | None, limit: int) -> None: ...


@rows(
    LeaderboardRow,
    f"""
    select s.member::bigint as account_id, p.personaname, p.avatarfull as avatar, p.rank_tier, p.leaderboard_rank,
           w.games, w.win as wins, s.score::float8 as score
    {_OF_BOARD.format(record=_OF_HERO)}
      and w.games >= :min_games
    order by s.place
    limit :limit
    """,
    proven=("account_id",),
)
def leaderboard_by_hero(board: str, after: bytes, min_games: int, limit: int, hero: int) -> None: ...
