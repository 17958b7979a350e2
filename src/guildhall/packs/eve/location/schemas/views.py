"""The location as its owner sees it."""

from datetime import datetime

from msgspec import Struct


class LocationRow(Struct, frozen=True):
    """A character's place and ship."""

    solar_system_id: int | None
    solar_system_name: str | None
    station_id: int | None
    station_name: str | None
    structure_id: int | None
    structure_name: str | None
    ship_type_id: int | None
    ship_type_name: str | None
    ship_name: str | None
    online: bool | None
    last_login: datetime | None
    last_logout: datetime | None


class Location(Struct, frozen=True):
    """A character's place; null before the first sync."""

    location: LocationRow | None
    as_of: datetime | None
    age: int | None
