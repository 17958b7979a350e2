"""`guildhall poe2 meta …`: the figures of the meta."""

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.insights.actions import figures
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer(help="The figures of the meta.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Keep the figures of the meta."""


@commands.command()
def recount(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count all snapshots and builds anew. Stop it with Ctrl-C; the next call continues where it was."""
    session: Session = ctx.obj

    async def run(db: Database, settings: Poe2Settings) -> figures.Recounted:
        return await figures.recount_meta(db, settings, lambda done: typer.echo(f"{done:,} people", err=True))

    done = session.run(run)
    print_answer(done, as_json, f"{done.people:,} people counted anew, {done.corrected:,} numbers corrected")
