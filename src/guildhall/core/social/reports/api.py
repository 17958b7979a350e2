"""Reports of profiles over HTTP."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.parameters import AN_ID
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.core.social.blocks.errors import ToYourself
from guildhall.core.social.parameters import WRITE, PathHandle
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.reports import actions
from guildhall.core.social.reports.errors import AlreadyReported, ReportHandled, ReportNotFound, TooManyReports
from guildhall.core.social.reports.queries import profile_reports
from guildhall.core.social.reports.schemas import (
    ProfileReport,
    ProfileReportAnswer,
    ProfileReportMade,
    ProfileReportRequest,
)
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pages import Cursor, Page
from guildhall.pack import WebPart
from guildhall.web.route import PEOPLE, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

_REPORTS = Cursor("profile_reports", 1, tuple[ReportId])

PathReportId = Annotated[ReportId, PathParameter(description="The report's id", examples=AN_ID)]
OfStatus = Annotated[ReportStatus, QueryParameter(name="status", description="Those of this status")]


@routes.post(
    "/profiles/{handle:str}/reports",
    scope=WRITE,
    raises=(ProfileNotFound, ToYourself, AlreadyReported, TooManyReports),
)
async def post_report(
    handle: PathHandle, data: ProfileReportRequest, tx: Write, settings: SocialSettings
) -> ProfileReportMade:
    """Report a profile.

    To the platform's moderators, once.
    """
    return ProfileReportMade(await actions.report_profile(tx, handle, data.reason, settings.open_reports_most))


@routes.get("/profile-reports", scope=PEOPLE, pages=Pages(_REPORTS, 50), raises=(RoleMissing,))
async def list_reports(
    principal: Principal, tx: Read, asked: Asked[tuple[ReportId]], status: OfStatus = "open"
) -> Page[ProfileReport]:
    """Reports of profiles, newest first.

    For moderators.
    """
    require_role(principal, "moderator")
    rows = await profile_reports.many(tx, status, None if asked.after is None else asked.after[0], asked.rows)
    return _REPORTS.page(rows, asked.limit, lambda row: (row.id,))


@routes.post(
    "/profile-reports/{report_id:uuid}/answer",
    scope=PEOPLE,
    status=200,
    raises=(RoleMissing, ReportNotFound, ToYourself, ReportHandled),
)
async def post_answer(
    report_id: PathReportId, data: ProfileReportAnswer, principal: Principal, tx: Write
) -> ProfileReport:
    """Resolve or dismiss a report of a profile.

    Once. For moderators.
    """
    return await actions.answer_report(tx, principal, report_id, data)


WEB = WebPart(routes=routes)
