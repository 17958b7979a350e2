"""The report of a sync."""

from datetime import datetime

from msgspec import Struct

from guildhall.packs.eve.ids import CharacterId


class SyncReport(Struct, frozen=True):
    """The result of a character's sync: sections by outcome, and the number of calls to ESI."""

    character_id: int
    changed: list[str]
    unchanged: list[str]
    failed: dict[str, str]
    """The errors, by section."""
    calls: int
    next_at: datetime | None


class Refreshed(Struct, frozen=True):
    """The result of a batch: the reports of its characters, and what was in the way of the others."""

    reports: list[SyncReport]
    failed: dict[CharacterId, Exception]
