"""The order to look up names."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ResolveNames(Message, frozen=True):
    """Ask for the names of ids that came up in a sync and are not known yet."""

    name: ClassVar[str] = "eve.resolve_names"
    priority: ClassVar[int] = -5
    concurrency: ClassVar[int] = 1

    ids: tuple[int, ...]
