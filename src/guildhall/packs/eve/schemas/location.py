"""A pilot's location, and their notifications in the game."""

from datetime import datetime

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.schemas.kinds import Id, Int


class GivenLocation(Struct, frozen=True):
    """/location."""

    solar_system_id: Id
    station_id: Id | None = None
    structure_id: Id | None = None


class GivenShip(Struct, frozen=True):
    """/ship."""

    ship_item_id: Id
    ship_type_id: Id
    ship_name: str


class GivenOnline(Struct, frozen=True):
    """/online."""

    online: bool
    last_login: Instant | None = None
    last_logout: Instant | None = None
    logins: Int | None = None


class Location(Struct, frozen=True):
    """A pilot's last known place and ship, and whether they were online."""

    solar_system_id: int | None
    station_id: int | None
    structure_id: int | None
    ship_item_id: int | None
    ship_type_id: int | None
    ship_name: str | None
    online: bool | None
    last_login: datetime | None
    last_logout: datetime | None
    logins: int | None
    as_of: datetime


class GivenNotification(Struct, frozen=True):
    """A line of /notifications. `text` is YAML; types that nobody knows appear."""

    notification_id: Id
    type: str
    sender_id: Id
    sender_type: str
    timestamp: Instant
    text: str | None = None
    is_read: bool | None = None


class GameNotification(Struct, frozen=True):
    """A notification of the game to a pilot."""

    notification_id: int
    type: str
    sender_id: int
    sender_type: str
    sent_at: datetime
    text: str
    is_read: bool
