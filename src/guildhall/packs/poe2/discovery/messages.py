"""Scheduled jobs of discovery."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class FollowRanks(Message, frozen=True):
    """Bring the ranks of builds in the search up to their counts."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2


class TakeCensus(Message, frozen=True):
    """Count how common words, blocks and values of facets are."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2
