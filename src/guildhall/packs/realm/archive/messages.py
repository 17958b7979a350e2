"""Jobs of the archive and of imports."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class ArchiveMessages(Message, frozen=True):
    """Put months that are old enough into files."""

    name: ClassVar[str] = "realm.archive_messages"
    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 3
    timeout: ClassVar[float] = 6 * 3600.0


class ForgetArchived(Message, frozen=True):
    """Take somebody whose account is gone out of the archive's files."""

    name: ClassVar[str] = "realm.forget_archived"
    attempts: ClassVar[int] = 30
    timeout: ClassVar[float] = 3600.0

    user_id: UserId
