"""Messages to the worker about wars."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class TendWars(Message, frozen=True):
    """Begin the wars that are due and end those whose time is over."""

    name: ClassVar[str] = "realm.tend_wars"
    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 1
