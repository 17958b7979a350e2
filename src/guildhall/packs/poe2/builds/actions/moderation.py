"""Builds reported, taken back, allowed again, and featured."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.jobs.actions import send
from guildhall.core.moderation.actions import add_report, close_report, count_own_reports, record_act
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.queries import report_to_handle
from guildhall.core.moderation.schemas import NewReport
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.builds import messages
from guildhall.packs.poe2.builds.actions.adding import forget_answers
from guildhall.packs.poe2.builds.errors import (
    AboutYourself,
    AlreadyReported,
    BuildNotFound,
    NotAModerator,
    NotPublic,
    NotWithheld,
    OwnBuild,
    ReportHandled,
    ReportNotFound,
    TooManyReports,
)
from guildhall.packs.poe2.builds.queries import builds, reports
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, LockedBuild
from guildhall.packs.poe2.builds.schemas.reports import BuildReport, BuildReportAnswer
from guildhall.packs.poe2.ids import BuildId

KIND = "poe2.build"


def require_moderator(principal: Principal) -> UserId:
    """Return the account of a moderator of the platform. Raises NotAModerator."""
    if principal.role not in ("moderator", "admin"):
        raise NotAModerator
    return principal.viewer.id


async def report_build(tx: Transaction, build: BuildDetails, reason: str, waiting_most: int) -> ReportId:
    """Report a build that the viewer sees. Raises OwnBuild, TooManyReports, AlreadyReported."""
    if build.user_id == tx.viewer.id:
        raise OwnBuild
    if await count_own_reports(tx, "poe2") >= waiting_most:
        raise TooManyReports(most=waiting_most)
    report = NewReport(kind=KIND, reason=reason, item=build.id, subject=build.user_id, reporter=tx.viewer.id)
    added = await add_report(tx, report)
    if added is None:
        raise AlreadyReported
    return added


async def handle_report(
    tx: Transaction, principal: Principal, report_id: ReportId, answer: BuildReportAnswer
) -> tuple[BuildReport, LockedBuild | None]:
    """Close a report with an answer, and take the build back if it says so; the report, and the build then.

    Raises NotAModerator, ReportNotFound, AboutYourself, ReportHandled.
    """
    moderator = require_moderator(principal)
    row = await report_to_handle.one_or_none(tx, report_id, "poe2")
    if row is None or row.kind != KIND or row.item_id is None:
        raise ReportNotFound
    if row.subject_id == moderator:
        raise AboutYourself
    if row.status != "open":
        raise ReportHandled
    await close_report(tx, row, answer.status, answer.resolution, by=moderator)
    withheld = await _withhold(tx, moderator, BuildId(row.item_id)) if answer.withhold else None
    return await reports.report.one(tx, report_id), withheld


async def _withhold(tx: Transaction, moderator: UserId, build_id: BuildId) -> LockedBuild | None:
    """Take a build back; None if it is gone or a draft by now."""
    locked = await builds.build_to_change.one_or_none(tx, build_id)
    if locked is None or locked.visibility == "draft":
        return None
    await reports.withhold_build.run(tx, build_id, tx.now)
    await record_act(
        tx, "poe2", "build_withheld", actor=moderator, subject=locked.user_id, context={"build_id": build_id}
    )
    if locked.visibility == "public":
        await send(tx, messages.BuildUnpublished(build_id))
    await send(tx, messages.BuildWithheld(build_id))
    await forget_answers(tx, locked)
    return locked


async def allow_build(tx: Transaction, principal: Principal, build_id: BuildId) -> LockedBuild:
    """Allow a build that was taken back: others see it again as they did.

    Raises NotAModerator, BuildNotFound, NotWithheld.
    """
    moderator = require_moderator(principal)
    locked = await builds.build_to_change.one_or_none(tx, build_id)
    if locked is None:
        raise BuildNotFound
    if locked.withheld_at is None:
        raise NotWithheld
    visibility = await reports.allow_build.one(tx, build_id, tx.now)
    await record_act(
        tx, "poe2", "build_allowed", actor=moderator, subject=locked.user_id, context={"build_id": build_id}
    )
    if visibility == "public":
        await send(tx, messages.BuildPublished(build_id))
    await forget_answers(tx, locked)
    return locked


async def feature_build(tx: Transaction, actor: UserId | None, build_id: BuildId, featured: bool) -> LockedBuild:
    """Feature a public build, or no longer; `actor` is a moderator, or None for an operator.

    Raises BuildNotFound, NotPublic.
    """
    locked = await builds.build_to_change.one_or_none(tx, build_id)
    if locked is None:
        raise BuildNotFound
    if featured and locked.visibility != "public":
        raise NotPublic
    if locked.is_featured != featured:
        await reports.put_featured.run(tx, build_id, featured)
        act = "build_featured" if featured else "build_unfeatured"
        await record_act(tx, "poe2", act, actor=actor, subject=locked.user_id, context={"build_id": build_id})
        await send(tx, messages.BuildChanged(build_id))
        await forget_answers(tx, locked)
    return locked
