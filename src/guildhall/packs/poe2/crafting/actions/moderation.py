"""Strategies reported, taken back, and allowed again."""

from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.actions import add_report, close_report, count_own_reports, record_act
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.queries import report_to_handle
from guildhall.core.moderation.schemas import NewReport
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.crafting.errors import (
    AboutYourStrategy,
    OwnStrategy,
    StrategyNotFound,
    StrategyNotWithheld,
    StrategyReported,
    StrategyReportHandled,
    StrategyReportNotFound,
    TooManyStrategyReports,
)
from guildhall.packs.poe2.crafting.queries import strategies as queries
from guildhall.packs.poe2.crafting.schemas.strategies import StrategyReport, StrategyReportAnswer, StrategyRow
from guildhall.packs.poe2.ids import StrategyId

_KIND = "poe2.strategy"


async def report_strategy(tx: Transaction, id: StrategyId, reason: str, waiting_most: int) -> ReportId:
    """Report a strategy that the viewer sees.

    Raises StrategyNotFound, OwnStrategy, TooManyStrategyReports, StrategyReported.
    """
    row = await queries.strategy.one_or_none(tx, id)
    if row is None:
        raise StrategyNotFound
    if row.user_id == tx.viewer.id:
        raise OwnStrategy
    if await count_own_reports(tx, "poe2") >= waiting_most:
        raise TooManyStrategyReports(most=waiting_most)
    report = NewReport(kind=_KIND, reason=reason, item=id, subject=row.user_id, reporter=tx.viewer.id)
    added = await add_report(tx, report)
    if added is None:
        raise StrategyReported
    return added


async def handle_report(
    tx: Transaction, principal: Principal, report_id: ReportId, answer: StrategyReportAnswer
) -> StrategyReport:
    """Close a report with an answer, and take the strategy back if it says so.

    Raises RoleMissing, StrategyReportNotFound, AboutYourStrategy, StrategyReportHandled.
    """
    require_role(principal, "moderator")
    moderator = principal.viewer.id
    row = await report_to_handle.one_or_none(tx, report_id, "poe2")
    if row is None or row.kind != _KIND or row.item_id is None:
        raise StrategyReportNotFound
    if row.subject_id == moderator:
        raise AboutYourStrategy
    if row.status != "open":
        raise StrategyReportHandled
    await close_report(tx, row, answer.status, answer.resolution, by=moderator)
    if answer.withhold:
        await _withhold(tx, moderator, StrategyId(row.item_id))
    return await queries.report.one(tx, report_id)


async def _withhold(tx: Transaction, moderator: UserId, id: StrategyId) -> None:
    """Take a strategy back; one that is gone or private by now stays what it is."""
    row = await queries.strategy_to_change.one_or_none(tx, id)
    if row is not None and row.is_public:
        await queries.withhold_strategy.run(tx, id, tx.now)
        await record_act(
            tx, "poe2", "strategy_withheld", actor=moderator, subject=row.user_id, context={"strategy_id": id}
        )


async def allow_strategy(tx: Transaction, principal: Principal, id: StrategyId) -> StrategyRow:
    """Allow a strategy that was taken back: it is public again.

    Raises RoleMissing, StrategyNotFound, StrategyNotWithheld.
    """
    require_role(principal, "moderator")
    row = await queries.strategy_to_change.one_or_none(tx, id)
    if row is None:
        raise StrategyNotFound
    if row.withheld_at is None:
        raise StrategyNotWithheld
    allowed = await queries.allow_strategy.one(tx, id, tx.now)
    await record_act(
        tx, "poe2", "strategy_allowed", actor=principal.viewer.id, subject=row.user_id, context={"strategy_id": id}
    )
    return allowed
