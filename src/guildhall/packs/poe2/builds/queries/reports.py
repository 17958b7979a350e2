"""Reports of builds, and what moderators do with builds."""

from datetime import datetime

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.schemas.builds import Visibility
from guildhall.packs.poe2.builds.schemas.reports import BuildReport, OwnBuildReport
from guildhall.packs.poe2.ids import BuildId

_REPORT = """r.id, r.item_id as build_id, b.short_id, b.title, b.withheld_at, r.reporter_id, r.subject_id, r.reason,
    r.status, r.resolution, r.handled_by, r.handled_at, r.created_at"""
_FROM = "from core.reports r left join poe2.build_templates b on b.id = r.item_id"


@rows(BuildReport, f"select {_REPORT} {_FROM} where r.id = :id and r.kind = 'poe2.build'", proven=("build_id",))
def report(id: ReportId) -> None: ...


@rows(
    BuildReport,
    f"""
    select {_REPORT} {_FROM}
    where r.place_id is null and r.status = :status and r.kind = 'poe2.build'
      and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    proven=("build_id",),
)
def reports(status: ReportStatus, after: ReportId | None, limit: int) -> None:
    """Reports of builds, the latest first."""


@rows(
    OwnBuildReport,
    """
    select id, item_id as build_id, reason, status, created_at
    from core.reports
    where reporter_id = :reporter and kind = 'poe2.build' and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
    proven=("build_id",),
)
def reports_by(reporter: UserId, after: ReportId | None, limit: int) -> None: ...


@command(
    """
    update poe2.build_templates
    set withheld_from = visibility, visibility = 'draft', is_featured = false, withheld_at = :now,
        revision = revision + 1, updated_at = :now
    where id = :id
    """
)
def withhold_build(id: BuildId, now: datetime) -> None: ...


@rows(
    Visibility,
    """
    update poe2.build_templates
    set visibility = withheld_from, withheld_from = null, withheld_at = null, revision = revision + 1, updated_at = :now
    where id = :id
    returning visibility
    """,
)
def allow_build(id: BuildId, now: datetime) -> None: ...


@command("update poe2.build_templates set is_featured = :featured where id = :id")
def put_featured(id: BuildId, featured: bool) -> None: ...
