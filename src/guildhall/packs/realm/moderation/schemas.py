"""Sanctions, deletions, reports and filtered words, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import Answer, ReportStatus
from guildhall.core.moderation.word_filter import WordAction
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId, WordId
from guildhall.text import LINE, TEXT

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

    id: WordId
    word: str
    action: WordAction
    created_by: UserId | None
    created_at: datetime


class ReportRequest(Struct, frozen=True):
    """A report of a message or a person of the viewer's server, with its reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINE, examples=["Insults in chat"])]
    message_id: MessageId | None = None
    user_id: UserId | None = None


class Report(Struct, frozen=True):
    """A report, as moderators see it. Without `reporter_id` the word filter reports, or somebody who is gone.

    `content` is what the message says now; null for a report of a person, or a message that is gone.
    """

    id: ReportId
    reporter_id: UserId | None
    subject_id: UserId | None
    subject: str | None
    channel_id: ChannelId | None
    message_id: MessageId | None
    content: str | None
    reason: str
    status: ReportStatus
    resolution: str | None
    handled_by: UserId | None
    handled_at: datetime | None
    created_at: datetime


class ReportMade(Struct, frozen=True):
    """A report that was made."""

    id: ReportId


class OwnReport(Struct, frozen=True):
    """A report, as the one sees it who made it."""

    id: ReportId
    server_id: ServerId
    message_id: MessageId | None
    subject_id: UserId | None
    reason: str
    status: ReportStatus
    created_at: datetime


class ReportAnswer(Struct, frozen=True):
    """The outcome of a report."""

    status: Answer
    resolution: Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Muted for a day"])] | None = None


class MessagePlace(Struct, frozen=True):
    """The place of a message, and its author."""

    id: MessageId
    user_id: UserId
    server_id: ServerId
    channel_id: ChannelId | None
    is_deleted: bool
