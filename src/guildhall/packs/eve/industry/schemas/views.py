"""Industry jobs as their owner sees them."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class JobRow(Struct, frozen=True):
    """An industry job as ESI says it."""

    job_id: int
    activity_id: int
    status: str
    blueprint_type_id: int
    blueprint_name: str | None
    product_type_id: int | None
    product_name: str | None
    facility_id: int
    station_id: int
    runs: int
    licensed_runs: int | None
    successful_runs: int | None
    probability: float | None
    cost: Decimal | None
    start_date: datetime
    end_date: datetime
    pause_date: datetime | None
    completed_date: datetime | None


class IndustryJob(Struct, frozen=True):
    """An industry job at the moment of the answer. `ready` is true once its time is over, which ESI rarely says."""

    job_id: int
    activity_id: int
    activity: str
    status: str
    ready: bool
    remaining_seconds: int | None
    blueprint_type_id: int
    blueprint_name: str | None
    product_type_id: int | None
    product_name: str | None
    facility_id: int
    station_id: int
    runs: int
    licensed_runs: int | None
    successful_runs: int | None
    probability: float | None
    cost: Decimal | None
    start_date: datetime
    end_date: datetime
    pause_date: datetime | None
    completed_date: datetime | None


class IndustryJobs(Struct, frozen=True):
    """A page of jobs, those that end last first."""

    now: datetime
    items: list[IndustryJob]
    as_of: datetime | None
    age: int | None
    next: str | None = None
