"""Figures over a player's own matches."""

from datetime import datetime

from guildhall.db.statements import Query, rows
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.analytics.schemas import Outcome, RecentForm, StatisticsRow


@rows(
    Outcome,
    """
    select player_slot, radiant_win from dota2.player_matches
    where account_id = :account
    order by start_time, match_id
    """,
)
def outcomes(account: AccountId) -> None: ...


@rows(
    RecentForm,
    """
    select :account::bigint as account_id, count(*)::int as matches,
           (count(*) filter (where (player_slot < 128) = radiant_win))::int as wins,
           avg(kills)::float8 as kills, avg(deaths)::float8 as deaths, avg(assists)::float8 as assists
    from dota2.player_matches
    where account_id = :account and start_time >= :since and radiant_win is not null
    """,
)
def recent_form(account: AccountId, since: datetime) -> None: ...


Statistics = Query[[AccountId, int | None, int | None, int], StatisticsRow]
"""A player's figures by a key, page by page: of a player, behind a number of games and a key, so many."""


def _statistics(key: str) -> Statistics:
    """A player's figures by a key, most games first, page by page."""

    @rows(
        StatisticsRow,
        f"""
        select * from (
            select {key} as key, count(*)::int as games,
                   (count(*) filter (where (player_slot < 128) = radiant_win))::int as wins,
                   (count(*) filter (where (player_slot < 128) <> radiant_win))::int as losses,
                   avg(kills)::float8 as kills, avg(deaths)::float8 as deaths, avg(assists)::float8 as assists,
                   avg(duration)::float8 as duration
            from dota2.player_matches
            where account_id = :account
            group by 1
        ) grouped
        where :after_games::int is null or (games, key) < (:after_games, :after_key)
        order by games desc, key desc
        limit :limit
        """,
    )
    def statistics(account: AccountId, after_games: int | None, after_key: int | None, limit: int) -> None: ...

    return statistics


statistics_by_hero = _statistics("hero_id::int")
statistics_by_game_mode = _statistics("coalesce(game_mode, -1)::int")
statistics_by_lobby_type = _statistics("coalesce(lobby_type, -1)::int")


@rows(
    StatisticsRow,
    """
    select * from (
        select (date_trunc('week', start_time at time zone 'utc')::date - date '1970-01-01') as key,
               count(*)::int as games,
               (count(*) filter (where (player_slot < 128) = radiant_win))::int as wins,
               (count(*) filter (where (player_slot < 128) <> radiant_win))::int as losses,
               avg(kills)::float8 as kills, avg(deaths)::float8 as deaths, avg(assists)::float8 as assists,
               avg(duration)::float8 as duration
        from dota2.player_matches
        where account_id = :account
        group by 1
    ) grouped
    where :after_games::int is null or key < :after_key
    order by key desc
    limit :limit
    """,
)
def statistics_by_week(account: AccountId, after_games: int | None, after_key: int | None, limit: int) -> None:
    """Select statistics by week, newest first: the key is the Monday as days since 1970."""
