"""Orders to fire and to forget alarms."""

from datetime import datetime
from typing import ClassVar

from guildhall.core.jobs.messages import Message


class FireAlarms(Message, frozen=True):
    """Send the notifications of due alarms, and prepare those of the next minute to the second.

    `at` names the instant that it is sent for; the one of every minute has none.
    """

    name: ClassVar[str] = "eve.fire_alarms"
    priority: ClassVar[int] = 10
    attempts: ClassVar[int] = 2

    at: datetime | None = None

    def unique_key(self) -> str:
        return self.name if self.at is None else f"{self.name}:{self.at:%Y%m%d%H%M%S}"


class ForgetAlarms(Message, frozen=True):
    """Delete alarms that were sent or dropped long ago."""

    name: ClassVar[str] = "eve.forget_alarms"
    unique: ClassVar[bool] = True
