"""The report of a sync."""

from datetime import datetime

from msgspec import Struct


class SyncReport(Struct, frozen=True):
    """The result of a character's sync: sections by outcome, and the number of calls to ESI."""

    character_id: int
    changed: list[str]
    unchanged: list[str]
    failed: dict[str, str]
    """The errors, by section."""
    calls: int
    next_at: datetime | None
