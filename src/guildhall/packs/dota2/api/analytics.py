"""What follows from the stored history: progress, comparison, trends, leaderboards, statistics."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, cast

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Fetched, Kind
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.api import kinds
from guildhall.packs.dota2.api.parameters import (
    AccountText,
    After,
    Instant,
    Large,
    Limit,
    Small,
    account,
    part,
)
from guildhall.packs.dota2.api.players import Players
from guildhall.packs.dota2.errors import BadQuery, PlayerNotFound
from guildhall.packs.dota2.queries import matches, meta, players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.rules.matches import won
from guildhall.packs.dota2.rules.ranks import decode_rank, rank_change
from guildhall.packs.dota2.rules.streaks import streaks
from guildhall.packs.dota2.schemas.comparisons import ComparedPlayer, Comparison, LeaderboardRow
from guildhall.packs.dota2.schemas.heroes import HeroTrendItem, MetaTrends
from guildhall.packs.dota2.schemas.matches import StatisticsItem, StatisticsRow, StreaksAnswer
from guildhall.packs.dota2.schemas.players import PlayerHero
from guildhall.packs.dota2.schemas.ranks import RankHistoryRow, RankPoint, RankProgression
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.web.problems import documented

_RANKS: Cursor[datetime] = Cursor("ranks", 1, Instant)
_GROUPS = Cursor("groups", 1, tuple[Small, Small])
_BY_SCORE = Cursor("by_score", 1, tuple[float, Large])
_BY_RANK = Cursor("by_rank", 1, tuple[Small, Small, Large])
_UNPLACED = 2_147_483_647
_RECENT = timedelta(days=90)
_encode = msgspec.json.Encoder().encode

Build = Callable[[Transaction], Awaitable[object]]


async def _computed(db: Database, cache: Cache, kind: Kind, key: str, build: Build) -> Cached[object]:
    """An answer computed from our own tables, in one snapshot, and kept as long as its kind says."""

    async def load() -> Fetched:
        async with db.read(snapshot=True) as tx:
            return Fetched(_encode(await build(tx)), tx.now)

    return Cached(await cache.get(kind, key, load), cache.memory)


async def _require_player(db: Database, players_known: Players, account_id: AccountId) -> None:
    """Have a player's profile stored, asking OpenDota for one who is new. Raises PlayerNotFound, Unavailable."""
    async with db.read() as tx:
        row = await players.player_profile.one_or_none(tx, account_id)
    if row is None:
        await players_known.profile(account_id)


def rank_point(row: RankHistoryRow) -> RankPoint:
    """A row of the history with its medal decoded."""
    rank = decode_rank(row.rank_tier, row.leaderboard_rank)
    return RankPoint(
        row.recorded_at, row.rank_tier, rank.medal_name if rank else None, rank.stars if rank else None,
        rank.leaderboard_rank if rank else None, rank.ordinal if rank else None,
        cast(Literal["change", "mark"], row.kind), cast(Literal["observed", "reported"], row.source),
    )  # fmt: skip


@get(
    ["/players/{account_id:str}/rank-progression", "/player/{account_id:str}/rank-progression"],
    summary="A player's rank over time",
    responses=documented(400, 404),
)
async def get_rank_progression(
    account_id: AccountText,
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    players_known: NamedDependency[Players],
    after: After = None,
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=1000, description="Points on a page")] = 200,
) -> Cached[RankProgression]:
    """Oldest first: a point when the rank changed, and one a day as a mark that it did not."""
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
    return cast(Cached[RankProgression], await _computed(db, cache, kinds.RANK_PROGRESSION, key, build))


@get("/players/compare", summary="Players side by side", responses=documented(400, 404))
async def compare_players(
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    players_known: NamedDependency[Players],
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
    """Ranks, records, the last ninety days, streaks, and the heroes that all of them play."""
    accounts = list(dict.fromkeys(account(text.strip()) for text in ids.split(",")))
    if not 2 <= len(accounts) <= 10:
        raise BadQuery("A comparison takes two to ten different players.")
    await asyncio.gather(*(_require_player(db, players_known, one) for one in accounts))

    async def build(tx: Transaction) -> Comparison:
        compared = [await _compared(tx, one) for one in accounts]
        played = [{hero.hero_id for hero in heroes} for _, heroes in compared]
        return Comparison([one for one, _ in compared], sorted(set.intersection(*played)))

    key = kinds.PLAYER_ANALYTICS.key("compare", ",".join(map(str, accounts)))
    return cast(Cached[Comparison], await _computed(db, cache, kinds.PLAYER_ANALYTICS, key, build))


async def _compared(tx: Transaction, account_id: AccountId) -> tuple[ComparedPlayer, list[PlayerHero]]:
    profile = await players.player_profile.one_or_none(tx, account_id)
    if profile is None:
        raise PlayerNotFound(account_id)
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
        form.kills, form.deaths, form.assists, streak.current, played[:5], bool(profile.fh_unavailable),
    )  # fmt: skip
    return item, played


