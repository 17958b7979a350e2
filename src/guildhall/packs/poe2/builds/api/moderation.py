"""Moderation of builds: reports, builds that are taken back, and featured ones."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.builds import errors
from guildhall.packs.poe2.builds.actions import moderation
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE, PathBuild
from guildhall.packs.poe2.builds.queries import builds, reports
from guildhall.packs.poe2.builds.rules.addresses import Named
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.builds.schemas.reports import (
    BuildReport,
    BuildReportAnswer,
    BuildReportMade,
    BuildReportRequest,
    OwnBuildReport,
)
from guildhall.packs.poe2.builds.views.builds import SharedBuilds, locate, visible
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_REPORTS = Cursor("poe2.build_reports", 1, ReportId)
_OWN = Cursor("poe2.own_build_reports", 1, ReportId)
PathReportId = Annotated[
    ReportId,
    PathParameter(description="The report's id", examples=[Example(value="0192f8a4-7c00-7000-8000-000000000001")]),
]
OfStatus = Annotated[ReportStatus, QueryParameter(name="status", description="Those of this status")]


@routes.post(
    "/builds/{build:str}/reports",
    scope=WRITE,
    raises=(*NO_BUILD, errors.OwnBuild, errors.AlreadyReported, errors.TooManyReports),
)
async def post_report(build: PathBuild, data: BuildReportRequest, tx: Write, settings: Poe2Settings) -> BuildReportMade:
    """Report a build to the moderators.

    Each person reports a build once.
    """
    found = await visible(tx, Named(build))
    return BuildReportMade(await moderation.report_build(tx, found, data.reason, settings.build_reports_most))


@routes.get("/me/build-reports", scope=READ, pages=Pages(_OWN))
async def list_own_reports(viewer: Viewer, tx: Read, asked: Asked[ReportId]) -> Page[OwnBuildReport]:
    """Your reports of builds, newest first."""
    rows = await reports.reports_by.many(tx, viewer.id, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)


@routes.get("/build-reports", scope=READ, pages=Pages(_REPORTS), raises=(errors.NotAModerator,))
async def list_reports(
    principal: Principal, tx: Read, asked: Asked[ReportId], status: OfStatus = "open"
) -> Page[BuildReport]:
    """Reports of builds, newest first.

    For moderators of the platform.
    """
    moderation.require_moderator(principal)
    rows = await reports.reports.many(tx, status, asked.after, asked.rows)
    return _REPORTS.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/build-reports/{report_id:uuid}/answer",
    scope=WRITE,
    status=200,
    raises=(errors.NotAModerator, errors.ReportNotFound, errors.AboutYourself, errors.ReportHandled),
)
async def post_answer(
    report_id: PathReportId, data: BuildReportAnswer, principal: Principal, db: Database, shared: SharedBuilds
) -> BuildReport:
    """Resolve or dismiss a report of a build.

    Close a report with an answer, once. With `withhold` the build is taken back: it is a draft that its author can edit
    and not share, until moderators allow it again; its author is notified. For moderators of the platform.
    """
    async with db.write(principal.viewer) as tx:
        report, withheld = await moderation.handle_report(tx, principal, report_id, data)
    if withheld is not None:
        shared.forget(withheld.short_id)
    return report


@routes.delete(
    "/builds/{build:str}/withholding",
    scope=WRITE,
    status=200,
    raises=(*NO_BUILD, errors.NotAModerator, errors.NotWithheld),
)
async def delete_withholding(
    build: PathBuild, principal: Principal, db: Database, shared: SharedBuilds
) -> BuildDetails:
    """Allow a build again that was taken back.

    It is again what it was, unlisted or public. For moderators of the platform.
    """
    async with db.write(principal.viewer) as tx:
        moderation.require_moderator(principal)
        found = await locate(tx, Named(build))
        locked = await moderation.allow_build(tx, principal, found.id)
        after = await builds.build.one(tx, found.id)
    shared.forget(locked.short_id)
    return after


@routes.put("/builds/{build:str}/feature", scope=WRITE, raises=(*NO_BUILD, errors.NotAModerator, errors.NotPublic))
async def put_feature(build: PathBuild, principal: Principal, db: Database, shared: SharedBuilds) -> BuildDetails:
    """Feature a public build.

    For moderators of the platform.
    """
    return await _feature(build, principal, db, shared, featured=True)


@routes.delete(
    "/builds/{build:str}/feature", scope=WRITE, status=200, raises=(*NO_BUILD, errors.NotAModerator, errors.NotPublic)
)
async def delete_feature(build: PathBuild, principal: Principal, db: Database, shared: SharedBuilds) -> BuildDetails:
    """Feature a build no longer.

    For moderators of the platform.
    """
    return await _feature(build, principal, db, shared, featured=False)


async def _feature(
    build: str, principal: Principal, db: Database, shared: SharedBuilds, *, featured: bool
) -> BuildDetails:
    moderator = moderation.require_moderator(principal)
    async with db.write(principal.viewer) as tx:
        found = await locate(tx, Named(build))
        locked = await moderation.feature_build(tx, moderator, found.id, featured)
        after = await builds.build.one(tx, found.id)
    shared.forget(locked.short_id)
    return after
