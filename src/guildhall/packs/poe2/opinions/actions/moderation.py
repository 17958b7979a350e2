"""Reviews and comments reported, and taken back by moderators."""

from uuid import UUID

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.actions import add_report, close_report, count_own_reports, record_act
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.queries import report_to_handle
from guildhall.core.moderation.schemas import NewReport
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.actions.moderation import require_moderator
from guildhall.packs.poe2.builds.errors import AboutYourself, AlreadyReported, ReportHandled, TooManyReports
from guildhall.packs.poe2.ids import CommentId, ReviewId
from guildhall.packs.poe2.opinions.errors import OpinionReportNotFound, OwnOpinion
from guildhall.packs.poe2.opinions.queries import comments, reports, reviews
from guildhall.packs.poe2.opinions.schemas.reports import OpinionKind, OpinionReport, OpinionReportAnswer

REVIEW: OpinionKind = "poe2.review"
COMMENT: OpinionKind = "poe2.comment"


async def report_opinion(
    tx: Transaction, kind: OpinionKind, item: UUID, subject: UserId, reason: str, waiting_most: int
) -> ReportId:
    """Report a review or comment that the viewer sees. Raises OwnOpinion, TooManyReports, AlreadyReported."""
    if subject == tx.viewer.id:
        raise OwnOpinion
    if await count_own_reports(tx, "poe2") >= waiting_most:
        raise TooManyReports(most=waiting_most)
    report = NewReport(kind=kind, reason=reason, item=item, subject=subject, reporter=tx.viewer.id)
    added = await add_report(tx, report)
    if added is None:
        raise AlreadyReported
    return added


async def handle_report(
    tx: Transaction, principal: Principal, report_id: ReportId, answer: OpinionReportAnswer
) -> OpinionReport:
    """Close a report with an answer, and take back what it is about if the answer says so.

    Raises NotAModerator, OpinionReportNotFound, AboutYourself, ReportHandled.
    """
    moderator = require_moderator(principal)
    row = await report_to_handle.one_or_none(tx, report_id, "poe2")
    if row is None or row.kind not in (REVIEW, COMMENT) or row.item_id is None:
        raise OpinionReportNotFound
    if row.subject_id == moderator:
        raise AboutYourself
    if row.status != "open":
        raise ReportHandled
    await close_report(tx, row, answer.status, answer.resolution, by=moderator)
    if answer.withhold:
        if row.kind == REVIEW:
            taken = await reviews.withhold_review.run(tx, ReviewId(row.item_id), tx.now)
        else:
            taken = await comments.withhold_comment.run(tx, CommentId(row.item_id), tx.now)
        if taken:
            act = row.kind.removeprefix("poe2.") + "_withheld"
            await record_act(tx, "poe2", act, actor=moderator, subject=row.subject_id, context={"item_id": row.item_id})
    return await reports.report.one(tx, report_id)
