"""Reports and their handling, and the audit of acts."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from guildhall.core.moderation import queries
from guildhall.core.moderation.ids import AuditEntryId, ReportId
from guildhall.core.moderation.schemas import Answer, NewReport, OpenReport
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7


async def count_own_reports(tx: Transaction, slice_name: str) -> int:
    """Return how many reports of the viewer to a slice are open.

    The viewer is locked, so that what is counted and what is added then are one after the other.
    """
    await queries.lock_reporter.one(tx, tx.viewer.id)
    return await queries.open_reports_count.one(tx, tx.viewer.id, slice_name)


async def add_report(tx: Transaction, report: NewReport) -> ReportId | None:
    """Add a report; None if its reporter has reported the item before."""
    return await queries.add_report.one_or_none(
        tx, ReportId(uuid7()), report.kind, report.place, report.item, report.subject, report.reporter,
        msgspec.to_builtins(report.context), report.reason, tx.now,
    )  # fmt: skip


async def close_report(
    tx: Transaction, report: OpenReport, answer: Answer, resolution: str | None, *, by: UserId
) -> None:
    """Close a report with an answer, and record the act as `report_resolved` or `report_dismissed`.

    The caller has locked it with `report_to_handle`, and has checked that it is open and that the moderator may.
    """
    await queries.close_report.run(tx, report.id, answer, resolution, by, tx.now)
    await record_act(
        tx, report.kind.partition(".")[0], f"report_{answer}", actor=by, place=report.place_id,
        subject=report.subject_id, details={"report_id": report.id},
    )  # fmt: skip


async def record_act(
    tx: Transaction,
    slice_name: str,
    act: str,
    *,
    actor: UserId | None,
    place: UUID | None = None,
    subject: UserId | None = None,
    context: Mapping[str, object] | None = None,
    reason: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Record an act in the caller's transaction: both are kept, or neither.

    `actor` is an account; None is the program itself. `context` has ids of the slice by name. `details` hold no text
    that people wrote and no ids of people, which outlive their accounts here.
    """
    await queries.add_audit_entry.run(
        tx, AuditEntryId(uuid7()), tx.now, slice_name, act, place, actor, subject, msgspec.to_builtins(context or {}),
        reason, msgspec.to_builtins(details or {}),
    )  # fmt: skip
