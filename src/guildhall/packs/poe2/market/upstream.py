"""poe2scout's API and its routes.

A row that cannot be true (a price of nothing, or of more than there is) is dropped and counted, never stored; an answer
without one sound row, or of something else than was asked for, is a lie.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from guildhall import __version__
from guildhall.core.upstream.routes import upstream_route
from guildhall.core.upstream.rows import Rows
from guildhall.core.upstream.schemas import UpstreamOptions
from guildhall.core.upstream.upstream import Upstream
from guildhall.packs.poe2.market.errors import MarketItemNotFound, MarketOff
from guildhall.packs.poe2.market.schemas.given import (
    GivenCategories,
    GivenDays,
    GivenHistory,
    GivenLeague,
    GivenListed,
    GivenPage,
    GivenPair,
)
from guildhall.packs.poe2.settings import Poe2Settings

PAGE = 250
"""Items on a page; poe2scout gives no more."""
MOST_PAGES = 20
"""Pages of a category. All items of the game would fit on as many."""
_POINTS = 8


def _no_leagues(given: Sequence[GivenLeague], _: Mapping[str, Any]) -> str | None:
    names = [one.value for one in given]
    if not names:
        return "no leagues"
    return None if len(set(names)) == len(names) else "a league twice"


def _no_categories(given: GivenCategories, _: Mapping[str, Any]) -> str | None:
    both = {one.api_id for one in given.currency_categories} & {one.api_id for one in given.unique_categories}
    return f"a category of both kinds, {min(both)}" if both else None


def _another_page(given: GivenPage, asked: Mapping[str, Any]) -> str | None:
    """Return the fault of a page: another than was asked for, or one of more than there can be."""
    if given.current_page != asked["page"]:
        return f"page {given.current_page} instead of {asked['page']}"
    if not 0 <= given.pages <= MOST_PAGES:
        return f"{given.pages} pages"
    if not given.items and given.pages > asked["page"]:
        return "an empty page with more behind it"
    other = next((one.category_api_id for one in given.items if one.category_api_id != asked["category"]), None)
    return None if other is None else f"items of {other} instead of {asked['category']}"


def _impossible_pair(pair: GivenPair) -> str | None:
    figures = (pair.volume, pair.currency_one_data.relative_price, pair.currency_two_data.relative_price)
    return "a pair with less than nothing traded" if min(figures) < 0 else None


class Poe2Scout(Upstream[Poe2Settings]):
    """poe2scout's routes. Prices are asked for in the base currency that a league had when it was first seen."""

    @classmethod
    def options(cls, settings: Poe2Settings) -> UpstreamOptions:
        """Return the options of calls. poe2scout tells no limits; these are ours."""
        return UpstreamOptions(
            base_url=settings.scout_url,
            headers={"User-Agent": f"Guildhall/{__version__} (contact: {settings.scout_contact})"},
            minute_limit=settings.scout_minute_limit or None,
            day_limit=settings.scout_day_limit or None,
            reserve=settings.scout_reserve,
            deadline=settings.scout_deadline_seconds,
            attempt_timeout=max(1.0, settings.scout_deadline_seconds / 2),
            concurrency=settings.scout_concurrency,
            largest_bytes=16_000_000,
        )

    async def prepare(self) -> None:
        """Raise MarketOff where poe2scout's people could ask nobody about our calls."""
        if self.settings.scout_contact is None:
            raise MarketOff

    @upstream_route("/{realm}/Leagues", Rows(list[GivenLeague], strict=False), check=_no_leagues)
    def leagues(self, realm: str) -> None:
        """All leagues that ever had prices."""

    @upstream_route("/{realm}/Leagues/{league}/Items/Categories", Rows(GivenCategories), check=_no_categories)
    def categories(self, realm: str, league: str) -> None:
        """The categories that have prices in a league."""

    @upstream_route("/{realm}/Leagues/{league}/Items", Rows(list[GivenListed], strict=False))
    def items(self, realm: str, league: str) -> None:
        """All items that are known."""

    @upstream_route(
        "/{realm}/Leagues/{league}/Currencies/ByCategory", Rows(GivenPage, strict=False), check=_another_page
    )
    def currencies(
        self,
        realm: str,
        league: str,
        category: str,
        page: int,
        frequencyHours: int,  # noqa: N803 (its name in the address)
        referenceCurrency: str,  # noqa: N803
        dataPoints: int = _POINTS,  # noqa: N803
        perPage: int = PAGE,  # noqa: N803
    ) -> None:
        """A page of a category of the currency exchange, with the last buckets of each item."""

    @upstream_route("/{realm}/Leagues/{league}/Uniques/ByCategory", Rows(GivenPage, strict=False), check=_another_page)
    def uniques(
        self,
        realm: str,
        league: str,
        category: str,
        page: int,
        frequencyHours: int,  # noqa: N803
        referenceCurrency: str,  # noqa: N803
        dataPoints: int = _POINTS,  # noqa: N803
        perPage: int = PAGE,  # noqa: N803
    ) -> None:
        """A page of a category of unique items, with the last buckets of each."""

    @upstream_route("/{realm}/Leagues/{league}/Items/{item}/History", Rows(GivenHistory, strict=False))
    def history(
        self,
        realm: str,
        league: str,
        item: str,
        logCount: int,  # noqa: N803
        endTime: str,  # noqa: N803
        referenceCurrency: str,  # noqa: N803
    ) -> None:
        """Prices of an item by the hour before a time; `logCount` is a multiple of four."""

    @upstream_route(
        "/{realm}/Leagues/{league}/Items/{item}/DailyStatsHistory",
        Rows(GivenDays, strict=False),
        missing=MarketItemNotFound,
    )
    def daily_stats(
        self,
        realm: str,
        league: str,
        item: str,
        dayCount: int,  # noqa: N803
        endDate: str,  # noqa: N803
    ) -> None:
        """Figures of an item by the day up to one, oldest first, in the league's base currency of now."""

    @upstream_route(
        "/{realm}/Leagues/{league}/SnapshotPairs", Rows(list[GivenPair], strict=False, judge=_impossible_pair)
    )
    def pairs(self, realm: str, league: str) -> None:
        """The pairs that were traded at the currency exchange in the last hour."""


def as_time(at: datetime) -> str:
    """Return a time as poe2scout takes it: UTC's, without a zone."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def as_day(day: date) -> str:
    """Return a day as poe2scout takes it."""
    return f"{day.isoformat()}T00:00:00"
