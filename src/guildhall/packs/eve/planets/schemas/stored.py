"""Colonies, as ESI gives them and as they are stored."""

from datetime import datetime

from msgspec import Raw, Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Int, Small


class GivenPlanet(Struct, frozen=True):
    """A colony as ESI lists it."""

    planet_id: Id
    planet_type: str
    solar_system_id: Id
    upgrade_level: Small
    num_pins: Int
    last_update: Instant


class ExtractorDetails(Struct, frozen=True):
    """The product and the rate of an extractor."""

    product_type_id: Id | None = None
    cycle_time: Int | None = None
    qty_per_cycle: Id | None = None


class GivenPin(Struct, frozen=True):
    """A building; one with extractor_details is an extractor."""

    pin_id: Id
    type_id: Id
    extractor_details: ExtractorDetails | None = None
    install_time: Instant | None = None
    expiry_time: Instant | None = None


class GivenLayout(Struct, frozen=True):
    """/planets/{planet_id}."""

    pins: list[GivenPin]
    links: Raw = Raw(b"[]")
    routes: Raw = Raw(b"[]")


class KnownPlanet(Struct, frozen=True):
    """A colony with what says whether its layout is to be fetched."""

    planet_id: int
    last_update: datetime
    layout_of: datetime | None
    layout_expires_at: datetime | None


class Extractor(Struct, frozen=True):
    """An extractor: `expiry_time` is when it stops."""

    planet_id: int
    pin_id: int
    type_id: int
    product_type_id: int | None
    cycle_time: int | None
    qty_per_cycle: int | None
    install_time: datetime | None
    expiry_time: datetime | None
