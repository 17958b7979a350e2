"""`guildhall poe2 search …`: the search over builds."""

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.discovery.actions import upkeep as actions
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer(help="The search over builds.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Keep the search over builds."""


@commands.command()
def rebuild(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Write every public build anew into the search. Stop it with Ctrl-C; the next call continues where it was."""
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        return await actions.rebuild(db, lambda done, total: typer.echo(f"{done:,} of {total:,} builds", err=True))

    done = session.run(run)
    print_answer({"builds": done}, as_json, f"{done:,} builds are in the search")