@get("/heroes/meta-trends", summary="Which heroes win, and what has changed", responses=documented(400))
async def get_meta_trends(
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    settings: NamedDependency[Dota2Settings],
    window: Annotated[
        int, QueryParameter(name="window", ge=1, le=90, description="Days up to today", examples=[Example(value=7)])
    ] = 7,
    bracket: Annotated[
        int | None,
        QueryParameter(
            name="bracket",
            ge=0,
            le=8,
            required=False,
            description="Medal of the match: 1 Herald to 7 Divine and up; 0 unknown",
        ),
    ] = None,
    patch: Annotated[
        int | None,
        QueryParameter(
            name="patch",
            ge=0,
            le=32767,
            required=False,
            description="Patch id: all of its days, beside the patch before",
        ),
    ] = None,
    minimum_games: Annotated[
        int, QueryParameter(name="min_games", ge=0, le=1_000_000, description="Leave out heroes with fewer games")
    ] = 0,
) -> Cached[MetaTrends]:
    """Heroes by the lower end of their win rate's Wilson interval.

    Beside the raw rate stands the shrunk one, the better estimate when games are few. `change` is against the
    window before; `significant` says that it is more than chance, guarded against looking at many heroes.
    Today is not over: its matches are few and short, and `partial_day` names it.
    """

    async def build(tx: Transaction) -> MetaTrends:
        today = tx.now.date()
        if patch is None:
            first, last = today - timedelta(days=window - 1), today
            before: date | None = first - timedelta(days=window)
            before_patch = None
        else:
            first, last, before, before_patch = await _patch_days(tx, patch, today)
        trends = await meta.window_trends(tx, first, last, before, bracket, patch, settings.minimum_games, before_patch)
        names = dict(await meta.hero_names.many(tx))
        return MetaTrends(
            first, last, today if last >= today else None, before, patch, bracket,
            sum(trend.games for trend in trends),
            [
                HeroTrendItem(
                    t.hero_id, names.get(t.hero_id), t.games, t.wins, t.pick_rate, t.win_rate, t.shrunk_win_rate,
                    t.wilson_low, t.wilson_high, t.games_before, t.win_rate_before, t.change, t.significant,
                )
                for t in trends
                if t.games >= minimum_games
            ],
            tx.now,
        )  # fmt: skip

    key = kinds.META_TRENDS.key(window, part(bracket), part(patch), minimum_games)
    return cast(Cached[MetaTrends], await _computed(db, cache, kinds.META_TRENDS, key, build))


async def _patch_days(tx: Transaction, patch: int, today: date) -> tuple[date, date, date | None, int | None]:
    """A patch's first and last day, and the first day of the patch before with its id."""
    known = await meta.patches.many(tx)
    index = next((i for i, one in enumerate(known) if one.patch_id == patch), None)
    if index is None:
        raise BadQuery(f"There is no patch {patch}.")
    last = min(known[index + 1].starts_at.date(), today) if index + 1 < len(known) else today
    previous = known[index - 1] if index else None
    return (
        known[index].starts_at.date(),
        last,
        previous.starts_at.date() if previous else None,
        previous.patch_id if previous else None,
    )


@get("/leaderboards", summary="The best of the known players", responses=documented(400))
async def get_leaderboard(
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    by: Annotated[
        Literal["rank", "win_rate", "mmr", "hero"],
        QueryParameter(name="by", description="`win_rate` and `hero` go by the lower end of the Wilson interval"),
    ] = "rank",
    hero_id: Annotated[
        int | None, QueryParameter(name="hero_id", ge=1, le=32767, required=False, description="With `by=hero`")
    ] = None,
    minimum_games: Annotated[
        int, QueryParameter(name="min_games", ge=1, le=1_000_000, description="For win rates")
    ] = 20,
    after: After = None,
    limit: Limit = 50,
) -> Cached[Page[LeaderboardRow]]:
    """Players that this Guildhall knows, page by page."""
    if (by == "hero") != (hero_id is not None):
        raise BadQuery("`hero_id` goes with `by=hero`, and only with it.")
    rank_at = _BY_RANK.decode_or_none(after) if by == "rank" else None
    score_at = _BY_SCORE.decode_or_none(after) if by != "rank" else None
    at = score_at or (None, None)

    async def build(tx: Transaction) -> Page[LeaderboardRow]:
        if by == "rank":
            rows = await meta.leaderboard_by_rank.many(tx, *(rank_at or (None, None, None)), limit + 1)
            return _BY_RANK.page(
                rows, limit, lambda row: (row.rank_tier or 0, row.leaderboard_rank or _UNPLACED, row.account_id)
            )
        if by == "mmr":
            rows = await meta.leaderboard_by_mmr.many(tx, *at, limit + 1)
        elif by == "hero":
            rows = await meta.leaderboard_by_hero.many(tx, minimum_games, *at, limit + 1, hero_id)
        else:
            rows = await meta.leaderboard_by_win_rate.many(tx, minimum_games, *at, limit + 1)
        return _BY_SCORE.page(rows, limit, lambda row: (row.score, row.account_id))

    key = kinds.LEADERBOARD.key(by, part(hero_id), minimum_games, limit, part(after))
    return cast(Cached[Page[LeaderboardRow]], await _computed(db, cache, kinds.LEADERBOARD, key, build))


