"""`guildhall storage …`."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from guildhall.core.storage import queries, sweeping
from guildhall.core.storage.checking import check_batch
from guildhall.core.storage.schemas import FileRow
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_position
from guildhall.ids import UserId
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Files of people: a list, a check, a sweep.", no_args_is_help=True)
_console = Console(stderr=True)


@commands.command("list")
def list_files(
    ctx: typer.Context,
    user: Annotated[UUID | None, typer.Option(help="Only those of this person, by the id of the account.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only those for this purpose.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    after: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """List files, the oldest first."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[FileRow]:
        async with db.read() as tx:
            position = await find_position(tx, after, queries.files_between, "file")
            return await queries.list_files.many(tx, None if user is None else UserId(user), purpose, position, limit)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "person", "purpose", "", "bytes", "size", "when"),
        [
            (
                str(one.id), str(one.user_id), one.purpose, "private" if one.private else "public", f"{one.bytes:,}",
                f"{one.width} × {one.height}", f"{one.created_at:%Y-%m-%d %H:%M}",
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def check(
    ctx: typer.Context,
    after: Annotated[str | None, typer.Option(help="Go on behind this hash.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read all content and compare it with its hashes; the exit status is 1 if any is wrong.

    It only reads. Interrupted, it says which object to go on behind.
    """
    session: Session = ctx.obj
    position = _hash_of(after)

    async def run(db: Database, storage: Storage, settings: StorageSettings) -> tuple[int, list[str]]:
        async with db.read() as tx:
            totals = await queries.totals.one(tx)
        checked, wrong, behind = 0, list[str](), position
        columns = (MofNCompleteColumn(), TextColumn("objects"))
        with Progress(*columns, console=_console, transient=True) as progress:
            task = progress.add_task("", total=totals.objects if position is None else None)
            while True:
                try:
                    batch = await check_batch(db, storage, behind, settings.sweep_batch)
                except BaseException:
                    _tell_place(behind)
                    raise
                checked += batch.objects
                wrong += batch.wrong
                progress.update(task, completed=checked)
                if batch.last is None:
                    return checked, wrong
                behind = batch.last

    checked, wrong = session.run(run)
    if as_json:
        print_json({"objects": checked, "wrong": wrong})
    else:
        for line in wrong:
            typer.echo(line)
        typer.echo(f"{checked:,} objects were read; {len(wrong) or 'nothing'} {'are' if wrong else 'is'} wrong.")
    if wrong:
        raise typer.Exit(1)


@commands.command()
def sweep(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Delete content that has had no owner for a while, bytes that no row knows, and what broke off; as workers do."""
    session: Session = ctx.obj

    async def run(db: Database, storage: Storage, settings: StorageSettings) -> dict[str, int]:
        return {
            "objects": await sweeping.sweep_orphans(db, storage, settings),
            "partial": await sweeping.sweep_partial(db, storage, settings),
            "strays": await sweeping.sweep_strays(db, storage, settings),
        }

    found = session.run(run)
    words = (
        f"{found['objects']:,} objects, {found['partial']:,} broken uploads and {found['strays']:,} strays are gone."
    )
    print_answer(found, as_json, words)


def _hash_of(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        found = bytes.fromhex(text)
    except ValueError as error:
        raise typer.BadParameter("a hash is hexadecimal", param_hint="--after") from error
    if len(found) != 32:
        raise typer.BadParameter("a hash has 64 digits", param_hint="--after")
    return found


def _tell_place(position: bytes | None) -> None:
    if position is not None:
        _console.print(f"Stopped. Go on with: guildhall storage check --after {position.hex()}")
