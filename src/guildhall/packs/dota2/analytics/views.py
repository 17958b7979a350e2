"""Figures of players, computed from their stored history."""

from datetime import date, datetime, timedelta
from typing import Literal, cast

from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.instants import Instant
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.analytics import queries
from guildhall.packs.dota2.analytics.rules import streaks
from guildhall.packs.dota2.analytics.schemas import (
    ComparedPlayer,
    Comparison,
    RankPoint,
    RankProgression,
    StatisticsItem,
    StatisticsRow,
    StreaksAnswer,
)
from guildhall.packs.dota2.answers.parameters import Small
from guildhall.packs.dota2.heroes import queries as heroes_queries
from guildhall.packs.dota2.matches.rules import won
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.players import queries as players_queries
from guildhall.packs.dota2.players.schemas import PlayerHero
from guildhall.packs.dota2.players.views import Players
from guildhall.packs.dota2.ranks import queries as ranks_queries
from guildhall.packs.dota2.ranks.rules import decode_rank, rank_change
from guildhall.packs.dota2.ranks.schemas import RankHistoryRow

RANKS: Cursor[datetime] = Cursor("ranks", 1, Instant)
GROUPS = Cursor("groups", 1, tuple[Small, Small])
_RECENT = timedelta(days=90)
_STATISTICS: dict[str, queries.Statistics] = {
    "hero": queries.statistics_by_hero,
    "game_mode": queries.statistics_by_game_mode,
    "lobby_type": queries.statistics_by_lobby_type,
    "week": queries.statistics_by_week,
}


async def require_player(db: Database, players_known: Players, account_id: AccountId) -> None:
    """Store a player's profile if it is new, asking OpenDota. Raises PlayerNotFound, Unavailable."""
    async with db.read() as tx:
        row = await players_queries.player_profile.one_or_none(tx, account_id)
    if row is None:
        await players_known.find_profile(str(account_id))


async def rank_progression(
    tx: Transaction, account_id: AccountId, after: datetime | None, limit: int
) -> RankProgression:
    """Return a page of a player's rank over time, oldest first, and how the present rank compares with the first."""
    rows = await ranks_queries.rank_history.many(tx, account_id, after, limit + 1)
    page: Page[RankHistoryRow] = RANKS.page(rows, limit, lambda row: row.recorded_at)
    first = await ranks_queries.first_rank.one_or_none(tx, account_id)
    profile = await players_queries.player_profile.one_or_none(tx, account_id)
    change = None
    if first is not None and profile is not None:
        change = rank_change(
            decode_rank(first.rank_tier, first.leaderboard_rank),
            decode_rank(profile.rank_tier, profile.leaderboard_rank),
        )
    return RankProgression(
        account_id, [_rank_point(row) for row in page.items], page.next,
        change.direction if change else None, change.stars if change else None,
    )  # fmt: skip


def _rank_point(row: RankHistoryRow) -> RankPoint:
    """A row of the history with its medal decoded."""
    rank = decode_rank(row.rank_tier, row.leaderboard_rank)
    return RankPoint(
        row.recorded_at, row.rank_tier, rank.medal_name if rank else None, rank.stars if rank else None,
        rank.leaderboard_rank if rank else None, rank.ordinal if rank else None,
        cast(Literal["change", "mark"], row.kind), cast(Literal["observed", "reported"], row.source),
    )  # fmt: skip


async def comparison(tx: Transaction, accounts: list[AccountId]) -> Comparison:
    """Return players side by side. Raises PlayerNotFound."""
    compared = [await _compared(tx, one) for one in accounts]
    played = [{hero.hero_id for hero in heroes} for _, heroes in compared]
    return Comparison([one for one, _ in compared], sorted(set.intersection(*played)))


async def _compared(tx: Transaction, account_id: AccountId) -> tuple[ComparedPlayer, list[PlayerHero]]:
    profile = await players_queries.player_profile.one_or_none(tx, account_id)
    if profile is None:
        raise PlayerNotFound(account_id=account_id)
    record = await players_queries.player_winloss.one_or_none(tx, account_id)
    form = await queries.recent_form.one(tx, account_id, tx.now - _RECENT)
    heroes = await players_queries.player_heroes.many(tx, account_id, None, None, 200)
    played = [hero for hero in heroes if hero.games]
    outcomes = await queries.outcomes.many(tx, account_id)
    streak = streaks(won(one.player_slot, one.radiant_win) for one in outcomes)
    rank = decode_rank(profile.rank_tier, profile.leaderboard_rank)
    win, lose = (record.win, record.lose) if record else (None, None)
    games = (win or 0) + (lose or 0)
    item = ComparedPlayer(
        account_id, profile.personaname, profile.rank_tier, rank.medal_name if rank else None,
        rank.stars if rank else None, rank.leaderboard_rank if rank else None, win, lose,
        (win or 0) / games if games else None, form.matches, form.wins / form.matches if form.matches else None,
        form.kills, form.deaths, form.assists, streak.current, played[:5], profile.private,
    )  # fmt: skip
    return item, played


async def statistics(
    tx: Transaction, account_id: AccountId, by: str, after: tuple[int, int] | None, limit: int
) -> Page[StatisticsItem]:
    """Return a page of a player's figures by hero, game mode, lobby type or week."""
    games, group = after or (None, None)
    rows = await _STATISTICS[by].many(tx, account_id, games, group, limit + 1)
    page: Page[StatisticsRow] = GROUPS.page(rows, limit, lambda row: (row.games, row.key))
    names = dict(await heroes_queries.hero_names.many(tx)) if by == "hero" else {}
    return Page([_statistics_item(row, by, names) for row in page.items], page.next)


def _statistics_item(row: StatisticsRow, by: str, names: dict[int, str]) -> StatisticsItem:
    if by == "week":
        group = (date(1970, 1, 1) + timedelta(days=row.key)).isoformat()
    else:
        group = "unknown" if row.key < 0 else str(row.key)
    decided = row.wins + row.losses
    known = row.kills is not None and row.deaths is not None and row.assists is not None
    kda = ((row.kills or 0) + (row.assists or 0)) / max(row.deaths or 0, 1.0) if known else None
    return StatisticsItem(
        group, names.get(row.key), row.games, row.wins, row.losses, row.wins / decided if decided else None,
        row.kills, row.deaths, row.assists, kda, row.duration,
    )  # fmt: skip


async def streaks_of(tx: Transaction, account_id: AccountId) -> StreaksAnswer:
    """Return a player's streaks over all stored matches."""
    outcomes = await queries.outcomes.many(tx, account_id)
    found = streaks(won(one.player_slot, one.radiant_win) for one in outcomes)
    return StreaksAnswer(account_id, found.current, found.longest_win, found.longest_loss, len(outcomes))