_STATISTICS = {
    "hero": matches.statistics_by_hero,
    "game_mode": matches.statistics_by_game_mode,
    "lobby_type": matches.statistics_by_lobby_type,
    "week": matches.statistics_by_week,
}


@get(
    ["/players/{account_id:str}/statistics", "/player/{account_id:str}/statistics"],
    summary="A player's own figures",
    responses=documented(400, 404),
)
async def get_statistics(
    account_id: AccountText,
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    players_known: NamedDependency[Players],
    by: Annotated[
        Literal["hero", "game_mode", "lobby_type", "week"],
        QueryParameter(name="by", description="What to group by"),
    ] = "hero",
    after: After = None,
    limit: Limit = 50,
) -> Cached[Page[StatisticsItem]]:
    """Over all stored matches: by hero or mode the most played first, by week the newest first."""
    known_id = account(account_id)
    at = _GROUPS.decode_or_none(after)
    await _require_player(db, players_known, known_id)

    async def build(tx: Transaction) -> Page[StatisticsItem]:
        rows = await _STATISTICS[by].many(tx, known_id, *(at or (None, None)), limit + 1)
        page: Page[StatisticsRow] = _GROUPS.page(rows, limit, lambda row: (row.games, row.key))
        names = dict(await meta.hero_names.many(tx)) if by == "hero" else {}
        return Page([_statistics_item(row, by, names) for row in page.items], page.next)

    key = kinds.PLAYER_ANALYTICS.key(known_id, by, limit, part(after))
    return cast(Cached[Page[StatisticsItem]], await _computed(db, cache, kinds.PLAYER_ANALYTICS, key, build))


def _statistics_item(row: StatisticsRow, by: str, names: dict[int, str]) -> StatisticsItem:
    group = (date(1970, 1, 1) + timedelta(days=row.key)).isoformat() if by == "week" else str(row.key)
    decided = row.wins + row.losses
    known = row.kills is not None and row.deaths is not None and row.assists is not None
    kda = ((row.kills or 0) + (row.assists or 0)) / max(row.deaths or 0, 1.0) if known else None
    return StatisticsItem(
        group, names.get(row.key), row.games, row.wins, row.losses, row.wins / decided if decided else None,
        row.kills, row.deaths, row.assists, kda, row.duration,
    )  # fmt: skip


@get(
    ["/players/{account_id:str}/streaks", "/player/{account_id:str}/streaks"],
    summary="A player's winning and losing streaks",
    responses=documented(400, 404),
)
async def get_streaks(
    account_id: AccountText,
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    players_known: NamedDependency[Players],
) -> Cached[StreaksAnswer]:
    """Over all stored matches; those without an outcome neither break a streak nor lengthen it."""
    known_id = account(account_id)
    await _require_player(db, players_known, known_id)

    async def build(tx: Transaction) -> StreaksAnswer:
        outcomes = await matches.outcomes.many(tx, known_id)
        found = streaks(won(one.player_slot, one.radiant_win) for one in outcomes)
        return StreaksAnswer(known_id, found.current, found.longest_win, found.longest_loss, len(outcomes))

    key = kinds.PLAYER_ANALYTICS.key(known_id, "streaks", "")
    return cast(Cached[StreaksAnswer], await _computed(db, cache, kinds.PLAYER_ANALYTICS, key, build))


routes = Router(
    "/api/v1/analytics",
    route_handlers=[
        get_rank_progression, compare_players, get_meta_trends, get_leaderboard, get_statistics, get_streaks,
    ],
    tags=["analytics"],
)  # fmt: skip
