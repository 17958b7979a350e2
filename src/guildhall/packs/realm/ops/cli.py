"""`guildhall realm monitor`."""

from typing import Annotated

import typer

from guildhall.arguments import taken_as
from guildhall.core.monitoring.report import print_state
from guildhall.core.monitoring.schemas import OverMs
from guildhall.pack import Session
from guildhall.terminal import AsJson


def monitor(
    ctx: typer.Context,
    schema: Annotated[str, typer.Option(help="The schema whose tables and indexes are shown.")] = "realm",
    over_ms: Annotated[
        float,
        typer.Option(parser=taken_as(OverMs), metavar="FLOAT", help="Statements that take more milliseconds."),
    ] = 1000.0,
    as_json: AsJson = False,
) -> None:
    """Show the sizes of tables, the use of indexes, and slow statements."""
    session: Session = ctx.obj
    print_state(session, schema, over_ms, as_json)
