"""Reports of reviews and comments."""

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.statements import rows
from guildhall.packs.poe2.opinions.schemas.reports import OpinionReport

_REPORT = """r.id, r.kind, r.item_id, coalesce(v.review, nullif(c.content, '')) as text,
    coalesce(v.withheld_at, c.withheld_at) as withheld_at, r.reporter_id, r.subject_id, r.reason, r.status,
    r.resolution, r.handled_by, r.handled_at, r.created_at"""
_FROM = """from core.reports r
    left join poe2.build_reviews v on r.kind = 'poe2.review' and v.id = r.item_id
    left join poe2.comments c on r.kind = 'poe2.comment' and c.id = r.item_id"""
_OURS = "r.kind in ('poe2.review', 'poe2.comment')"


@rows(OpinionReport, f"select {_REPORT} {_FROM} where r.id = :id and {_OURS}", proven=("kind", "item_id"))
def report(id: ReportId) -> None: ...


@rows(
    OpinionReport,
    f"""
    select {_REPORT} {_FROM}
    where r.place_id is null and r.status = :status and {_OURS} and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    proven=("kind", "item_id"),
)
def reports(status: ReportStatus, after: ReportId | None, limit: int) -> None:
    """Reports of reviews and comments, the latest first."""
