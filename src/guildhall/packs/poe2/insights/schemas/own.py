"""Answers about yourself: the dashboard, progress by day, play patterns."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.achievements.views import Achieved
from guildhall.core.analytics.schemas import Activity
from guildhall.packs.poe2.builds.schemas.builds import Visibility
from guildhall.packs.poe2.ids import BuildId, CharacterId, CraftingSessionId, MarketItemId, ShortId
from guildhall.packs.poe2.insights.schemas.meta import MetaHeadline

Class = {"class_name": "class"}


class CharacterNow(Struct, frozen=True):
    """One of the viewer's characters with its last snapshot, and the one of a week before in the same league."""

    id: CharacterId
    name: str
    class_name: str
    ascendancy: str | None
    league: str | None
    private_league: bool
    watched: bool
    level: int
    experience: int | None
    dps: float | None
    ehp: float | None
    calculated_by: str | None
    snapshot_at: datetime | None
    before_at: datetime | None
    before_level: int | None
    before_experience: int | None
    before_dps: float | None
    before_ehp: float | None
    before_calculated_by: str | None


class WeekChange(Struct, frozen=True):
    """The changes since an earlier snapshot of the same league.

    Damage and hit points are null where one is unknown, or another calculator claims them: those do not compare.
    """

    since: datetime
    levels: int
    experience: int | None
    dps: float | None
    ehp: float | None


class DashboardCharacter(Struct, frozen=True, rename=Class):
    """A character as its last snapshot has it; `change` is over a week, or since it came to the league."""

    id: CharacterId
    name: str
    class_name: str
    ascendancy: str | None
    league: str | None
    private_league: bool
    watched: bool
    level: int
    experience: int | None
    dps: float | None
    ehp: float | None
    calculated_by: str | None
    snapshot_at: datetime | None
    change: WeekChange | None


class DashboardBuild(Struct, frozen=True, rename=Class):
    """One of your builds; `rating` is the mean of its reviews, null without any."""

    id: BuildId
    short_id: ShortId
    title: str
    class_name: str
    ascendancy: str | None
    visibility: Visibility
    views: int
    likes: int
    reviews: int
    rating: float | None
    updated_at: datetime


class CraftingCost(Struct, frozen=True):
    """Completed sessions of the last 30 days in a league. `cost` is of those whose whole cost is known."""

    league: str | None
    price_base: str
    sessions: int
    known: Annotated[int, Meta(description="Sessions whose whole cost is known")]
    succeeded: int
    cost: Decimal | None


class DashboardSession(Struct, frozen=True):
    """A crafting session; `total_cost` is null where the cost of a step is unknown."""

    id: CraftingSessionId
    title: str | None
    item_base: str
    league: str | None
    price_base: str
    total_cost: Decimal | None
    success: bool | None
    created_at: datetime
    completed_at: datetime | None


class Mover(Struct, frozen=True):
    """A currency whose price has changed most, from one day's close to another's, in the league's base currency."""

    item_id: MarketItemId
    name: str
    price: Decimal
    day: date
    before: Decimal
    before_day: date
    change: Annotated[float, Meta(description="0.25 is a rise by a quarter")]


class Movers(Struct, frozen=True):
    """The currencies of a league whose prices changed most within a week; those that few trade are left out."""

    league: str
    base_currency: str
    items: list[Mover]


class Dashboard(Struct, frozen=True):
    """A person's characters, builds, sessions and market at a glance, a minute old at most.

    The lists have what is newest: 20 characters, 10 builds, 5 crafting sessions, 5 achievements. `league` is that of
    the character seen last, or the newest one; market and meta are of it.
    """

    as_of: datetime
    characters: list[DashboardCharacter]
    builds: list[DashboardBuild]
    crafting: list[DashboardSession]
    crafting_costs: list[CraftingCost]
    achievements: Achieved
    league: str | None
    market: Movers | None
    meta: MetaHeadline | None


class ProgressDay(Struct, frozen=True, rename=Class):
    """A character as the last snapshot of a UTC day has it. Claims compare only where `calculated_by` is the same."""

    day: date
    league: str | None
    class_name: str
    ascendancy: str | None
    level: int
    experience: int | None
    dps: float | None
    ehp: float | None
    calculated_by: str | None
    snapshot_at: datetime


class PlayedHour(Struct, frozen=True):
    """An hour of the week, and how often a character was seen to have gained experience in it. 1 is Monday."""

    weekday: int
    hour: int
    times: int


class PlayedDay(Struct, frozen=True):
    """A day, and how often a character was seen to have gained experience on it."""

    day: date
    times: int


class PlayPatterns(Struct, frozen=True):
    """The times at which your watched characters gained experience, and your activity here.

    A character is looked at every hour at most, and its experience alone every few hours: an hour is that of the look
    that saw the gain. Hours and days without any are left out. `activity` is as in `GET /api/v1/me/activity`.
    """

    since: datetime
    time_zone: str
    hours: list[PlayedHour]
    days: list[PlayedDay]
    activity: Activity
