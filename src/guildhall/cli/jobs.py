"""`guildhall jobs …`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from guildhall.cli.session import CommandSession
from guildhall.core.jobs import actions, queries
from guildhall.core.jobs.schemas import Job, JobId, ScheduleRow, StatusCount
from guildhall.db.pool import Database, Transaction

commands = typer.Typer(help="Background jobs.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


@commands.command("list")
def list_jobs(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option(help="pending, processing, completed or failed.")] = None,
    job_type: Annotated[str | None, typer.Option("--type", help="For example dota2.sync_player.")] = None,
    after: Annotated[UUID | None, typer.Option(help="Id of the last job of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    counts: Annotated[bool, typer.Option("--counts", help="Only how many of each type and status.")] = False,
    as_json: AsJson = False,
) -> None:
    """List jobs, newest first."""
    if status is not None and status not in ("pending", "processing", "completed", "failed"):
        raise typer.BadParameter(f"'{status}' is no status")
    session: CommandSession = ctx.obj

    async def run(db: Database) -> tuple[list[Job], list[StatusCount]]:
        async with db.read() as tx:
            if counts:
                return [], await queries.job_counts.many(tx)
            return await queries.jobs.many(tx, status, job_type, after, limit), []

    found, counted = session.run(run)
    if as_json:
        print(msgspec.json.encode(counted if counts else found).decode())
        return
    if counts:
        table = Table("type", "status", "jobs")
        for row in counted:
            table.add_row(row.job_type, row.status, str(row.jobs))
    else:
        table = Table("id", "type", "status", "tries", "created", "took", "error")
        for job in found:
            took = job.completed_at - job.started_at if job.completed_at and job.started_at else None
            table.add_row(
                str(job.id), job.job_type, job.status, str(job.attempts), f"{job.created_at:%Y-%m-%d %H:%M:%S}",
                f"{took.total_seconds():.2f} s" if took else "", (job.error or "")[:80],
            )  # fmt: skip
    Console().print(table)


@commands.command()
def show(ctx: typer.Context, job_id: UUID) -> None:
    """Print everything that is known of a job, as JSON. Exit status 1 when there is none of that id."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> Job | None:
        async with db.read() as tx:
            return await queries.job.one_or_none(tx, JobId(job_id))

    found = session.run(run)
    if found is None:
        typer.echo(f"There is no job {job_id}.", err=True)
        raise typer.Exit(1)
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@commands.command()
def retry(
    ctx: typer.Context,
    job_ids: Annotated[list[UUID] | None, typer.Argument(help="Ids of dead letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    job_type: Annotated[str | None, typer.Option("--type", help="With --all: only of this type.")] = None,
) -> None:
    """Give dead letters their attempts back. Exit status 1 when an id is none."""
    if bool(job_ids) == everything:
        raise typer.BadParameter("give ids, or --all")
    session: CommandSession = ctx.obj

    async def run(db: Database) -> tuple[int, list[UUID]]:
        async with db.write() as tx:
            if everything:
                found = await queries.dead_letters.many(tx, job_type)
                return sum([await actions.requeue(tx, job) for job in found]), []
            return await _each(tx, job_ids or [], actions.requeue)

    done, missing = session.run(run)
    typer.echo(f"{done} jobs queued again")
    _refuse(missing, "is no dead letter")


@commands.command()
def cancel(
    ctx: typer.Context, job_ids: Annotated[list[UUID], typer.Argument(help="Ids of jobs that wait or run.")]
) -> None:
    """Take back jobs that wait, stop jobs that run. Exit status 1 when one has ended already."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> tuple[int, list[UUID]]:
        async with db.write() as tx:
            return await _each(tx, job_ids, actions.cancel)

    done, missing = session.run(run)
    typer.echo(f"{done} jobs cancelled")
    _refuse(missing, "neither waits nor runs")


async def _each(
    tx: Transaction, job_ids: Sequence[UUID], act: Callable[[Transaction, Job], Awaitable[bool]]
) -> tuple[int, list[UUID]]:
    """Act on jobs by id; how many it was done to, and the ids that it was not for."""
    missing: list[UUID] = []
    for job_id in job_ids:
        job = await queries.job.one_or_none(tx, JobId(job_id))
        if job is None or not await act(tx, job):
            missing.append(job_id)
    return len(job_ids) - len(missing), missing


def _refuse(job_ids: Sequence[UUID], why: str) -> None:
    """Say which ids nothing was done to; exit status 1 when there are any."""
    for job_id in job_ids:
        typer.echo(f"{job_id} {why}.", err=True)
    if job_ids:
        raise typer.Exit(1)


@commands.command()
def schedule(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show what is sent when; times are UTC. The worker writes this when it starts."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> list[ScheduleRow]:
        async with db.read() as tx:
            return await queries.schedules.many(tx)

    found = session.run(run)
    if as_json:
        print(msgspec.json.encode(found).decode())
        return
    table = Table("message", "cron", "next", "last")
    for row in found:
        last = f"{row.last_run:%Y-%m-%d %H:%M:%S}" if row.last_run else "-"
        table.add_row(row.message, row.expression, f"{row.next_run:%Y-%m-%d %H:%M:%S}", last)
    Console().print(table)
