"""Analytics of a player's stored history: progress, comparison, statistics, streaks."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, cast

import msgspec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.instants import Instant
from guildhall.packs.dota2.api import kinds
from guildhall.packs.dota2.api.computed import computed
from guildhall.packs.dota2.api.parameters import (
    AccountText,
    After,
    Limit,
    Small,
    account,
    part,
)
from guildhall.packs.dota2.api.players import Players
from guildhall.packs.dota2.errors import BadAccountId, BadQuery, PlayerNotFound
from guildhall.packs.dota2.queries import matches, meta, players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.rules.matches import won
from guildhall.packs.dota2.rules.ranks import decode_rank, rank_change
from guildhall.packs.dota2.rules.streaks import streaks
from guildhall.packs.dota2.schemas.comparisons import ComparedPlayer, Comparison
from guildhall.packs.dota2.schemas.matches import StatisticsItem, StatisticsRow, StreaksAnswer
from guildhall.packs.dota2.schemas.players import PlayerHero
from guildhall.packs.dota2.schemas.ranks import RankHistoryRow, RankPoint, RankProgression
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/analytics")

_RANKS: Cursor[datetime] = Cursor("ranks", 1, Instant)
_GROUPS = Cursor("groups", 1, tuple[Small, Small])
_RECENT = timedelta(days=90)
_encode = msgspec.json.Encoder().encode


async def _require_player(db: Database, players_known: Players, account_id: AccountId) -> None:
    """Store a player's profile if it is new, asking OpenDota. Raises PlayerNotFound, Unavailable."""
    async with db.read() as tx:
        row = await players.player_profile.one_or_none(tx, account_id)
    if row is None:
        await players_known.find_profile(str(account_id))


def rank_point(row: RankHistoryRow) -> RankPoint:
    """A row of the history with its medal decoded."""
    rank = decode_rank(row.rank_tier, row.leaderboard_rank)
    return RankPoint(
        row.recorded_at, row.rank_tier, rank.medal_name if rank else None, rank.stars if rank else None,
        rank.leaderboard_rank if rank else None, rank.ordinal if rank else None,
        cast(Literal["change", "mark"], row.kind), cast(Literal["observed", "reported"], row.source),
    )  # fmt: skip


@routes.get(
    ["/players/{account_id:str}/rank-progression", "/player/{account_id:str}/rank-progression"],
    scope=PUBLIC,
    raises=(BadAccountId, PlayerNotFound),
)
async def get_rank_progression(
    account_id: AccountText,
    db: Database,
    cache: Cache,
    players_known: Players,
    after: After = None,
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=1000, description="Points on a page")] = 200,
) -> Cached[RankProgression]:
    """A player's rank over time.

    Oldest first: a point when the rank changed, and one a day as a mark that it did not.
    """
    known_id = account(account_id)
    at = _RANKS.decode_or_none(after)
    await _require_player(db, players_known, known_id)

    async def build(tx: Transaction) -> RankProgression:
        rows = await players.rank_history.many(tx, known_id, at, limit + 1)
        page: Page[RankHistoryRow] = _RANKS.page(rows, limit, lambda row: row.recorded_at)
        first = await players.first_rank.one_or_none(tx, known_id)
        profile = await players.player_profile.one_or_none(tx, known_id)
        change = None
        if first is not None and profile is not None:
            change = rank_change(
                decode_rank(first.rank_tier, first.leaderboard_rank),
                decode_rank(profile.rank_tier, profile.leaderboard_rank),
            )
        return RankProgression(
            known_id, [rank_point(row) for row in page.items], page.next,
            change.direction if change else None, change.stars if change else None,
        )  # fmt: skip

    key = kinds.RANK_PROGRESSION.key(known_id, limit, part(after))
    return cast(Cached[RankProgression], await computed(db, cache, kinds.RANK_PROGRESSION, key, build))


