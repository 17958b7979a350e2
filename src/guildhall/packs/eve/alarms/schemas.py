"""Alarms, and what they are judged by when they are due."""

from datetime import datetime

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.eve.ids import AlarmId, CharacterId


class PendingAlarm(Struct, frozen=True):
    """An alarm that waits for its time."""

    id: AlarmId
    kind: str
    subject: int
    occurrence_key: str
    fire_at: datetime


class DueAlarm(Struct, frozen=True):
    """An alarm whose time has come, with its character. `checked_at` is set on one that waits for a fresh answer."""

    id: AlarmId
    kind: str
    subject: int
    occurrence_key: str
    fire_at: datetime
    created_at: datetime
    checked_at: datetime | None
    character: CharacterId
    user_id: UserId
    character_id: int
    character_name: str
    token_state: str


class JudgedEntry(Struct, frozen=True):
    """An entry of a character's queue."""

    character: CharacterId
    queue_position: int
    skill_id: int
    finished_level: int
    finish_date: datetime | None
    name: str | None


class TrainedLevel(Struct, frozen=True):
    """The trained level of a skill."""

    character: CharacterId
    skill_id: int
    trained_skill_level: int
    name: str | None


class JudgedJob(Struct, frozen=True):
    """An industry job; `name` of what it makes, or of its blueprint."""

    character: CharacterId
    job_id: int
    status: str
    end_date: datetime
    activity_id: int
    runs: int
    name: str | None


class JudgedExtractor(Struct, frozen=True):
    """An extractor, the planet's name and the product's."""

    character: CharacterId
    pin_id: int
    expiry_time: datetime | None
    planet_id: int
    planet_name: str | None
    product_name: str | None


class JudgedSection(Struct, frozen=True):
    """The time at which a section was confirmed last, and the expiry of ESI's answer."""

    character: CharacterId
    section: str
    synced_at: datetime | None
    expires_at: datetime | None
