"""Structs of reports of reviews and comments."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import Answer, ReportStatus
from guildhall.ids import UserId
from guildhall.text import LINE, TEXT

OpinionKind = Literal["poe2.review", "poe2.comment"]


class OpinionReportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The reason why moderators should look at a review or comment."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINE, examples=["Insults"])]


class OpinionReportMade(Struct, frozen=True):
    """A report that was made."""

    id: ReportId


class OpinionReport(Struct, frozen=True):
    """A report, as moderators see it. `text` is what was written, null once it is deleted; `item_id` is its id."""

    id: ReportId
    kind: OpinionKind
    item_id: UUID
    text: str | None
    withheld_at: datetime | None
    reporter_id: UserId | None
    subject_id: UserId | None
    reason: str
    status: ReportStatus
    resolution: str | None
    handled_by: UserId | None
    handled_at: datetime | None
    created_at: datetime


class OpinionReportAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of a report. With `withhold` nobody but its author and moderators reads it any more."""

    status: Answer
    resolution: Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Taken back"])] | None = None
    withhold: bool = False
