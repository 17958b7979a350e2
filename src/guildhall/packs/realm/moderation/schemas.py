"""Sanctions, deletions, reports and filtered words, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.packs.realm.moderation.rules import WordAction
from guildhall.text import LINE, TEXT

ReportStatus = Literal["open", "resolved", "dismissed"]
Reason = Annotated[str, Meta(max_length=300, pattern=TEXT, examples=["Spam"])]


class WordRequest(Struct, frozen=True):
    """A word or phrase to filter: 'block' refuses the message, 'mask' puts stars in its place, 'flag' reports it."""

    word: Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["goldseller"])]
    action: WordAction = "mask"


class WordChange(Struct, frozen=True):
    """The new action of a filtered word."""

    action: WordAction


class FilteredWord(Struct, frozen=True):
    """A word that a server filters."""

    id: UUID
    word: str
    action: WordAction
    created_by: UUID | None
    created_at: datetime


class ReportRequest(Struct, frozen=True):
    """A report of a message or a person of the viewer's server, with its reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINE, examples=["Insults in chat"])]
    message_id: UUID | None = None
    user_id: UUID | None = None


class Report(Struct, frozen=True):
    """A report, as moderators see it. Without `reporter_id` the word filter reports, or somebody who is gone.

    `content` is what the message says now; null for a report of a person, or a message that is gone.
    """

    id: UUID
    reporter_id: UUID | None
    subject_id: UUID | None
    subject: str | None
    channel_id: UUID | None
    message_id: UUID | None
    content: str | None
    reason: str
    status: ReportStatus
    resolution: str | None
    handled_by: UUID | None
    handled_at: datetime | None
    created_at: datetime


class ReportMade(Struct, frozen=True):
    """A report that was made."""

    id: UUID


class OwnReport(Struct, frozen=True):
    """A report, as the one sees it who made it."""

    id: UUID
    server_id: UUID
    message_id: UUID | None
    subject_id: UUID | None
    reason: str
    status: ReportStatus
    created_at: datetime


class ReportRow(Struct, frozen=True):
    """A locked report, to be handled. The columns of queries.reports.report_to_handle."""

    id: UUID
    server_id: UUID
    reporter_id: UUID | None
    subject_id: UUID | None
    status: ReportStatus


class ReportAnswer(Struct, frozen=True):
    """The outcome of a report."""

    status: Literal["resolved", "dismissed"]
    resolution: Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Muted for a day"])] | None = None


class MessagePlace(Struct, frozen=True):
    """The place of a message, and its author."""

    id: UUID
    user_id: UUID
    server_id: UUID
    channel_id: UUID | None
    is_deleted: bool
