"""Your dashboard, your progress by day, and when you play."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.analytics.errors import BadTimeZone
from guildhall.core.analytics.views import activity_of
from guildhall.core.cache.schemas import Answer
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.packs.poe2.characters.actions.watching import kept_character
from guildhall.packs.poe2.characters.errors import CharacterNotWatched
from guildhall.packs.poe2.characters.parameters import CharacterName
from guildhall.packs.poe2.ggg.parameters import READ
from guildhall.packs.poe2.insights.queries import own
from guildhall.packs.poe2.insights.schemas.own import Dashboard, PlayPatterns, ProgressDay
from guildhall.packs.poe2.insights.views.dashboard import Dashboards
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/poe2")

_DAYS = Cursor("poe2.progress_days", 1, date)
Days = Annotated[int, QueryParameter(name="days", ge=1, le=400, description="Days back from now", required=False)]
Zone = Annotated[
    str,
    QueryParameter(name="time_zone", description="A time zone of the IANA", max_length=64,
                   pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$", required=False, examples=[Example(value="Europe/Berlin")]),
]  # fmt: skip
OneLeague = Annotated[
    str | None,
    QueryParameter(
        name="league", max_length=100, pattern=WITHOUT_NUL, required=False, description="Only in this league",
        examples=[Example(value="Standard")],
    ),
]  # fmt: skip


@routes.get("/dashboard", scope=READ, cached=Dashboard)
async def get_dashboard(viewer: Viewer, dashboards: Dashboards) -> Answer:
    """Your dashboard: everything at a glance.

    Your characters with their last snapshots and what changed in a week, your builds with views, likes and reviews,
    what crafting cost in 30 days, your achievements, and the movers of the market and the meta of your league; a minute
    old at most.
    """
    return await dashboards.find(viewer)


@routes.get("/characters/{name:str}/days", scope=READ, pages=Pages(_DAYS, 30), raises=(CharacterNotWatched,))
async def list_days(name: CharacterName, tx: Read, asked: Asked[date], league: OneLeague = None) -> Page[ProgressDay]:
    """Progress of a character by day, the latest first.

    Level, experience and the claims of damage and hit points as the last snapshot of each UTC day has them, in all
    leagues or in one. Days without a snapshot are not there: nothing had changed.
    """
    row = await kept_character(tx, name)
    before = tx.now + timedelta(days=1) if asked.after is None else _start(asked.after)
    rows = await own.progress_days.many(tx, row.id, league, before, asked.rows)
    return _DAYS.page(rows, asked.limit, lambda one: one.day)


@routes.get("/play-patterns", scope=READ, raises=(BadTimeZone,))
async def get_play_patterns(viewer: Viewer, tx: Read, days: Days = 90, time_zone: Zone = "UTC") -> PlayPatterns:
    """Your times of play, by hour of the week and by day.

    Of your own snapshots and events of the last days. Nobody else sees it.
    """
    activity = await activity_of(tx, viewer.id, days, time_zone)
    hours = await own.played_hours.many(tx, viewer.id, activity.since, time_zone)
    played = await own.played_days.many(tx, viewer.id, activity.since, time_zone)
    return PlayPatterns(activity.since, time_zone, hours, played, activity)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
