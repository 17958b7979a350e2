"""`guildhall jobs …`."""

from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from guildhall.cli.session import CommandSession
from guildhall.core.jobs import actions, queries
from guildhall.core.jobs.schemas import Job, JobId, ScheduleRow, StatusCount
from guildhall.db.pool import Database

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
            done, missing = 0, []
            for job_id in job_ids or []:
                job = await queries.job.one_or_none(tx, JobId(job_id))
                if job is not None and await actions.requeue(tx, job):
                    done += 1
                else:
                    missing.append(job_id)
            return done, missing

    done, missing = session.run(run)
    typer.echo(f"{done} jobs queued again")
    for job_id in missing:
        typer.echo(f"{job_id} is no dead letter.", err=True)
    if missing:
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
