"""Locations, as ESI gives them and as they are stored."""

from datetime import datetime

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Int


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
