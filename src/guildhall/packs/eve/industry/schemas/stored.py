"""Industry jobs, as ESI gives them and as they are stored."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Int, Money


class GivenJob(Struct, frozen=True):
    """A job as ESI lists it."""

    job_id: Id
    activity_id: Int
    status: str
    blueprint_id: Id
    blueprint_type_id: Id
    blueprint_location_id: Id
    output_location_id: Id
    facility_id: Id
    station_id: Id
    installer_id: Id
    runs: Int
    duration: Id
    start_date: Instant
    end_date: Instant
    product_type_id: Id | None = None
    licensed_runs: Int | None = None
    successful_runs: Int | None = None
    probability: float | None = None
    cost: Money | None = None
    pause_date: Instant | None = None
    completed_date: Instant | None = None
    completed_character_id: Id | None = None


class IndustryJob(Struct, frozen=True):
    """A job as it is stored. `status` is ESI's: one that is "active" past its end is ready.

    "unknown" is ours: it ran, and ESI does not list it any more.
    """

    job_id: int
    activity_id: int
    status: str
    blueprint_id: int
    blueprint_type_id: int
    blueprint_location_id: int
    output_location_id: int
    facility_id: int
    station_id: int
    installer_id: int
    product_type_id: int | None
    runs: int
    licensed_runs: int | None
    successful_runs: int | None
    probability: float | None
    cost: Decimal | None
    duration: int
    start_date: datetime
    end_date: datetime
    pause_date: datetime | None
    completed_date: datetime | None
    completed_character_id: int | None
    last_seen_at: datetime
