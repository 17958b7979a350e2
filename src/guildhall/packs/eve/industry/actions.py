"""Industry jobs."""

from datetime import datetime

from msgspec import structs

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.industry import queries
from guildhall.packs.eve.industry.schemas.stored import GivenJob, IndustryJob
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.upstream import routes

RUNNING = ("active", "paused", "ready")
_JOBS = Rows(list[GivenJob])


async def fetch_jobs(asking: Asking) -> Fetched:
    """Jobs, completed ones too. The change is of lists of IndustryJob: all that ESI lists, and those stored of them.

    One that ran and is listed no more is `unknown`, so that it does not count as ready for good.
    """
    me = asking.standing
    target = f"/characters/{me.character_id}/industry/jobs?include_completed=true"
    answer = await asking.get_if_changed(routes.INDUSTRY, target)
    if asking.same(answer):
        return asking.unchanged(answer)
    given = asking.decode(routes.INDUSTRY, answer, _JOBS)

    async def store(tx: Transaction) -> Change:
        before = {row.job_id: row for row in await queries.jobs.many(tx, me.id, [job.job_id for job in given])}
        now = asking.as_of or tx.now
        after = [_row(job, now if (old := before.get(job.job_id)) is None else old.last_seen_at) for job in given]
        # Nobody tells what became of one that is listed no more. An empty list alone proves nothing.
        listed = {job.job_id for job in given}
        if given and not asking.odd:
            after += [
                structs.replace(row, status="unknown")
                for row in before.values()
                if row.job_id not in listed and row.status in RUNNING
            ]
        touched = [job for job in after if job != before.get(job.job_id)]
        if touched:
            await rows.save["industry_jobs"].run(tx, me.id, me.user_id, rows.encoded(touched))
        return Change(list(before.values()), after)

    return asking.changed(answer, store)


def _row(job: GivenJob, seen_at: datetime) -> IndustryJob:
    return IndustryJob(
        job.job_id, job.activity_id, job.status, job.blueprint_id, job.blueprint_type_id, job.blueprint_location_id,
        job.output_location_id, job.facility_id, job.station_id, job.installer_id, job.product_type_id, job.runs,
        job.licensed_runs, job.successful_runs, job.probability, job.cost, job.duration, job.start_date, job.end_date,
        job.pause_date, job.completed_date, job.completed_character_id, seen_at,
    )  # fmt: skip
