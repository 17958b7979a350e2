"""The trends of a window."""

from datetime import date, timedelta

from guildhall.db.pool import Transaction
from guildhall.packs.dota2.trends.queries import meta_window
from guildhall.packs.dota2.trends.rules import HeroTrend, Tally, hero_trends


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
