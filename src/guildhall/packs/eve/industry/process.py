"""The objects of industry jobs that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of(
            "industry_jobs",
            "job_id, activity_id, status, blueprint_id, blueprint_type_id, blueprint_location_id, output_location_id, "
            "facility_id, station_id, installer_id, product_type_id, runs, licensed_runs, successful_runs, "
            "probability, cost, duration, start_date, end_date, pause_date, completed_date, "
            "completed_character_id, last_seen_at",
            "start_date, job_id",
        ),
    ),
)
