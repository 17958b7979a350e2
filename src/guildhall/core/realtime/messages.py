"""Orders of the realtime feature."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ForgetLiveEvents(Message, frozen=True):
    """Forget events that nobody can resume from any more."""

    name: ClassVar[str] = "realtime.forget_events"
    unique: ClassVar[bool] = True
