"""Analytics of all players' history: hero trends, leaderboards."""

from datetime import date, timedelta
from typing import Annotated, Literal, cast

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.api import kinds
from guildhall.packs.dota2.api.computed import computed
from guildhall.packs.dota2.api.parameters import (
    After,
    Large,
    Limit,
    Small,
    part,
)
from guildhall.packs.dota2.errors import BadQuery
from guildhall.packs.dota2.queries import meta
from guildhall.packs.dota2.schemas.comparisons import LeaderboardRow
from guildhall.packs.dota2.schemas.heroes import HeroTrendItem, MetaTrends
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/analytics")

_BY_SCORE = Cursor("by_score", 1, tuple[float, Large])
_BY_RANK = Cursor("by_rank", 1, tuple[Small, Small, Large])
_UNPLACED = 2_147_483_647


@routes.get("/heroes/meta-trends", scope=PUBLIC, raises=(BadQuery,))
async def get_meta_trends(
    db: Database,
    cache: Cache,
    settings: Dota2Settings,
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
    """Win rates of heroes, and their changes.

    Heroes by the lower end of their win rate's Wilson interval.

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
    return cast(Cached[MetaTrends], await computed(db, cache, kinds.META_TRENDS, key, build))


async def _patch_days(tx: Transaction, patch: int, today: date) -> tuple[date, date, date | None, int | None]:
    """A patch's first and last day, and the first day of the patch before with its id."""
    known = await meta.patches.many(tx)
    index = next((i for i, one in enumerate(known) if one.patch_id == patch), None)
    if index is None:
        raise BadQuery(detail=f"There is no patch {patch}.")
    last = min(known[index + 1].starts_at.date(), today) if index + 1 < len(known) else today
    previous = known[index - 1] if index else None
    return (
        known[index].starts_at.date(),
        last,
        previous.starts_at.date() if previous else None,
        previous.patch_id if previous else None,
    )


@routes.get("/leaderboards", scope=PUBLIC, raises=(BadQuery,))
async def get_leaderboard(
    db: Database,
    cache: Cache,
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
    """Leaderboard of the known players.

    Players that this Guildhall knows, page by page.
    """
    if (by == "hero") != (hero_id is not None):
        raise BadQuery(detail="`hero_id` is needed with `by=hero`, and allowed only there.")
    rank, place, ranked = (_BY_RANK.decode_or_none(after) if by == "rank" else None) or (None, None, None)
    score, scored = (_BY_SCORE.decode_or_none(after) if by != "rank" else None) or (None, None)

    async def build(tx: Transaction) -> Page[LeaderboardRow]:
        if by == "rank":
            rows = await meta.leaderboard_by_rank.many(tx, rank, place, ranked, limit + 1)
            return _BY_RANK.page(
                rows, limit, lambda row: (row.rank_tier or 0, row.leaderboard_rank or _UNPLACED, row.account_id)
            )
        if by == "mmr":
            rows = await meta.leaderboard_by_mmr.many(tx, score, scored, limit + 1)
        elif hero_id is not None:
            rows = await meta.leaderboard_by_hero.many(tx, minimum_games, score, scored, limit + 1, hero_id)
        else:
            rows = await meta.leaderboard_by_win_rate.many(tx, minimum_games, score, scored, limit + 1)
        return _BY_SCORE.page(rows, limit, lambda row: (row.score, row.account_id))

    key = kinds.LEADERBOARD.key(by, part(hero_id), minimum_games, limit, part(after))
    return cast(Cached[Page[LeaderboardRow]], await computed(db, cache, kinds.LEADERBOARD, key, build))
