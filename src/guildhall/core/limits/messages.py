"""Messages of the limits of people."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ForgetWindows(Message, frozen=True):
    """Delete what was counted in windows that are over."""

    name: ClassVar[str] = "limits.forget_windows"
    unique: ClassVar[bool] = True
