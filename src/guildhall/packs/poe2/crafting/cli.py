"""`guildhall poe2 crafting …`: the game's data of patches."""

import re
from pathlib import Path
from typing import Annotated

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.crafting.actions import game as actions
from guildhall.packs.poe2.crafting.errors import BadGameFile
from guildhall.packs.poe2.crafting.queries import game as queries
from guildhall.packs.poe2.crafting.rules.extracts import is_extract, read_extracts
from guildhall.packs.poe2.crafting.rules.files import GivenGame, known_rules, read_game, read_rules, read_weights
from guildhall.packs.poe2.crafting.schemas.game import PATCH, ImportedGame, ImportedWeights, PatchCard
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Modifiers, rules and weights of the game's patches.", no_args_is_help=True)


def _checked_patch(patch: str) -> str:
    if re.fullmatch(PATCH, patch) is None:
        raise typer.BadParameter(f"'{patch[:40]}' is no patch; they are written as 0.5")
    return patch


def _checked_source(source: str) -> str:
    if not 1 <= len(source) <= 500:
        raise typer.BadParameter("a source has 1 to 500 characters")
    return source


Patch = Annotated[str, typer.Option(callback=_checked_patch, help="The patch, such as 0.5.")]
Source = Annotated[str, typer.Option(callback=_checked_source, help="Where the file is from; shown beside all odds.")]


@commands.command(name="import")
def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file of modifiers and bases, or the game's modifiers, as JSON.")],
    patch: Patch,
    source: Source,
    rules: Annotated[Path | None, typer.Option(help="Rules in place of those that are known for the patch.")] = None,
    tags: Annotated[Path | None, typer.Option(help="With the game's modifiers: the tags of each.")] = None,
    bases: Annotated[Path | None, typer.Option(help="With the game's modifiers: the base types.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import the modifiers, bases and rules of a patch; a patch that is there is replaced, with its weights.

    docs/poe2.md describes the files.
    """
    session: Session = ctx.obj
    game = _read(file, patch, rules, tags, bases)

    async def run(db: Database) -> ImportedGame:
        async with db.write(timeout=120) as tx:
            return await actions.import_game(tx, patch, source, game)

    done = session.run(run)
    line = f"{done.patch}: {done.mods} modifiers, {done.bases} bases, {done.weights} known weights"
    print_answer(done, as_json, line)


@commands.command()
def weights(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Weights as CSV (mod, tag, weight) or JSON.")],
    patch: Patch,
    source: Source,
    usual: Annotated[
        float | None, typer.Option(min=0.000001, max=1e9, help="Stands in for unknown weights; else their median.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import weights that somebody has estimated for modifiers of a patch."""
    session: Session = ctx.obj
    given = read_weights(_bytes(file))

    async def run(db: Database) -> ImportedWeights:
        async with db.write(timeout=120) as tx:
            return await actions.import_weights(tx, patch, source, given, usual)

    done = session.run(run)
    line = f"{done.patch}: weights of {done.mods} modifiers, {done.unknown} of the file are unknown"
    print_answer(done, as_json, line)


@commands.command(name="list")
def list_patches(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the patches whose data is imported."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[PatchCard]:
        async with db.read() as tx:
            return await queries.patches.many(tx, None, 1000)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ["patch", "modifiers", "bases", "weights", "source of weights", "imported"],
        [
            [one.patch, str(one.mods), str(one.bases), f"{one.weights} of {one.spawns}", one.weight_source,
             f"{one.imported_at:%Y-%m-%d}"]
            for one in found
        ],
    )  # fmt: skip


def _read(file: Path, patch: str, rules: Path | None, tags: Path | None, bases: Path | None) -> GivenGame:
    raw = _bytes(file)
    chosen = None if rules is None else read_rules(_bytes(rules))
    if not is_extract(raw):
        return read_game(raw, patch, chosen)
    if tags is None or bases is None:
        raise typer.BadParameter("the game's modifiers need --tags and --bases beside them")
    chosen = chosen or known_rules(patch)
    if chosen is None:
        raise BadGameFile(why=f"no rules are known for patch {patch}; give a file with them")
    return read_extracts(raw, _bytes(tags), _bytes(bases), chosen)


def _bytes(file: Path) -> bytes:
    """Read a file. Raises BadParameter."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"the file cannot be read: {error.strerror}") from error
