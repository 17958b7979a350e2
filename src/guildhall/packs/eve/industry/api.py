"""Industry jobs of a character."""

from datetime import datetime
from typing import Annotated, Literal

from litestar import Response
from litestar.params import QueryParameter

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.lists import Position, SectionList, read_list
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.characters.reading import Reading
from guildhall.packs.eve.industry import queries
from guildhall.packs.eve.industry.rules import activity
from guildhall.packs.eve.industry.schemas.views import IndustryJob, IndustryJobs, JobRow
from guildhall.web.route import Asked, Read, Routes

routes = Routes("/api/v1/eve")


def _jobs(rows: list[JobRow], at: Reading, next: str | None) -> IndustryJobs:
    now = at.tx.now
    return IndustryJobs(now, [shown_job(row, now) for row in rows], at.as_of, at.age, next)


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


_JOBS: SectionList[JobRow, IndustryJobs] = SectionList(
    "industry", "eve_jobs", lambda row: (row.end_date, row.job_id), _jobs
)


@routes.get("/characters/{character_id:str}/industry", scope=READ, pages=_JOBS.pages, raises=CHARACTER)
async def get_industry(
    character_id: CharacterText,
    tx: Read,
    asked: Asked[Position],
    which: Annotated[
        Literal["running", "all"], QueryParameter(name="which", description="Those not delivered yet, or all")
    ] = "running",
) -> Response[IndustryJobs]:
    """Industry jobs of a character.

    Return the jobs, the last to end first. `ready` and the remaining seconds refer to the moment `now`.
    """
    statuses = ["active", "paused", "ready"] if which == "running" else None
    return await read_list(
        _JOBS,
        tx,
        character_id,
        asked,
        lambda tx, character, at, last, limit: queries.shown_jobs.many(tx, character, statuses, at, last, limit),
    )


WEB = WebPart(routes=routes)
