"""Orders of the cache."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class PurgeCache(Message, frozen=True):
    """Delete answers whose stale life has ended."""

    name: ClassVar[str] = "cache.purge"
    unique: ClassVar[bool] = True
