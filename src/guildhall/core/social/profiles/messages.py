"""The upkeep of handles."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class CleanUpHandles(Message, frozen=True):
    """Hold the handles of deleted accounts for a while, and free those that were held long enough."""

    name: ClassVar[str] = "social.clean_up_handles"
    unique: ClassVar[bool] = True
