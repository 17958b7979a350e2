"""Scheduled jobs of discovery."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class FollowRanks(Message, frozen=True):
    """Bring ranks of builds in the search up to their counts, and bitmaps up to builds."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2


class TakeCensus(Message, frozen=True):
    """Count how common words, blocks and values of facets are, and make the bitmaps that follow."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2
