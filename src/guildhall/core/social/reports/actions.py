"""Reporting a profile, and handling the report."""

from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.actions import add_report, close_report, count_own_reports
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.queries import report_to_handle
from guildhall.core.moderation.schemas import NewReport
from guildhall.core.social.blocks.errors import ToYourself
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import card_of_handle
from guildhall.core.social.profiles.rules import handle_key
from guildhall.core.social.reports.errors import AlreadyReported, ReportHandled, ReportNotFound, TooManyReports
from guildhall.core.social.reports.queries import profile_report
from guildhall.core.social.reports.schemas import ProfileReport, ProfileReportAnswer
from guildhall.db.pool import Transaction

_SLICE = "social"


async def report_profile(tx: Transaction, handle: str, reason: str, waiting_most: int) -> ReportId:
    """Report a profile to the platform's moderators as the viewer, once.

    Raises ProfileNotFound, ToYourself, TooManyReports, AlreadyReported.
    """
    card = await card_of_handle.one_or_none(tx, handle_key(handle))
    if card is None:
        raise ProfileNotFound
    if card.user_id == tx.viewer.id:
        raise ToYourself
    if await count_own_reports(tx, _SLICE) >= waiting_most:
        raise TooManyReports(most=waiting_most)
    made = await add_report(
        tx,
        NewReport(
            kind="social.profile", reason=reason, item=card.user_id, subject=card.user_id, reporter=tx.viewer.id
        ),
    )  # fmt: skip
    if made is None:
        raise AlreadyReported
    return made


async def answer_report(
    tx: Transaction, principal: Principal, report_id: ReportId, answer: ProfileReportAnswer
) -> ProfileReport:
    """Close a report with an answer, as a moderator who is not its subject.

    Raises RoleMissing, ReportNotFound, ToYourself, ReportHandled.
    """
    require_role(principal, "moderator")
    row = await report_to_handle.one_or_none(tx, report_id, _SLICE)
    if row is None:
        raise ReportNotFound
    if row.subject_id == principal.viewer.id:
        raise ToYourself
    if row.status != "open":
        raise ReportHandled
    await close_report(tx, row, answer.status, answer.resolution, by=principal.viewer.id)
    return await profile_report.one(tx, report_id)
