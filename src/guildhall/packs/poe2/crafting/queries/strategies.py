"""Statements about crafting strategies."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.crafting.schemas.strategies import StrategyCard, StrategyReport, StrategyRow
from guildhall.packs.poe2.ids import StrategyId

_CARD = """id, author, name, item_base, item_class, patch, league, expected_cost, success_rate, uses_count, known_count,
    success_count, success_low, is_public, created_at, updated_at"""
_ALL = f"{_CARD}, user_id, description, strategy_steps, plan, expected, withheld_at"
_FOUND = """where is_public and (:item_class::text is null or item_class = :item_class)
      and (:item_base::text is null or item_base = :item_base)"""


@rows(bool, "select true as seen from poe2.crafting_strategies where id = :id", proven=("seen",), hot=True)
def is_seen(id: StrategyId) -> None:
    """A row if the viewer sees a strategy."""


@rows(int, "select count(*) from poe2.crafting_strategies where user_id = :user")
def strategies_count(user: UserId) -> None: ...


@rows(str, "select name from core.users where id = :user")
def account_name(user: UserId) -> None: ...


@rows(StrategyRow, f"select {_ALL} from poe2.crafting_strategies where id = :id", hot=True)
def strategy(id: StrategyId) -> None:
    """A strategy that the viewer sees."""


@rows(StrategyRow, f"select {_ALL} from poe2.crafting_strategies where id = :id for update")
def strategy_to_change(id: StrategyId) -> None:
    """Lock a strategy and return it."""


@rows(
    StrategyCard,
    f"""
    select {_CARD} from poe2.crafting_strategies
    where user_id = :user and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
)
def own_strategies(user: UserId, after: StrategyId | None, limit: int) -> None:
    """A person's strategies, the latest first."""


@rows(
    StrategyCard,
    f"""
    select {_CARD} from poe2.crafting_strategies
    {_FOUND} and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
    custom_plan=True,
)
def newest(item_class: str | None, item_base: str | None, after: StrategyId | None, limit: int) -> None:
    """Public strategies, the latest first."""


@rows(
    StrategyCard,
    f"""
    select {_CARD} from poe2.crafting_strategies
    {_FOUND} and (:after::uuid is null or (uses_count, id) < (:uses, :after))
    order by uses_count desc, id desc
    limit :limit
    """,
    hot=True,
    custom_plan=True,
)
def most_used(
    item_class: str | None, item_base: str | None, uses: int | None, after: StrategyId | None, limit: int
) -> None:
    """Public strategies, those with the most sessions first."""


@rows(
    StrategyCard,
    f"""
    select {_CARD} from poe2.crafting_strategies
    {_FOUND} and (:after::uuid is null or (success_low, id) < (:low, :after))
    order by success_low desc, id desc
    limit :limit
    """,
    hot=True,
    custom_plan=True,
)
def most_successful(
    item_class: str | None, item_base: str | None, low: float | None, after: StrategyId | None, limit: int
) -> None:
    """Public strategies, by the lower end of the interval of their success."""


@command(
    """
    insert into poe2.crafting_strategies
        (id, user_id, author, name, description, item_base, item_class, strategy_steps, plan, patch, league,
         expected_cost, expected, is_public, created_at, updated_at)
    values (:id, :user, :author, :name, :description, :item_base, :item_class, :steps::jsonb, :plan::jsonb, :patch,
            :league, :expected_cost, :expected::jsonb, :is_public, :now, :now)
    """
)
def add_strategy(
    id: StrategyId,
    user: UserId,
    author: str,
    name: str,
    description: str | None,
    item_base: str | None,
    item_class: str | None,
    steps: Any,
    plan: Any,
    patch: str | None,
    league: str | None,
    expected_cost: Decimal | None,
    expected: Any,
    is_public: bool,
    now: datetime,
) -> None: ...


@rows(
    StrategyRow,
    f"""
    update poe2.crafting_strategies
    set name = :name, description = :description, is_public = :is_public, updated_at = :now
    where id = :id
    returning {_ALL}
    """,
)
def change_strategy(id: StrategyId, name: str, description: str | None, is_public: bool, now: datetime) -> None: ...


@command("delete from poe2.crafting_strategies where id = :id")
def drop_strategy(id: StrategyId) -> None: ...


@command("update poe2.crafting_strategies set is_public = false, withheld_at = :now, updated_at = :now where id = :id")
def withhold_strategy(id: StrategyId, now: datetime) -> None: ...


@rows(
    StrategyRow,
    f"""
    update poe2.crafting_strategies set withheld_at = null, is_public = true, updated_at = :now where id = :id
    returning {_ALL}
    """,
)
def allow_strategy(id: StrategyId, now: datetime) -> None: ...


_REPORT = """r.id, r.item_id as strategy_id, s.name, s.withheld_at, r.reporter_id, r.subject_id, r.reason, r.status,
    r.resolution, r.handled_by, r.handled_at, r.created_at"""
_REPORTS = "from core.reports r left join poe2.crafting_strategies s on s.id = r.item_id"


@rows(
    StrategyReport,
    f"select {_REPORT} {_REPORTS} where r.id = :id and r.kind = 'poe2.strategy'",
    proven=("strategy_id",),
)
def report(id: ReportId) -> None: ...


@rows(
    StrategyReport,
    f"""
    select {_REPORT} {_REPORTS}
    where r.place_id is null and r.status = :status and r.kind = 'poe2.strategy'
      and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    proven=("strategy_id",),
)
def reports(status: ReportStatus, after: ReportId | None, limit: int) -> None:
    """Reports of strategies, the latest first."""
