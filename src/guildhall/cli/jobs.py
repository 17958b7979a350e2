"""`guildhall jobs …`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

import msgspec
import typer
from msgspec import Struct

from guildhall.cli.session import CommandSession
from guildhall.core.jobs import actions, queries
from guildhall.core.jobs.schemas import Job, JobStatus, ScheduleRow, StatusCount
from guildhall.db.pool import Database, Transaction
from guildhall.db.prefixes import AmbiguousId, find_id, find_position
from guildhall.errors import NotFound
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Background jobs.", no_args_is_help=True)


class Changed(Struct, frozen=True):
    """The number of jobs that were changed, and the reasons by id for those that were not."""

    jobs: int
    refused: dict[str, str]


@commands.command("list")
def list_jobs(
    ctx: typer.Context,
    status: Annotated[JobStatus | None, typer.Option(help="Only jobs of this status.")] = None,
    job_type: Annotated[str | None, typer.Option("--type", help="For example dota2.sync_player.")] = None,
    after: Annotated[str | None, typer.Option(help="Id of the last job of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    counts: Annotated[bool, typer.Option("--counts", help="Only the number of jobs by type and status.")] = False,
    as_json: AsJson = False,
) -> None:
    """List jobs, newest first."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> tuple[list[Job], list[StatusCount]]:
        async with db.read() as tx:
            if counts:
                return [], await queries.job_counts.many(tx)
            last = await find_position(tx, after, queries.jobs_between, "job")
            return await queries.jobs.many(tx, status, job_type, last, limit), []

    found, counted = session.run(run)
    if as_json:
        print_json(counted if counts else found)
    elif counts:
        print_table(("type", "status", "jobs"), [(row.job_type, row.status, str(row.jobs)) for row in counted])
    else:
        print_table(("id", "type", "status", "tries", "created", "took", "error"), [_line(job) for job in found])


def _line(job: Job) -> Sequence[str]:
    """A job's row of the list."""
    took = job.completed_at - job.started_at if job.completed_at and job.started_at else None
    return (
        str(job.id), job.job_type, job.status, str(job.attempts), f"{job.created_at:%Y-%m-%d %H:%M:%S}",
        f"{took.total_seconds():.2f} s" if took else "", (job.error or "")[:80],
    )  # fmt: skip


@commands.command()
def show(
    ctx: typer.Context,
    job_id: Annotated[str, typer.Argument(help="The id, or its beginning if no other begins the same.", metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """Print all data of a job as JSON; --json puts it in one line. Exit status 1 for an unknown id."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> Job:
        async with db.read() as tx:
            return await queries.job.one(tx, await find_id(tx, job_id, queries.jobs_between, "job"))

    found = session.run(run)
    print_answer(found, as_json, msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@commands.command()
def retry(
    ctx: typer.Context,
    job_ids: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of dead letters, or their beginnings.", metavar="ID…"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    job_type: Annotated[str | None, typer.Option("--type", help="With --all: only of this type.")] = None,
    as_json: AsJson = False,
) -> None:
    """Queue failed jobs (dead letters) again. Exit status 1 when an id is not one of a failed job."""
    if bool(job_ids) == everything:
        raise typer.BadParameter("give ids, or --all")
    session: CommandSession = ctx.obj

    async def run(db: Database) -> Changed:
        async with db.write() as tx:
            if everything:
                found = await queries.dead_letters.many(tx, job_type)
                return Changed(sum([await actions.requeue(tx, job) for job in found]), {})
            return await _each(tx, job_ids or [], actions.requeue, "is not a dead letter")

    _tell(session.run(run), as_json, "queued again")


@commands.command()
def cancel(
    ctx: typer.Context,
    job_ids: Annotated[
        list[str],
        typer.Argument(help="Ids of pending or running jobs, or their beginnings.", metavar="ID…"),
    ],
    as_json: AsJson = False,
) -> None:
    """Remove pending jobs and stop running ones. Exit status 1 when one has already ended."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> Changed:
        async with db.write() as tx:
            return await _each(tx, job_ids, actions.cancel, "is neither pending nor running")

    _tell(session.run(run), as_json, "cancelled")


async def _each(
    tx: Transaction, job_ids: Sequence[str], act: Callable[[Transaction, Job], Awaitable[bool]], otherwise: str
) -> Changed:
    """Act on jobs by id. `otherwise` says what an id is that it was not done to."""
    refused: dict[str, str] = {}
    for job_id in job_ids:
        try:
            job = await queries.job.one(tx, await find_id(tx, job_id, queries.jobs_between, "job"))
            if not await act(tx, job):
                refused[job_id] = f"{job_id} {otherwise}."
        except (NotFound, AmbiguousId) as error:
            refused[job_id] = str(error)
    return Changed(len(job_ids) - len(refused), refused)


def _tell(done: Changed, as_json: bool, what: str) -> None:
    """Print how many jobs were changed and which were not; exit status 1 if there are any of those."""
    print_answer(done, as_json, f"{done.jobs} jobs {what}")
    for why in done.refused.values():
        typer.echo(why, err=True)
    if done.refused:
        raise typer.Exit(1)


@commands.command()
def schedule(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the schedules; times are UTC. The worker writes them when it starts."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> list[ScheduleRow]:
        async with db.read() as tx:
            return await queries.schedules.many(tx)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("message", "cron", "next", "last"),
        [
            (
                row.message, row.expression, f"{row.next_run:%Y-%m-%d %H:%M:%S}",
                f"{row.last_run:%Y-%m-%d %H:%M:%S}" if row.last_run else "-",
            )
            for row in found
        ],
    )  # fmt: skip
