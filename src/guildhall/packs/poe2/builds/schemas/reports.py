"""Structs of moderation: reports of builds and what becomes of them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import Answer, ReportStatus
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, ShortId
from guildhall.text import LINE, TEXT


class BuildReportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The reason why moderators should look at a build."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINE, examples=["Insults in the notes"])]


class BuildReportMade(Struct, frozen=True):
    """A report that was made."""

    id: ReportId


class BuildReport(Struct, frozen=True):
    """A report, as moderators see it. Without a title the build is gone, or a draft that nobody took back."""

    id: ReportId
    build_id: BuildId
    short_id: ShortId | None
    title: str | None
    withheld_at: datetime | None
    reporter_id: UserId | None
    subject_id: UserId | None
    reason: str
    status: ReportStatus
    resolution: str | None
    handled_by: UserId | None
    handled_at: datetime | None
    created_at: datetime


class OwnBuildReport(Struct, frozen=True):
    """A report, as the one sees it who made it."""

    id: ReportId
    build_id: BuildId
    reason: str
    status: ReportStatus
    created_at: datetime


class BuildReportAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of a report. With `withhold` the build is taken back: a draft until moderators allow it again."""

    status: Answer
    resolution: Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Taken back"])] | None = None
    withhold: bool = False
