"""Sanctions, deletions, reports and filtered words, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.instants import Instant, Timed
from guildhall.packs.realm.access.schemas.permissions import Badge
from guildhall.packs.realm.moderation.rules import WordAction
from guildhall.text import LINE, TEXT

SanctionKind = Literal["mute", "ban"]
ReportStatus = Literal["open", "resolved", "dismissed"]
Reason = Annotated[str, Meta(max_length=300, pattern=TEXT, examples=["Spam"])]
Until = Annotated[datetime, Meta(tz=True, description="When it ends; without it, it is for good")]


class SanctionRequest(Timed, frozen=True):
    """A sanction to lay on somebody: on the server, or in one of its channels."""

    user_id: UUID
    kind: SanctionKind
    channel_id: UUID | None = None
    until: Until | None = None
    reason: Reason | None = None


class Sanction(Struct, frozen=True):
    """A sanction, as those see it who moderate. `until` null is for good."""

    id: UUID
    user_id: UUID
    username: str
    server_id: UUID
    channel_id: UUID | None
    kind: SanctionKind
    reason: str | None
    issued_by: UUID | None
    created_at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: UUID | None


class OwnSanction(Struct, frozen=True):
    """A sanction that runs, as the one sees it on whom it lies."""

    id: UUID
    server_id: UUID
    channel_id: UUID | None
    kind: SanctionKind
    reason: str | None
    created_at: datetime
    until: datetime | None


class SanctionSubject(Struct, frozen=True):
    """A person to be sanctioned. The columns of queries.moderation.sanction_subject."""

    id: UUID
    server_id: UUID
    badge: Badge
    leads_channel: bool


class SanctionRow(Struct, frozen=True):
    """A locked sanction, to be lifted. The columns of queries.moderation.sanction_to_lift."""

    id: UUID
    user_id: UUID
    server_id: UUID
    channel_id: UUID | None
    kind: SanctionKind
    issued_rank: int
    running: bool


class DeletionRequest(Timed, frozen=True):
    """Messages to delete: those named, or those of somebody since a time; in one channel, or on the whole server."""

    reason: Reason
    channel_id: UUID | None = None
    ids: Annotated[list[UUID], Meta(min_length=1, max_length=5000)] | None = None
    author_id: UUID | None = None
    since: Instant | None = None


class Deletion(Struct, frozen=True):
    """The messages that were deleted, the newest first; `more` says that there are others to delete."""

    deleted: list[UUID]
    more: bool


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