@routes.get("/players/compare", scope=PUBLIC, raises=(BadAccountId, BadQuery, PlayerNotFound))
async def compare_players(
    db: Database,
    cache: Cache,
    players_known: Players,
    ids: Annotated[
        str,
        QueryParameter(
            name="ids",
            description="Two to ten account ids, with commas between",
            max_length=300,
            examples=[Example(value="86745912,101695162")],
        ),
    ],
) -> Cached[Comparison]:
    """Players side by side.

    Ranks, records, the last ninety days, streaks, and the heroes that all of them play.
    """
    accounts = list(dict.fromkeys(account(text.strip()) for text in ids.split(",")))
    if not 2 <= len(accounts) <= 10:
        raise BadQuery(detail="A comparison needs two to ten different players.")
    await asyncio.gather(*(_require_player(db, players_known, one) for one in accounts))

    async def build(tx: Transaction) -> Comparison:
        compared = [await _compared(tx, one) for one in accounts]
        played = [{hero.hero_id for hero in heroes} for _, heroes in compared]
        return Comparison([one for one, _ in compared], sorted(set.intersection(*played)))

    key = kinds.PLAYER_COMPARISON.key(",".join(map(str, accounts)))
    return cast(Cached[Comparison], await computed(db, cache, kinds.PLAYER_COMPARISON, key, build))


async def _compared(tx: Transaction, account_id: AccountId) -> tuple[ComparedPlayer, list[PlayerHero]]:
    profile = await players.player_profile.one_or_none(tx, account_id)
    if profile is None:
        raise PlayerNotFound(account_id=account_id)
    record = await players.player_winloss.one_or_none(tx, account_id)
    form = await matches.recent_form.one(tx, account_id, tx.now - _RECENT)
    heroes = await players.player_heroes.many(tx, account_id, None, None, 200)
    played = [hero for hero in heroes if hero.games]
    outcomes = await matches.outcomes.many(tx, account_id)
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


_STATISTICS: dict[str, matches.Statistics] = {
    "hero": matches.statistics_by_hero,
    "game_mode": matches.statistics_by_game_mode,
    "lobby_type": matches.statistics_by_lobby_type,
    "week": matches.statistics_by_week,
}


@routes.get(
    ["/players/{account_id:str}/statistics", "/player/{account_id:str}/statistics"],
    scope=PUBLIC,
    raises=(BadAccountId, PlayerNotFound),
)
async def get_statistics(
    account_id: AccountText,
    db: Database,
    cache: Cache,
    players_known: Players,
    by: Annotated[
        Literal["hero", "game_mode", "lobby_type", "week"],
        QueryParameter(name="by", description="What to group by"),
    ] = "hero",
    after: After = None,
    limit: Limit = 50,
) -> Cached[Page[StatisticsItem]]:
    """A player's own figures.

    Return statistics of all stored matches: by hero or mode the most played first, by week the newest first.
    """
    known_id = account(account_id)
    games, group = _GROUPS.decode_or_none(after) or (None, None)
    await _require_player(db, players_known, known_id)

    async def build(tx: Transaction) -> Page[StatisticsItem]:
        rows = await _STATISTICS[by].many(tx, known_id, games, group, limit + 1)
        page: Page[StatisticsRow] = _GROUPS.page(rows, limit, lambda row: (row.games, row.key))
        names = dict(await meta.hero_names.many(tx)) if by == "hero" else {}
        return Page([_statistics_item(row, by, names) for row in page.items], page.next)

    key = kinds.PLAYER_ANALYTICS.key(known_id, by, limit, part(after))
    return cast(Cached[Page[StatisticsItem]], await computed(db, cache, kinds.PLAYER_ANALYTICS, key, build))


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


@routes.get(
    ["/players/{account_id:str}/streaks", "/player/{account_id:str}/streaks"],
    scope=PUBLIC,
    raises=(BadAccountId, PlayerNotFound),
)
async def get_streaks(
    account_id: AccountText, db: Database, cache: Cache, players_known: Players
) -> Cached[StreaksAnswer]:
    """A player's winning and losing streaks.

    Return streaks over all stored matches; those without an outcome neither break a streak nor lengthen it.
    """
    known_id = account(account_id)
    await _require_player(db, players_known, known_id)

    async def build(tx: Transaction) -> StreaksAnswer:
        outcomes = await matches.outcomes.many(tx, known_id)
        found = streaks(won(one.player_slot, one.radiant_win) for one in outcomes)
        return StreaksAnswer(known_id, found.current, found.longest_win, found.longest_loss, len(outcomes))

    key = kinds.PLAYER_ANALYTICS.key(known_id, "streaks", "")
    return cast(Cached[StreaksAnswer], await computed(db, cache, kinds.PLAYER_ANALYTICS, key, build))
