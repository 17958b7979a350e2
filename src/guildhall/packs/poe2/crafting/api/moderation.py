"""Moderation of strategies."""

from typing import Annotated

from litestar.params import QueryParameter

from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.pages import Cursor, Page
from guildhall.packs.poe2.crafting import errors
from guildhall.packs.poe2.crafting.actions import moderation as actions
from guildhall.packs.poe2.crafting.api.parameters import READ, WRITE, PathReportId, PathStrategyId
from guildhall.packs.poe2.crafting.queries import strategies as queries
from guildhall.packs.poe2.crafting.schemas.strategies import (
    Strategy,
    StrategyReport,
    StrategyReportAnswer,
    StrategyReportMade,
    StrategyReportRequest,
)
from guildhall.packs.poe2.crafting.views.strategies import shown
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2/crafting")

_REPORTS = Cursor("poe2.strategy_reports", 1, ReportId)
OfStatus = Annotated[ReportStatus, QueryParameter(name="status", description="Those of this status")]


@routes.post(
    "/strategies/{strategy_id:uuid}/reports",
    scope=WRITE,
    raises=(errors.StrategyNotFound, errors.OwnStrategy, errors.StrategyReported, errors.TooManyStrategyReports),
)
async def post_report(
    strategy_id: PathStrategyId, data: StrategyReportRequest, tx: Write, settings: Poe2Settings
) -> StrategyReportMade:
    """Report a strategy to the moderators.

    Each person reports a strategy once.
    """
    made = await actions.report_strategy(tx, strategy_id, data.reason, settings.crafting_reports_most)
    return StrategyReportMade(made)


@routes.get("/strategy-reports", scope=READ, pages=Pages(_REPORTS), raises=(RoleMissing,))
async def list_reports(
    principal: Principal, tx: Read, asked: Asked[ReportId], status: OfStatus = "open"
) -> Page[StrategyReport]:
    """Reports of strategies, newest first.

    For moderators of the platform.
    """
    require_role(principal, "moderator")
    rows = await queries.reports.many(tx, status, asked.after, asked.rows)
    return _REPORTS.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/strategy-reports/{report_id:uuid}/answer",
    scope=WRITE,
    status=200,
    raises=(RoleMissing, errors.StrategyReportNotFound, errors.AboutYourStrategy, errors.StrategyReportHandled),
)
async def post_answer(
    report_id: PathReportId, data: StrategyReportAnswer, principal: Principal, tx: Write
) -> StrategyReport:
    """Resolve or dismiss a report of a strategy.

    Close a report with an answer, once. With `withhold` the strategy is taken back: its author can edit it, and not
    make it public, until moderators allow it again. For moderators of the platform.
    """
    return await actions.handle_report(tx, principal, report_id, data)


@routes.delete(
    "/strategies/{strategy_id:uuid}/withholding",
    scope=WRITE,
    status=200,
    raises=(RoleMissing, errors.StrategyNotFound, errors.StrategyNotWithheld),
)
async def delete_withholding(strategy_id: PathStrategyId, principal: Principal, tx: Write) -> Strategy:
    """Allow a strategy again that was taken back.

    It is public again. For moderators of the platform.
    """
    return shown(await actions.allow_strategy(tx, principal, strategy_id), principal.viewer)
