"""Statements of reports and the audit log. A slice lists them in statements of its own, beside its content."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.moderation.ids import AuditEntryId, ReportId
from guildhall.core.moderation.schemas import Answer, OpenReport
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    ReportId,
    """
    insert into core.reports (id, kind, place_id, item_id, subject_id, reporter_id, context, reason, created_at)
    values (:id, :kind, :place, :item, :subject, :reporter, :context, :reason, :now)
    on conflict (reporter_id, kind, item_id) where reporter_id is not null and item_id is not null do nothing
    returning id
    """,
)
def add_report(
    id: ReportId,
    kind: str,
    place: UUID | None,
    item: UUID | None,
    subject: UserId | None,
    reporter: UserId | None,
    context: Any,
    reason: str,
    now: datetime,
) -> None:
    """Insert a report. No row if the reporter has reported that item before."""


@rows(None, "select pg_advisory_xact_lock(hashtextextended('core.reports:' || :reporter::uuid, 0))")
def lock_reporter(reporter: UserId) -> None:
    """Lock a reporter, so that their own reports are counted one after the other."""


@rows(
    int,
    """
    select count(*) from core.reports
    where reporter_id = :reporter and status = 'open' and split_part(kind, '.', 1) = :slice
    """,
)
def open_reports_count(reporter: UserId, slice: str) -> None: ...


@rows(
    OpenReport,
    """
    select id, kind, place_id, item_id, reporter_id, subject_id, status
    from core.reports
    where id = :id and split_part(kind, '.', 1) = :slice
    for update
    """,
)
def report_to_handle(id: ReportId, slice: str) -> None:
    """Lock a report of a slice and return it, before it is handled."""


@command(
    """
    update core.reports set status = :status, resolution = :resolution, handled_by = :handled_by, handled_at = :now
    where id = :id
    """,
)
def close_report(id: ReportId, status: Answer, resolution: str | None, handled_by: UserId, now: datetime) -> None: ...


@command(
    """
    insert into core.audit_log (id, at, slice, act, place_id, actor_id, subject_id, context, reason, details)
    values (:id, :at, :slice, :act, :place, :actor, :subject, :context, :reason, :details)
    """,
)
def add_audit_entry(
    id: AuditEntryId,
    at: datetime,
    slice: str,
    act: str,
    place: UUID | None,
    actor: UserId | None,
    subject: UserId | None,
    context: Any,
    reason: str | None,
    details: Any,
) -> None: ...
