"""Reports of reviews and comments."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.ids import ReportId
from guildhall.db.pages import Cursor, Page
from guildhall.packs.poe2.builds.actions.moderation import require_moderator
from guildhall.packs.poe2.builds.api.moderation import OfStatus, PathReportId
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE
from guildhall.packs.poe2.builds.errors import (
    AboutYourself,
    AlreadyReported,
    NotAModerator,
    ReportHandled,
    TooManyReports,
)
from guildhall.packs.poe2.opinions import errors
from guildhall.packs.poe2.opinions.actions import moderation
from guildhall.packs.poe2.opinions.api.parameters import PathCommentId, PathReviewId
from guildhall.packs.poe2.opinions.queries import comments, reports, reviews
from guildhall.packs.poe2.opinions.schemas.reports import (
    OpinionReport,
    OpinionReportAnswer,
    OpinionReportMade,
    OpinionReportRequest,
)
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_REPORTS = Cursor("poe2.opinion_reports", 1, ReportId)
_REFUSED = (errors.OwnOpinion, TooManyReports, AlreadyReported)


@routes.post("/reviews/{review_id:uuid}/reports", scope=WRITE, raises=(errors.ReviewNotFound, *_REFUSED))
async def post_review_report(
    review_id: PathReviewId, data: OpinionReportRequest, tx: Write, settings: Poe2Settings
) -> OpinionReportMade:
    """Report a review to the moderators."""
    found = await reviews.review.one_or_none(tx, review_id)
    if found is None:
        raise errors.ReviewNotFound
    return OpinionReportMade(
        await moderation.report_opinion(
            tx, moderation.REVIEW, review_id, found.user_id, data.reason, settings.build_reports_most
        )
    )


@routes.post("/comments/{comment_id:uuid}/reports", scope=WRITE, raises=(errors.CommentNotFound, *_REFUSED))
async def post_comment_report(
    comment_id: PathCommentId, data: OpinionReportRequest, tx: Write, settings: Poe2Settings
) -> OpinionReportMade:
    """Report a comment to the moderators."""
    found = await comments.comment_to_answer.one_or_none(tx, comment_id)
    if found is None or found.user_id is None or found.deleted_at is not None:
        raise errors.CommentNotFound
    return OpinionReportMade(
        await moderation.report_opinion(
            tx, moderation.COMMENT, comment_id, found.user_id, data.reason, settings.build_reports_most
        )
    )


@routes.get("/opinion-reports", scope=READ, pages=Pages(_REPORTS), raises=(NotAModerator,))
async def list_opinion_reports(
    principal: Principal, tx: Read, asked: Asked[ReportId], status: OfStatus = "open"
) -> Page[OpinionReport]:
    """Reports of reviews and comments, newest first.

    For moderators of the platform.
    """
    require_moderator(principal)
    rows = await reports.reports.many(tx, status, asked.after, asked.rows)
    return _REPORTS.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/opinion-reports/{report_id:uuid}/answer",
    scope=WRITE,
    status=200,
    raises=(NotAModerator, errors.OpinionReportNotFound, AboutYourself, ReportHandled),
)
async def post_opinion_answer(
    report_id: PathReportId, data: OpinionReportAnswer, principal: Principal, tx: Write
) -> OpinionReport:
    """Resolve or dismiss a report of a review or comment.

    With `withhold` nobody but its author and moderators reads it any more, and a review counts no more. For moderators
    of the platform.
    """
    return await moderation.handle_report(tx, principal, report_id, data)
