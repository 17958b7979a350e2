"""Messages about events."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class RollUpEvents(Message, frozen=True):
    """Count the events that no web process has counted."""

    name: ClassVar[str] = "analytics.roll_up_events"
    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 1


class ForgetEvents(Message, frozen=True):
    """Delete keys, visitors, salts and roll-ups that are too old."""

    name: ClassVar[str] = "analytics.forget_events"
    unique: ClassVar[bool] = True
