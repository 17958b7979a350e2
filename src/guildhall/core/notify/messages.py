"""Orders of notifications' own upkeep."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class DispatchNotices(Message, frozen=True):
    """Send due notifications, and again those whose outcome is not known."""

    name: ClassVar[str] = "notify.dispatch"
    priority: ClassVar[int] = 20
    attempts: ClassVar[int] = 3
    timeout: ClassVar[float] = 300.0


class CleanUpNotices(Message, frozen=True):
    """Forget notifications and receipts that are past their time."""

    name: ClassVar[str] = "notify.clean_up"
    unique: ClassVar[bool] = True
    timeout: ClassVar[float] = 1800.0
