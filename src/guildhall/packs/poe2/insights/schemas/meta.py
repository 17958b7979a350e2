"""Answers of the meta. Numbers of people behind snapshots are rounded; fewer than the least are null or not there."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.poe2.insights.rules.weeks import Counted
from guildhall.packs.poe2.insights.schemas.stored import Source

People = Annotated[int, Meta(ge=1, examples=[45])]
Share = Annotated[float, Meta(ge=0, le=1, examples=[0.36])]


class Week(Struct, frozen=True):
    """A week of a league. `counted_from` its start where that is known; else `number` is such as 202648 of the ISO."""

    number: int
    counted_from: Counted
    begins_at: datetime | None


class Sample(Struct, frozen=True):
    """The people of a source in a league, and their characters or builds; null where they are too few."""

    people: People | None
    characters: int | None
    counted_at: datetime | None


class MetaLeague(Struct, frozen=True):
    """A league with figures. Its weeks count from `starts_at`; null: its start is not known, and they are the ISO's."""

    league: Annotated[str, Meta(description="Empty: builds that name no league")]
    starts_at: datetime | None
    snapshots: Sample | None
    builds: Sample | None


class MetaLeagueRow(Struct, frozen=True):
    """A league with the samples of both sources."""

    league: str
    starts_at: datetime | None
    snapshot_people: int | None
    snapshot_characters: int | None
    snapshots_counted_at: datetime | None
    build_people: int | None
    build_characters: int | None
    builds_counted_at: datetime | None


class FigureRow(Struct, frozen=True):
    """A value, and how many people have it."""

    value: str
    people: int


class Figure(Struct, frozen=True):
    """A value and the people who have it, each once however many characters or builds they have.

    `share` is of the sample; the true share is between `share_from` and `share_to` nineteen times of twenty, if the
    sample is a fair one (Wilson interval, 95 %).
    """

    value: Annotated[str, Meta(examples=["Deadeye"])]
    people: People
    share: Share
    share_from: Share
    share_to: Share


class Popularity(Struct, frozen=True):
    """A page of values, those that most people have first. `sample` is how many people the dimension is known of."""

    league: str
    source: Source
    by: str
    week: Week | None
    sample: People | None
    least: Annotated[int, Meta(description="Fewer people than this are not shown; snapshots round to its multiples")]
    counted_at: datetime | None
    items: list[Figure]
    next: str | None


class TrendRow(Struct, frozen=True):
    """A week with the people who have a value, and its sample."""

    week: int
    people: int | None
    sample: int | None


class TrendPoint(Struct, frozen=True):
    """A week: the people who have the value and their share. Null is fewer than the least, and may be nobody."""

    week: Week
    people: People | None
    sample: People | None
    share: Share | None
    share_from: Share | None
    share_to: Share | None


class Trend(Struct, frozen=True):
    """A page of weeks, the earliest first."""

    league: str
    source: Source
    by: str
    value: str
    least: int
    items: list[TrendPoint]
    next: str | None


class Claim(Struct, frozen=True):
    """Medians of what one calculator claims, in two digits; null where too few people have a claim.

    Claims of two calculators, or of two versions of one, are never put together.
    """

    calculated_by: Annotated[str, Meta(examples=["PathOfBuilding2 0.12.1, tree 0_5"])]
    dps_people: People | None
    dps: float | None
    ehp_people: People | None
    ehp: float | None


class SourceStatistics(Struct, frozen=True):
    """The figures of a source: `characters` are characters or builds, `level` is the median, `levels` bands of five."""

    people: People
    characters: int
    level: int | None
    levels: list[Figure]
    claims: list[Claim]
    counted_at: datetime


class LeagueStatistics(Struct, frozen=True):
    """A league in figures. The sources are kept apart; null is one with too few people. No source tells of deaths."""

    league: str
    starts_at: datetime | None
    week: Week | None
    least: int
    snapshots: SourceStatistics | None
    builds: SourceStatistics | None
    deaths: None


class ScopeRow(Struct, frozen=True):
    """The numbers that are shown of a source, league and week."""

    people: int | None
    characters: int | None
    level_median: int | None
    least: int | None
    counted_at: datetime | None


class Headline(Struct, frozen=True):
    """The values that most people have, of one dimension."""

    by: str
    sample: People | None
    items: list[Figure]


class MetaHeadline(Struct, frozen=True):
    """The most common ascendancies and main gems of a league, by source."""

    league: str
    snapshots: list[Headline]
    builds: list[Headline]
