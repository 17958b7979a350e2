"""The meta: figures of leagues through the tiers of the cache."""

from collections.abc import Awaitable, Callable

import msgspec

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.core.upstream.templates import key_part
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.insights.errors import LeagueNotCounted, WeekNotCounted
from guildhall.packs.poe2.insights.kinds import META, META_LEAGUES
from guildhall.packs.poe2.insights.queries import figures as queries
from guildhall.packs.poe2.insights.rules.facets import Dimension
from guildhall.packs.poe2.insights.rules.shares import interval
from guildhall.packs.poe2.insights.rules.weeks import WHOLE, begins_at, counted_from
from guildhall.packs.poe2.insights.schemas.meta import (
    Figure,
    FigureRow,
    Headline,
    LeagueStatistics,
    MetaHeadline,
    MetaLeague,
    MetaLeagueRow,
    Popularity,
    Sample,
    SourceStatistics,
    Trend,
    TrendPoint,
    TrendRow,
    Week,
)
from guildhall.packs.poe2.insights.schemas.stored import LeagueStart, Source
from guildhall.packs.poe2.settings import Poe2Settings

_encode = msgspec.json.Encoder().encode

FIGURES = Cursor("poe2.meta_figures", 1, tuple[int, str])
TREND = Cursor("poe2.meta_trend", 1, int)
LEAGUES = Cursor("poe2.meta_leagues", 1, str)
_BANDS = 20
_HEADLINE = 3
_ISO = 100_000


class MetaNow:
    """Figures as they are shown now. Answers are forgotten when their figures are made anew."""

    def __init__(self, cache: Cache, db: Database, settings: Poe2Settings) -> None:
        self._cache = cache
        self._db = db
        self._least = settings.meta_people_least

    async def leagues(self, after: str | None, limit: int) -> Answer:
        """Find a page of leagues that have figures."""

        async def build(tx: Transaction) -> Page[MetaLeague]:
            rows = await queries.league_page.many(tx, after or "", after, limit + 1)
            page = LEAGUES.page(rows, limit, lambda row: row.league)
            return Page([_league(one) for one in page.items], page.next)

        return await self._made(META_LEAGUES, META_LEAGUES.key(key_part(after), limit), build)

    async def popularity(
        self, source: Source, league: str, week: int, by: Dimension, within: str | None,
        after: tuple[int, str] | None, limit: int,
    ) -> Answer:  # fmt: skip
        """Find a page of the values of a dimension. Raises LeagueNotCounted, WeekNotCounted."""

        async def build(tx: Transaction) -> Popularity:
            start = await _counted(tx, source, league)
            await _require_week(tx, source, league, week)
            scope = await queries.scope.one_or_none(tx, source, league, week)
            sample = await queries.sample.one_or_none(tx, source, league, week, by)
            people, value = after or (None, None)
            beginning = None if within is None else f"{within}: "
            rows = await queries.figure_page.many(tx, source, league, week, by, people, value, beginning, limit + 1)
            page = FIGURES.page(rows, limit, lambda row: (row.people, row.value))
            return Popularity(
                league, source, by, _week(week, start), sample, self._least, scope.counted_at if scope else None,
                [_figure(one, sample) for one in page.items], page.next,
            )  # fmt: skip

        parts = (source, week, by, key_part(within), key_part(after), limit)
        return await self._made(META, META.key(key_part(league), "popularity", *parts), build)

    async def trend(
        self, source: Source, league: str, by: Dimension, value: str, after: int | None, limit: int
    ) -> Answer:
        """Find a page of weeks. Raises LeagueNotCounted."""

        async def build(tx: Transaction) -> Trend:
            start = await _counted(tx, source, league)
            least, most = (_ISO, 2**31 - 1) if start.starts_at is None else (1, _ISO - 1)
            rows = await queries.trend_page.many(tx, source, league, by, value, after or 0, least, most, limit + 1)
            page = TREND.page(rows, limit, lambda row: row.week)
            return Trend(league, source, by, value, self._least, [_point(one, start) for one in page.items], page.next)

        parts = (source, by, key_part(value), key_part(after), limit)
        return await self._made(META, META.key(key_part(league), "trend", *parts), build)

    async def statistics(self, league: str, week: int) -> Answer:
        """Find the figures of a league, or of a week of it. Raises LeagueNotCounted, WeekNotCounted."""

        async def build(tx: Transaction) -> LeagueStatistics:
            start = await _counted(tx, None, league)
            await _require_week(tx, None, league, week)
            snapshots, builds = [await self._statistics(tx, one, league, week) for one in ("snapshots", "builds")]
            return LeagueStatistics(
                league, start.starts_at, _week(week, start), self._least, snapshots, builds, deaths=None
            )

        return await self._made(META, META.key(key_part(league), "statistics", week), build)

    async def headline(self, league: str) -> MetaHeadline | None:
        """Find the most common values of a league; None where there are no figures."""

        async def build(tx: Transaction) -> MetaHeadline | None:
            if await queries.league_start.one_or_none(tx, league) is None:
                return None
            snapshots, builds = [await _headlines(tx, one, league) for one in ("snapshots", "builds")]
            return MetaHeadline(league, snapshots, builds)

        answer = await self._made(META, META.key(key_part(league), "headline"), build)
        return msgspec.json.decode(answer.body, type=MetaHeadline | None)

    async def _statistics(self, tx: Transaction, source: Source, league: str, week: int) -> SourceStatistics | None:
        scope = await queries.scope.one_or_none(tx, source, league, week)
        if scope is None or scope.people is None or scope.characters is None or scope.counted_at is None:
            return None
        levels = await queries.figure_page.many(tx, source, league, week, "level", None, None, None, _BANDS)
        sample = await queries.sample.one_or_none(tx, source, league, week, "level")
        levels.sort(key=lambda one: int(one.value.partition("-")[0]))
        return SourceStatistics(
            scope.people, scope.characters, scope.level_median, [_figure(one, sample) for one in levels],
            await queries.claims.many(tx, source, league, week), scope.counted_at,
        )  # fmt: skip

    async def _made(self, kind: Kind, key: str, build: Callable[[Transaction], Awaitable[object]]) -> Answer:
        async def read() -> Fetched:
            async with self._db.read(snapshot=True) as tx:
                return Fetched(_encode(await build(tx)), tx.now, ttl=kind.ttl)

        return await self._cache.get(kind, key, read, read)


