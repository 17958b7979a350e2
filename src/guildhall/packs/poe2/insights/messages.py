"""Scheduled jobs of insights."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class CountMeta(Message, frozen=True):
    """Count what has changed, and make the figures of the meta that it changes anew."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2


class KeepMeta(Message, frozen=True):
    """Drop from the meta what is too old, and count weeks anew where a league's start has become known."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2
