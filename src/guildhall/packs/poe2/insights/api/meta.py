"""The meta of a league in figures, for everybody."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.schemas import Answer
from guildhall.db.pages import Page
from guildhall.packs.poe2.insights.errors import LeagueNotCounted, WeekNotCounted
from guildhall.packs.poe2.insights.rules.facets import Dimension
from guildhall.packs.poe2.insights.rules.weeks import WHOLE
from guildhall.packs.poe2.insights.schemas.meta import LeagueStatistics, MetaLeague, Popularity, Trend
from guildhall.packs.poe2.insights.schemas.stored import Source
from guildhall.packs.poe2.insights.views.meta import FIGURES, LEAGUES, TREND, MetaNow
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import PUBLIC, Asked, Pages, Routes

routes = Routes("/api/v1/poe2/meta")

League = Annotated[
    str,
    QueryParameter(
        name="league", max_length=100, pattern=WITHOUT_NUL, description="A league; empty: builds that name none",
        examples=[Example(value="Standard")],
    ),
]  # fmt: skip
Of = Annotated[
    Source,
    QueryParameter(name="source", description="Characters of people who share their statistics, or public builds"),
]
By = Annotated[
    Dimension,
    QueryParameter(
        name="by",
        description="`skill` are main gems, `item` uniques by name, `base` base types, `pair` an ascendancy with its "
        "main skill",
        examples=[Example(value="ascendancy")],
    ),
]
Number = Annotated[
    int,
    QueryParameter(
        name="week", ge=0, le=999_953, description="A week of the league; 0 is the league as it is",
        examples=[Example(value=0)],
    ),
]  # fmt: skip
Value = Annotated[
    str,
    QueryParameter(
        name="value", min_length=1, max_length=300, pattern=WITHOUT_NUL, description="A value of the dimension",
        examples=[Example(value="Deadeye")],
    ),
]  # fmt: skip
Within = Annotated[
    str | None,
    QueryParameter(
        name="ascendancy", min_length=1, max_length=100, pattern=WITHOUT_NUL, required=False,
        description="With `by=pair`: only main skills of this ascendancy", examples=[Example(value="Deadeye")],
    ),
]  # fmt: skip


@routes.get("/leagues", scope=PUBLIC, pages=Pages(LEAGUES), cached=Page[MetaLeague])
async def list_leagues(meta: MetaNow, asked: Asked[str]) -> Answer:
    """Leagues of which there are figures, by name, with the sizes of their samples."""
    return await meta.leagues(asked.after, asked.limit)


@routes.get(
    "/popularity", scope=PUBLIC, pages=Pages(FIGURES, 50), cached=Popularity, raises=(LeagueNotCounted, WeekNotCounted)
)
async def list_popularity(
    meta: MetaNow, league: League, source: Of, by: By, asked: Asked[tuple[int, str]], week: Number = WHOLE,
    within: Within = None,
) -> Answer:  # fmt: skip
    """The popularity of classes, ascendancies, skills and items in a league.

    The values that most people have come first. A person counts once for each value, however many characters or builds
    have it. The two sources say different things and are never added: what is played, and what is published. A value of
    fewer people than `least` is not shown. Of snapshots all numbers are rounded to multiples of `least`, so that nobody
    is found out by a subtraction. What people change shows within two minutes.
    """
    return await meta.popularity(source, league, week, by, within if by == "pair" else None, asked.after, asked.limit)


@routes.get("/trends", scope=PUBLIC, pages=Pages(TREND, 52), cached=Trend, raises=(LeagueNotCounted,))
async def list_trend(meta: MetaNow, league: League, source: Of, by: By, value: Value, asked: Asked[int]) -> Answer:
    """A value by week of the league, the earliest first.

    Snapshots are in each week in which their character had one, with its last; builds are in the week in which they
    were first published. Weeks count from the league's start where it is known, else they are the ISO's: each says it.
    """
    return await meta.trend(source, league, by, value, asked.after, asked.limit)


@routes.get("/statistics", scope=PUBLIC, cached=LeagueStatistics, raises=(LeagueNotCounted, WeekNotCounted))
async def get_statistics(meta: MetaNow, league: League, week: Number = WHOLE) -> Answer:
    """A league in figures: people, characters, builds, levels, medians of damage and hit points.

    Medians are of one calculator and version each, and in two digits. No source tells of deaths: they are null.
    """
    return await meta.statistics(league, week)
