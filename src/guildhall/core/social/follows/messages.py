"""The upkeep of the numbers of follows."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SumFollows(Message, frozen=True):
    """Sum the changes of the numbers of followers and followed."""

    name: ClassVar[str] = "social.sum_follows"
    unique: ClassVar[bool] = True
