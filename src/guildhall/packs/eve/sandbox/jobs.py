"""A pilot's industry jobs: active beyond their end until somebody delivers them."""

from dataclasses import dataclass
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.sandbox.clock import DAY, HOUR, MINUTE
from guildhall.sandbox.dice import Dice

_COMPLETED = 90 * DAY
# Blueprint, product, activity.
_WORKS = ((691, 587, 1), (984, 603, 1), (10246, 10244, 1), (2604, 2606, 8), (691, 691, 5), (984, 984, 4))
_FACILITY = 1038046192011


@dataclass
class Job:
    """A job; times in unix seconds. `status` is active, delivered, cancelled or paused."""

    id: int
    blueprint: int
    product: int
    activity: int
    runs: int
    start: float
    end: float
    cost: float
    status: str = "active"
    completed: float | None = None
    paused: float | None = None

    def finish(self, status: str, now: float) -> None:
        """Deliver or cancel the job."""
        self.status, self.completed, self.paused = status, now, None

    def pause(self, now: float) -> None:
        """The structure lost its fuel: the job stands still."""
        self.status, self.paused = "paused", now

    def resume(self, now: float) -> None:
        """The job goes on; its end moves by the pause."""
        if self.paused is not None:
            self.end += now - self.paused
            self.status, self.paused = "active", None


def make_jobs(dice: Dice, index: int, epoch: int) -> list[Job]:
    """Jobs that end before and soon after the epoch, a paused one, and some of the past."""
    made = []
    for place in range(12):
        draw = dice.roll(kinds.JOBS, index, place)
        blueprint, product, activity = _WORKS[draw[0] % len(_WORKS)]
        seconds = 4 * HOUR + draw[1] % DAY
        if place == 0:
            end = epoch - 20 * MINUTE
        elif place < 4:
            end = epoch + (20, 95, 600)[place - 1] * MINUTE + draw[2] % (10 * MINUTE)
        elif place == 4:
            end, seconds = epoch + DAY, DAY + 6 * HOUR
        else:
            end = epoch - (place - 4) * 4 * DAY - draw[2]
        job = Job(
            id=560_000_000 + index * 100 + place,
            blueprint=blueprint,
            product=product,
            activity=activity,
            runs=1 + draw[3] % 10,
            start=end - seconds,
            end=float(end),
            cost=round(1000.0 + draw[4] * 7.5, 2),
        )
        if place == 4:
            job.pause(epoch - HOUR)
        elif place == 11:
            job.finish("cancelled", job.start + HOUR)
        elif place > 4:
            job.finish("delivered", job.end + draw[5] % (3 * HOUR))
        made.append(job)
    return made


def jobs_answer(jobs: list[Job], pilot: Pilot, now: float, completed: bool) -> list[dict[str, Any]]:
    """GET /industry/jobs; delivered and cancelled ones of 90 days only where they are asked for."""
    rows = []
    for job in jobs:
        done = job.completed is not None and job.completed <= now
        if job.start > now or (done and not completed):
            continue
        if job.completed is not None and job.completed < now - _COMPLETED:
            continue
        row: dict[str, Any] = {
            "activity_id": job.activity,
            "blueprint_id": 1_039_000_000_000 + job.id,
            "blueprint_location_id": 1_039_362_132_466,
            "blueprint_type_id": job.blueprint,
            "cost": job.cost,
            "duration": round(job.end - job.start),
            "end_date": iso(job.end),
            "facility_id": _FACILITY,
            "installer_id": pilot.id,
            "job_id": job.id,
            "licensed_runs": 200,
            "output_location_id": 1_039_362_132_466,
            "product_type_id": job.product,
            "runs": job.runs,
            "start_date": iso(job.start),
            "station_id": _FACILITY,
            "status": job.status,
        }
        if job.activity == 8:
            row["probability"] = 0.4334999918937683
        if job.paused is not None:
            row["pause_date"] = iso(job.paused)
        if job.completed is not None:
            row["completed_character_id"] = pilot.id
            row["completed_date"] = iso(job.completed)
            if job.status == "delivered":
                row["successful_runs"] = job.runs
        rows.append(row)
    return rows
