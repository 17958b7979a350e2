"""Win rates of heroes, and their changes."""

from datetime import date, timedelta
from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer
from guildhall.db.pool import Database, Transaction
from guildhall.pack import WebPart
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.answers.errors import BadQuery
from guildhall.packs.dota2.answers.parameters import part
from guildhall.packs.dota2.answers.views import computed
from guildhall.packs.dota2.heroes import queries as heroes_queries
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.trends import views
from guildhall.packs.dota2.trends.schemas import HeroTrendItem, MetaTrends
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/analytics")


@routes.get("/heroes/meta-trends", scope=PUBLIC, cached=MetaTrends, raises=(BadQuery,))
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
) -> Answer:
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
        trends = await views.window_trends(
            tx, first, last, before, bracket, patch, settings.minimum_games, before_patch
        )
        names = dict(await heroes_queries.hero_names.many(tx))
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
    return await computed(db, cache, kinds.META_TRENDS, key, build)


async def _patch_days(tx: Transaction, patch: int, today: date) -> tuple[date, date, date | None, int | None]:
    """A patch's first and last day, and the first day of the patch before with its id."""
    known = await heroes_queries.patches.many(tx)
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


WEB = WebPart(routes=routes)
