"""Reports of profiles, as they are made and shown."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import Answer, ReportStatus
from guildhall.ids import UserId
from guildhall.text import LINE, TEXT


class ProfileReportRequest(Struct, frozen=True):
    """A report of a profile, with its reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINE, examples=["Pretends to be somebody else"])]


class ProfileReportMade(Struct, frozen=True):
    """A report that was made."""

    id: ReportId


class ProfileReportAnswer(Struct, frozen=True):
    """The outcome of a report."""

    status: Answer
    resolution: Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Cleared the profile"])] | None = None


class ProfileReport(Struct, frozen=True):
    """A report of a profile with what it says now, as moderators see it; nulls where somebody is gone."""

    id: ReportId
    reporter_id: UserId | None
    subject_id: UserId | None
    handle: str | None
    display_name: str | None
    avatar_url: str | None
    bio: str | None
    reason: str
    status: ReportStatus
    resolution: str | None
    handled_by: UserId | None
    handled_at: datetime | None
    created_at: datetime
