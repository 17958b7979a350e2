"""`guildhall dota2 recount`."""

from datetime import date
from typing import Annotated

import typer

from guildhall.arguments import day
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.dota2.trends import actions
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer()
_BEGINNING = date(2011, 1, 1)
"""The year of the first matches."""


@commands.command()
def recount(
    ctx: typer.Context,
    from_day: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="Only from this day on (2026-01-31).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the heroes' daily figures again from the matches."""
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        async with db.write(timeout=3600) as tx:
            return await actions.recount_meta(tx, from_day or _BEGINNING)

    counted = session.run(run)
    print_answer({"day_rows": counted}, as_json, f"{counted} day rows")
