"""Statements of reports of profiles."""

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.core.social.reports.schemas import ProfileReport
from guildhall.db.statements import rows

_REPORT = """
    select r.id, r.reporter_id, r.subject_id, p.handle, p.display_name, p.avatar_url, p.bio, r.reason, r.status,
           r.resolution, r.handled_by, r.handled_at, r.created_at
    from core.reports r left join core.profiles p on p.user_id = r.subject_id
"""


@rows(ProfileReport, f"{_REPORT} where r.id = :id")
def profile_report(id: ReportId) -> None: ...


@rows(
    ProfileReport,
    f"""
    {_REPORT}
    where r.kind = 'social.profile' and r.place_id is null and r.status = :status
      and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def profile_reports(status: ReportStatus, after: ReportId | None, limit: int) -> None: ...
