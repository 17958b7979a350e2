"""Messages of storage."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SweepOrphans(Message, frozen=True):
    """Delete content that has had no owner for a while, and what uploads that broke off left behind."""

    name: ClassVar[str] = "storage.sweep_orphans"
    unique: ClassVar[bool] = True


class SweepStrays(Message, frozen=True):
    """Delete bytes in the store that no row knows."""

    name: ClassVar[str] = "storage.sweep_strays"
    unique: ClassVar[bool] = True
