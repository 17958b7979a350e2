"""Messages of leaderboards."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class CloseWeeks(Message, frozen=True):
    """Close the lists of weeks that are over."""

    name: ClassVar[str] = "boards.close_weeks"
    unique: ClassVar[bool] = True


class DropLists(Message, frozen=True):
    """Delete the lists that have been closed for as long as the settings keep them."""

    name: ClassVar[str] = "boards.drop_lists"
    unique: ClassVar[bool] = True
    timeout: ClassVar[float] = 3600.0
