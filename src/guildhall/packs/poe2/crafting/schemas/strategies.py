"""Structs of crafting strategies: requests, rows, answers."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import Answer, ReportStatus
from guildhall.ids import UserId
from guildhall.packs.poe2.crafting.rules.game import Id
from guildhall.packs.poe2.crafting.rules.items import CraftItem
from guildhall.packs.poe2.crafting.rules.plan import MOST_TARGETS, Condition, CraftTarget, PlanStep
from guildhall.packs.poe2.crafting.rules.prices import GivenPrice, GivenPrices
from guildhall.packs.poe2.crafting.schemas.game import Patch
from guildhall.packs.poe2.crafting.schemas.odds import Estimate, League
from guildhall.packs.poe2.crafting.schemas.sessions import BaseName, ClassName, ShortNote
from guildhall.packs.poe2.ids import StrategyId
from guildhall.text import LINE, TEXT

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE, examples=["Cheap life and resistances"])]
Description = Annotated[str, Meta(max_length=5_000, pattern=TEXT, examples=["Begin with a base of level 82."])]


class StrategyStep(PlanStep, frozen=True, kw_only=True):
    """A step of a strategy: that of a plan, with a note. Without a plan its words are only told."""

    note: ShortNote | None = None


class StrategyPlan(Struct, frozen=True, kw_only=True):
    """The rest of a plan beside the steps: with it the strategy has odds and an expected cost."""

    item: CraftItem
    targets: Annotated[list[CraftTarget], Meta(min_length=1, max_length=MOST_TARGETS)]
    goal: Condition | None = None
    at_end: Literal["restart", "stop"] = "restart"


Steps = Annotated[list[StrategyStep], Meta(min_length=1, max_length=20)]


class StrategyRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A strategy. With a `plan` its expected cost is calculated, at the prices of the league and those given."""

    name: Name
    description: Description | None = None
    item_base: BaseName | None = None
    item_class: ClassName | None = None
    steps: Steps
    plan: StrategyPlan | None = None
    patch: Patch | None = None
    league: League | None = None
    price_base: Id | None = None
    prices: GivenPrices = {}
    item_price: GivenPrice | None = None
    is_public: bool = False


class StrategyChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change of what is said of a strategy; what is left out stays. Its steps stay what its sessions have used."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    is_public: bool | UnsetType = UNSET


class SharedSession(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session to make a strategy of."""

    name: Name
    description: Description | None = None
    is_public: bool = False


class Expected(Struct, frozen=True, kw_only=True):
    """The ground of an expected cost: estimated odds, and prices of a time."""

    estimate: Estimate
    success: float
    attempts: float
    units: dict[str, float]
    base: str
    at: datetime
    unknown_prices: list[str]


class Interval(Struct, frozen=True):
    """The Wilson interval of 95 % of a share; `known` is the number of sessions behind it."""

    low: float
    high: float
    known: int
    method: Literal["wilson_95"] = "wilson_95"


class StrategyCard(Struct, frozen=True):
    """A strategy's row in a list."""

    id: StrategyId
    author: str
    name: str
    item_base: str | None
    item_class: str | None
    patch: str | None
    league: str | None
    expected_cost: Decimal | None
    success_rate: Decimal | None
    uses_count: int
    known_count: int
    success_count: int
    success_low: float
    is_public: bool
    created_at: datetime
    updated_at: datetime


class StrategyRow(StrategyCard, frozen=True):
    """A strategy's row."""

    user_id: UserId
    description: str | None
    strategy_steps: Any
    plan: Any
    expected: Any
    withheld_at: datetime | None


class StrategyLine(Struct, frozen=True):
    """A strategy in a list.

    `uses_count` is the number of completed sessions that name it, `known_count` of those of which it is known how they
    ended, `success_count` of successes. The interval is null while nothing is known.
    """

    id: StrategyId
    author: str
    name: str
    item_base: str | None
    item_class: str | None
    patch: str | None
    league: str | None
    expected_cost: Decimal | None
    success_rate: Decimal | None
    success_interval: Interval | None
    uses_count: int
    known_count: int
    success_count: int
    is_public: bool
    created_at: datetime
    updated_at: datetime


class Strategy(StrategyLine, frozen=True):
    """A strategy."""

    description: str | None
    strategy_steps: list[StrategyStep]
    plan: StrategyPlan | None
    expected: Expected | None
    is_yours: bool
    withheld_at: datetime | None


class StrategyReportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The reason why moderators should look at a strategy."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINE, examples=["Insults in the description"])]


class StrategyReportMade(Struct, frozen=True):
    """A report that was made."""

    id: ReportId


class StrategyReport(Struct, frozen=True):
    """A report, as moderators see it. Without a name the strategy is gone, or private."""

    id: ReportId
    strategy_id: StrategyId
    name: str | None
    withheld_at: datetime | None
    reporter_id: UserId | None
    subject_id: UserId | None
    reason: str
    status: ReportStatus
    resolution: str | None
    handled_by: UserId | None
    handled_at: datetime | None
    created_at: datetime


class StrategyReportAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of a report. With `withhold` the strategy is taken back: private until moderators allow it again."""

    status: Answer
    resolution: Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Taken back"])] | None = None
    withhold: bool = False
