"""Orders to those who follow the messages."""

from typing import ClassVar
from uuid import UUID

from guildhall.core.jobs.messages import Message


class FollowMessages(Message, frozen=True):
    """Count and index what was written, should nobody have done it."""

    name: ClassVar[str] = "realm.follow_messages"
    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 1


class RecountMessages(Message, frozen=True):
    """Count all messages anew."""

    name: ClassVar[str] = "realm.recount_messages"
    unique: ClassVar[bool] = True
    timeout: ClassVar[float] = 3600.0


class ReindexMessages(Message, frozen=True):
    """Index all messages anew, or go on with it."""

    name: ClassVar[str] = "realm.reindex_messages"
    unique: ClassVar[bool] = True
    timeout: ClassVar[float] = 6 * 3600.0


class TellMentions(Message, frozen=True):
    """Tell who was mentioned in the messages of a range of ids, `high` exclusive."""

    name: ClassVar[str] = "realm.tell_mentions"

    low: UUID
    high: UUID
