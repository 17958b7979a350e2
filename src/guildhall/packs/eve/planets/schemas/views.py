"""Colonies as their owner sees them."""

from datetime import datetime

from msgspec import Struct


class PlanetRow(Struct, frozen=True):
    """A colony."""

    planet_id: int
    planet_type: str
    solar_system_id: int
    solar_system_name: str | None
    upgrade_level: int
    num_pins: int
    last_update: datetime


class ExtractorRow(Struct, frozen=True):
    """An extractor of a colony."""

    planet_id: int
    pin_id: int
    type_id: int
    product_type_id: int | None
    product_name: str | None
    cycle_time: int | None
    qty_per_cycle: int | None
    install_time: datetime | None
    expiry_time: datetime | None


class Extractor(Struct, frozen=True):
    """An extractor at the moment of the answer; `expired` when its program is over or there is none."""

    pin_id: int
    type_id: int
    product_type_id: int | None
    product_name: str | None
    cycle_time: int | None
    qty_per_cycle: int | None
    install_time: datetime | None
    expiry_time: datetime | None
    expired: bool
    remaining_seconds: int | None


class Planet(Struct, frozen=True):
    """A colony with its extractors. The game tells of changes made in the client only: `last_update`."""

    planet_id: int
    planet_type: str
    solar_system_id: int
    solar_system_name: str | None
    upgrade_level: int
    num_pins: int
    last_update: datetime
    extractors: list[Extractor]
    next_expiry_at: datetime | None


class Planets(Struct, frozen=True):
    """All colonies of a character."""

    now: datetime
    items: list[Planet]
    as_of: datetime | None
    age: int | None
