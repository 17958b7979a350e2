"""Industry jobs of a character."""

from datetime import datetime

from guildhall.db.statements import rows
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.industry.schemas.stored import IndustryJob
from guildhall.packs.eve.industry.schemas.views import JobRow


@rows(
    JobRow,
    """
    select j.job_id, j.activity_id, j.status, j.blueprint_type_id, b.name as blueprint_name, j.product_type_id,
           p.name as product_name, j.facility_id, j.station_id, j.runs, j.licensed_runs, j.successful_runs,
           j.probability, j.cost, j.start_date, j.end_date, j.pause_date, j.completed_date
    from eve.industry_jobs j
    left join eve.names b on b.id = j.blueprint_type_id
    left join eve.names p on p.id = j.product_type_id
    where j.character = :character
      and (:statuses::text[] is null or j.status = any(:statuses))
      and (:after_end_date::timestamptz is null or (j.end_date, j.job_id) < (:after_end_date, :after_job))
    order by j.end_date desc, j.job_id desc
    limit :limit
    """,
    hot=True,
)
def shown_jobs(
    character: CharacterId,
    statuses: list[str] | None,
    after_end_date: datetime | None,
    after_job: int | None,
    limit: int,
) -> None: ...


@rows(
    IndustryJob,
    """
    select job_id, activity_id, status, blueprint_id, blueprint_type_id, blueprint_location_id, output_location_id,
           facility_id, station_id, installer_id, product_type_id, runs, licensed_runs, successful_runs, probability,
           cost, duration, start_date, end_date, pause_date, completed_date, completed_character_id, last_seen_at
    from eve.industry_jobs
    where character = :character and (status in ('active', 'paused', 'ready') or job_id = any(:jobs::bigint[]))
    order by job_id
    """,
)
def jobs(character: CharacterId, jobs: list[int]) -> None: ...