async def _counted(tx: Transaction, source: Source | None, league: str) -> LeagueStart:
    """Return the start that the weeks of a league with figures count from. Raises LeagueNotCounted."""
    start = await queries.league_start.one_or_none(tx, league)
    if start is None or not await _has_scope(tx, source, league, WHOLE):
        raise LeagueNotCounted(league=league)
    return start


async def _require_week(tx: Transaction, source: Source | None, league: str, week: int) -> None:
    """Raises WeekNotCounted."""
    if week != WHOLE and not await _has_scope(tx, source, league, week):
        raise WeekNotCounted(week=week, league=league)


async def _has_scope(tx: Transaction, source: Source | None, league: str, week: int) -> bool:
    sources: tuple[Source, ...] = ("snapshots", "builds") if source is None else (source,)
    return any([await queries.scope.one_or_none(tx, one, league, week) for one in sources])


async def _headlines(tx: Transaction, source: Source, league: str) -> list[Headline]:
    dimensions: tuple[Dimension, ...] = ("ascendancy", "skill")
    found = []
    for by in dimensions:
        sample = await queries.sample.one_or_none(tx, source, league, WHOLE, by)
        rows = await queries.figure_page.many(tx, source, league, WHOLE, by, None, None, None, _HEADLINE)
        found.append(Headline(by, sample, [_figure(one, sample) for one in rows]))
    return found


def _week(number: int, start: LeagueStart) -> Week | None:
    if number == WHOLE:
        return None
    return Week(number, counted_from(number), begins_at(number, start.starts_at))


def _figure(row: FigureRow, sample: int | None) -> Figure:
    whole = max(sample or 0, row.people)
    return Figure(row.value, row.people, row.people / whole, *interval(row.people, whole))


def _point(row: TrendRow, start: LeagueStart) -> TrendPoint:
    week = _week(row.week, start)
    assert week is not None
    if row.people is None or row.sample is None:
        return TrendPoint(week, None, row.sample, None, None, None)
    whole = max(row.sample, row.people)
    return TrendPoint(week, row.people, row.sample, row.people / whole, *interval(row.people, whole))


def _league(row: MetaLeagueRow) -> MetaLeague:
    return MetaLeague(
        row.league, row.starts_at,
        None if row.snapshots_counted_at is None
        else Sample(row.snapshot_people, row.snapshot_characters, row.snapshots_counted_at),
        None if row.builds_counted_at is None
        else Sample(row.build_people, row.build_characters, row.builds_counted_at),
    )  # fmt: skip
