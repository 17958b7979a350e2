"""Reports as slices make and handle them."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.core.moderation.ids import ReportId
from guildhall.ids import UserId

ReportStatus = Literal["open", "resolved", "dismissed"]
Answer = Literal["resolved", "dismissed"]


class NewReport(Struct, frozen=True, kw_only=True):
    """A report of content by its author `subject`, or of the person alone. Without a reporter a filter reports.

    `kind` is the slice and the kind of content, 'poe2.comment'. The moderators of `place` handle it, without one those
    of the platform. `context` has other ids of the slice by name. The subject must have an account.
    """

    kind: str
    reason: str
    place: UUID | None = None
    item: UUID | None = None
    subject: UserId | None = None
    reporter: UserId | None = None
    context: Mapping[str, object] = {}


class OpenReport(Struct, frozen=True):
    """A locked report. The columns of queries.report_to_handle."""

    id: ReportId
    kind: str
    place_id: UUID | None
    item_id: UUID | None
    reporter_id: UserId | None
    subject_id: UserId | None
    status: ReportStatus
