"""`guildhall analytics list` and `recount`."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from msgspec import Struct

from guildhall.core.analytics.declaration import EventTypes
from guildhall.core.analytics.queries.daily import type_counts
from guildhall.core.analytics.queries.intake import behind
from guildhall.core.analytics.recount import recount_all, recount_day
from guildhall.core.analytics.schemas import Behind, DayRecounted
from guildhall.core.analytics.settings import AnalyticsSettings
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Events of people and visitors, and their daily roll-ups.", no_args_is_help=True)

_LATELY = timedelta(days=6)


class TypeLine(Struct, frozen=True):
    """An event type: declared by an active slice or not, its roll-ups, and its events of today and of seven days."""

    type: str
    declared: bool
    from_clients: bool
    rollups: list[str]
    today: int
    seven_days: int


class Overview(Struct, frozen=True):
    """All event types, and how far the roll-ups are behind."""

    types: list[TypeLine]
    behind: Behind


class Recounted(Struct, frozen=True):
    """The roll-ups that were wrong."""

    corrected: int


@commands.command("list")
def list_types(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the event types with their roll-ups and counts, and how far the counts are behind."""
    session: Session = ctx.obj

    async def run(db: Database, types: EventTypes) -> Overview:
        async with db.read() as tx:
            today = tx.now.date()
            found = {row.event_type: row for row in await type_counts.many(tx, today, today - _LATELY)}
            late = await behind.one(tx)
        lines = []
        for name in sorted({*found, *types.by_name}):
            declared, row = types.by_name.get(name), found.get(name)
            rollups = {one.partition(":")[2] for one in declared.rollups} if declared is not None else set()
            lines.append(
                TypeLine(
                    name, declared is not None, declared is not None and declared.from_clients,
                    sorted(rollups | set(row.rollups if row is not None else ())), 0 if row is None else row.today,
                    0 if row is None else row.lately,
                )
            )  # fmt: skip
        return Overview(lines, late)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("type", "sent by", "roll-ups", "today", "seven days"),
        [
            (
                line.type, "clients" if line.from_clients else "the server" if line.declared else "nobody any more",
                "; ".join(line.rollups) or "-", f"{line.today:,}", f"{line.seven_days:,}",
            )
            for line in found.types
        ],
    )  # fmt: skip
    typer.echo(f"The counts are {found.behind.seconds:.1f} s behind.")


@commands.command()
def recount(
    ctx: typer.Context,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only this day (UTC); none counts all that are kept.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count days again from their events, and correct what is wrong.

    It may be stopped at any time; the next recount of all days goes on with the day at which it was.
    """
    session: Session = ctx.obj
    chosen: date | None = None if day is None else day.date()

    def tell(done: DayRecounted, left: int) -> None:
        if not as_json:
            words = "as it was" if not done.corrected else f"{done.corrected:,} roll-ups corrected"
            typer.echo(f"{done.day}: {done.events:,} events, {words}; {left:,} days left", err=True)

    async def run(db: Database, settings: AnalyticsSettings) -> Recounted:
        if chosen is None:
            return Recounted(await recount_all(db, settings, tell))
        done = await recount_day(db, settings, chosen)
        tell(done, 0)
        return Recounted(done.corrected)

    done = session.run(run)
    print_answer(done, as_json, f"{done.corrected:,} roll-ups were wrong")
