"""`guildhall wine catalogue …`: what the catalogue is filled with."""

from pathlib import Path
from typing import Annotated

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.wine.catalogue.actions.imports import import_file
from guildhall.packs.wine.catalogue.actions.wines import Put, load_shipped
from guildhall.packs.wine.catalogue.files import CatalogueFile
from guildhall.packs.wine.catalogue.queries import imports
from guildhall.packs.wine.catalogue.schemas import ImportReport, ImportRow
from guildhall.packs.wine.settings import WineSettings
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="The catalogue: species, wines, regions, grapes.", no_args_is_help=True)

_ORDER = ("wines", "areas", "ratings")
"""Ratings are of wines that are there."""
_MOST = 1000


@commands.command(name="load")
def load(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Load the catalogue that comes with the pack: wines of made-up producers, and grapes with their names."""
    session: Session = ctx.obj

    async def run(db: Database) -> Put:
        async with db.write(timeout=120) as tx:
            return await load_shipped(tx)

    done = session.run(run)
    print_answer(done, as_json, f"{done.added} wines added, {done.changed} changed, {done.known} as they were")


@commands.command(name="import")
def import_files(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="CSV files of X-Wines (wines, ratings) or of areas (AVA).")],
    anew: Annotated[bool, typer.Option("--anew", help="Take in files again that were done before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take files into the catalogue; one that was stopped goes on where it was. Wines come before ratings."""
    session: Session = ctx.obj

    async def run(db: Database, settings: WineSettings) -> list[ImportReport]:
        opened = [CatalogueFile(one, settings.import_mb) for one in files]
        opened.sort(key=lambda one: _ORDER.index(one.kind))
        return [
            await import_file(db, settings, one, lambda line: typer.echo(line, err=True), anew) for one in opened
        ]  # fmt: skip

    done = session.run(run)
    if as_json:
        print_json(done)
        return
    for report in done:
        row = report.file
        typer.echo(
            f"{row.file_name}: {row.rows_done:,} rows, {row.added:,} added, {row.changed:,} changed, "
            f"{row.known:,} as they were, {row.set_aside:,} set aside; {report.rarities_moved:,} rarities moved"
        )
        if report.reasons:
            print_table(
                ("reason", "rows", "first"),
                [(one.reason, f"{one.rows:,}", str(one.first_row)) for one in report.reasons],
            )


@commands.command(name="imports")
def list_imports(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List imports, the latest first, and how far each is."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[ImportRow]:
        async with db.read() as tx:
            return await imports.imports.many(tx, _MOST)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("file", "kind", "rows", "added", "set aside", "done"),
        [
            (one.file_name, one.kind, f"{one.rows_done:,}", f"{one.added:,}", f"{one.set_aside:,}",
             "" if one.finished_at is None else f"{one.finished_at:%Y-%m-%d %H:%M}")
            for one in found
        ],
    )  # fmt: skip
