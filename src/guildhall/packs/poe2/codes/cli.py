"""`guildhall poe2 read` and `guildhall poe2 compare`."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from guildhall.clock import Clock
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.codes import views
from guildhall.packs.poe2.codes.schemas import BuildComparison, ReadCode
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.trees.graphs import Graphs
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer()

CodeFile = Annotated[Path, typer.Argument(help="A file with a Path of Building code; - reads the standard input.")]


@commands.command()
def read(ctx: typer.Context, file: CodeFile, as_json: AsJson = False) -> None:
    """Print the build of a Path of Building code as JSON; --json puts it in one line."""
    session: Session = ctx.obj
    code = _text(file)

    async def run(settings: Poe2Settings, db: Database, clock: Clock) -> ReadCode:
        return await views.read(code, settings, Graphs(db, clock))

    found = session.run(run)
    print_answer(found, as_json, msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@commands.command()
def compare(ctx: typer.Context, older: CodeFile, newer: CodeFile, as_json: AsJson = False) -> None:
    """Print what changed from one build to another."""
    session: Session = ctx.obj
    old, new = _text(older), _text(newer)

    async def run(settings: Poe2Settings, db: Database, clock: Clock) -> BuildComparison:
        return await views.compared(old, new, settings, Graphs(db, clock))

    found = session.run(run)
    print_answer(found, as_json, "\n".join(one.words for one in found.changes) or "The builds are the same.")


def _text(file: Path) -> str:
    """Read a file, or the standard input. Raises BadParameter."""
    if str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(errors="replace")
    except OSError as error:
        raise typer.BadParameter(f"the file cannot be read: {error.strerror}") from error
