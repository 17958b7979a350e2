"""Rows behind the figures: what changed, what counts of a character or build, what is counted."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, CharacterId

Source = Literal["snapshots", "builds"]


class ChangeRow(Struct, frozen=True):
    """A person, a character or build, or a character at an instant that is looked at again."""

    source: Source
    user_id: UserId
    subject: UUID | None
    league: str | None
    seen_at: datetime | None


class SeenAt(Struct, frozen=True):
    """An instant at which a character was seen in a league."""

    subject: CharacterId
    league: str
    seen_at: datetime


class SnapshotRow(Struct, frozen=True):
    """The last snapshot of a character in a window of a league and week."""

    league: str
    week: int
    subject: CharacterId
    user_id: UserId
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    stats: Any
    calculated_by: str | None
    dps: float | None
    ehp: float | None
    seen_at: datetime


class BuildRow(Struct, frozen=True):
    """A public build."""

    id: BuildId
    user_id: UserId
    league: str
    class_name: str
    ascendancy: str | None
    level: int
    main_skill: str | None
    passive_tree: Any
    equipment: Any
    skills: Any
    calculated_by: str | None
    dps: float | None
    ehp: float | None
    published_at: datetime


class Entry(Struct, frozen=True):
    """The facets and figures of a character or build in a league and week; `week` 0 is the league as it is."""

    source: Source
    league: str
    week: int
    subject: UUID
    user_id: UserId
    facets: list[str]
    level: int
    calculated_by: str | None
    dps: float | None
    ehp: float | None
    seen_at: datetime


class NewEntries(Struct, frozen=True):
    """Entries to add."""

    entries: list[Entry]


class LeagueStart(Struct, frozen=True):
    """A league and its start; None where it is not known."""

    league: str
    starts_at: datetime | None


class Scope(Struct, frozen=True):
    """A source, a league and a week: figures of one are made together."""

    source: Source
    league: str
    week: int
