"""Jobs and colonies as they stand at a moment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from guildhall.packs.eve.rules.wording import activity
from guildhall.packs.eve.schemas.views.assets import (
    Extractor,
    ExtractorRow,
    IndustryJob,
    JobRow,
    Planet,
    PlanetRow,
)


def shown_job(row: JobRow, now: datetime) -> IndustryJob:
    """A job at a moment: one that is active past its end is ready; a paused one has no remaining time."""
    running = row.status in ("active", "ready")
    return IndustryJob(
        row.job_id, row.activity_id, activity(row.activity_id), row.status, running and row.end_date <= now,
        max(0, round((row.end_date - now).total_seconds())) if running else None, row.blueprint_type_id,
        row.blueprint_name, row.product_type_id, row.product_name, row.facility_id, row.station_id, row.runs,
        row.licensed_runs, row.successful_runs, row.probability, row.cost, row.start_date, row.end_date,
        row.pause_date, row.completed_date,
    )  # fmt: skip


def _extractor(row: ExtractorRow, now: datetime) -> Extractor:
    return Extractor(
        row.pin_id, row.type_id, row.product_type_id, row.product_name, row.cycle_time, row.qty_per_cycle,
        row.install_time, row.expiry_time, row.expiry_time is None or row.expiry_time <= now,
        None if row.expiry_time is None else max(0, round((row.expiry_time - now).total_seconds())),
    )  # fmt: skip


def shown_colonies(planets: Sequence[PlanetRow], extractors: Sequence[ExtractorRow], now: datetime) -> list[Planet]:
    """Colonies with their extractors at a moment."""
    by_planet: dict[int, list[Extractor]] = defaultdict(list)
    for row in extractors:
        by_planet[row.planet_id].append(_extractor(row, now))
    return [
        Planet(
            planet.planet_id, planet.planet_type, planet.solar_system_id, planet.solar_system_name,
            planet.upgrade_level, planet.num_pins, planet.last_update, by_planet[planet.planet_id],
            min(
                (pin.expiry_time for pin in by_planet[planet.planet_id] if pin.expiry_time and pin.expiry_time > now),
                default=None,
            ),
        )
        for planet in planets
    ]  # fmt: skip
