"""`guildhall poe2 tree …`: passive trees of the game's patches."""

import re
from pathlib import Path
from typing import Annotated

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.trees import actions, queries
from guildhall.packs.poe2.trees.rules.files import read_tree
from guildhall.packs.poe2.trees.schemas import ImportedTree, TreeCard
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Passive trees of the game's patches.", no_args_is_help=True)

_VERSION = r"[0-9]{1,3}(_[0-9]{1,3}){1,2}[a-z]?"


def _checked_version(version: str) -> str:
    if re.fullmatch(_VERSION, version) is None:
        raise typer.BadParameter(f"'{version[:40]}' is no version of a tree; they are written as 0_5")
    return version


@commands.command(name="import")
def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The game's export, or a graph, as JSON.")],
    version: Annotated[
        str, typer.Option(callback=_checked_version, help="The version as Path of Building names it, such as 0_5.")
    ],
    source: Annotated[str, typer.Option(help="Where the file is from, for who asks later.")] = "",
    as_json: AsJson = False,
) -> None:
    """Import the passive tree of a patch; one of the same version is replaced."""
    session: Session = ctx.obj
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"the file cannot be read: {error.strerror}") from error
    tree = read_tree(raw)

    async def run(db: Database) -> ImportedTree:
        async with db.write(timeout=120) as tx:
            return await actions.import_tree(tx, version, source or file.name, tree)

    done = session.run(run)
    print_answer(done, as_json, f"{done.version}: {done.nodes} nodes, {done.edges} connections")


@commands.command(name="list")
def list_trees(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the passive trees that are imported."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[TreeCard]:
        async with db.read() as tx:
            return await queries.trees.many(tx, None, 1000)

    found = session.run(run)
    if as_json:
        print_json(found)
    else:
        rows = [
            [one.version, str(one.nodes), str(one.edges), f"{one.imported_at:%Y-%m-%d}", one.source] for one in found
        ]
        print_table(["version", "nodes", "connections", "imported", "source"], rows)
