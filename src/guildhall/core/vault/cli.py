"""`guildhall vault …`."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from guildhall.core.vault import actions, queries
from guildhall.core.vault.actions import ColumnState, Rotated
from guildhall.core.vault.schemas import SealedColumn, SealedColumns
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.terminal import AsJson, print_json, print_table

Result = TypeVar("Result")


class Session(Protocol):
    """The type of `ctx.obj` in commands."""

    def run(self, action: Callable[..., Awaitable[Result]]) -> Result:
        """Run an async function with what its parameters ask for by type."""


commands = typer.Typer(help="The key that seals tokens at rest.", no_args_is_help=True)
_console = Console(stderr=True)


@commands.command()
def rotate(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Encrypt again everything that was encrypted with a former key.

    A key is changed in steps, so that no process ever meets a seal that it cannot open:

    1. make the new key, add it to GUILDHALL_ENCRYPTION_OLD_KEYS everywhere, restart everything;

    2. make it GUILDHALL_ENCRYPTION_KEY everywhere and move the former key to the old ones, restart everything;

    3. run this command until it says that nothing is left; it may be stopped, and goes on where it was;

    4. when `guildhall vault status` counts no old keys, take the former key away. Backups of before still need it.

    Rows that no key opens stay as they are; they are told, and the exit status is 1.
    """
    session: Session = ctx.obj

    async def run(db: Database, vault: Vault, sealed: SealedColumns, settings: VaultSettings) -> list[Rotated]:
        with Progress(console=_console, transient=True) as progress:
            tasks: dict[SealedColumn, TaskID] = {}
            for column in sealed.columns:
                total = await actions.rows_left(db, vault, column)
                tasks[column] = progress.add_task(queries.name_of(column), total=total)

            def advance(column: SealedColumn, rows: int) -> None:
                progress.advance(tasks[column], rows)

            return [
                await actions.rotate_column(db, vault, column, settings.vault_rotate_batch, advance)
                for column in sealed.columns
            ]

    done = session.run(run)
    broken = sum(one.broken for one in done)
    if as_json:
        print_json(done)
    else:
        print_table(
            ("column", "sealed anew", "not opened by any key"),
            [(one.column, f"{one.resealed:,}", f"{one.broken:,}") for one in done],
        )
        if broken:
            _console.print(f"{broken:,} rows are opened by no key and were left as they are: is an old key missing?")
    if broken:
        raise typer.Exit(1)


@commands.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count encrypted values by key. Exit status 1 when there are values that no key decrypts."""
    session: Session = ctx.obj

    async def run(db: Database, vault: Vault, sealed: SealedColumns, settings: VaultSettings) -> list[ColumnState]:
        return [await actions.column_state(db, vault, column, settings.vault_rotate_batch) for column in sealed.columns]

    states = session.run(run)
    if as_json:
        print_json(states)
    else:
        print_table(
            ("column", "rows", "present key", "old keys", "not opened by any key"),
            [
                (one.column, *(f"{n:,}" for n in (one.rows, one.present_key, one.old_keys, one.broken)))
                for one in states
            ],
        )
    if any(one.broken for one in states):
        raise typer.Exit(1)
