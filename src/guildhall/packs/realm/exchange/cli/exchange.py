"""`guildhall realm export` and `guildhall realm import`."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
import typer

from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured
from guildhall.pack import Session
from guildhall.packs.realm.exchange.actions.export import export_to_sqlite
from guildhall.packs.realm.exchange.actions.imports import import_from_sqlite
from guildhall.packs.realm.exchange.cli.progress import Bars
from guildhall.packs.realm.exchange.rules.sqlite_values import plain_uuid
from guildhall.packs.realm.exchange.schemas.exchange import Exported, Imported, Reject
from guildhall.terminal import AsJson, print_json, print_table

_KINDS = ("server", "user", "channel", "guild", "party", "raid")
_GIVEN_NAMES = UUID("5b6f7f6e-0c0a-4f7e-8d0a-3f3f3f0f2b61")
"""The namespace of namespaces that are given by name."""


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE.sqlite3")],
    server: Annotated[str | None, typer.Option(help="Only what belongs to this server: its name or id.")] = None,
    with_accounts: Annotated[
        bool, typer.Option("--with-accounts", help="With addresses of e-mail and hashes of passwords.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write an SQLite file of the schema that game servers start on, as a snapshot of one instant.

    The file has its name when it is whole. Only its owner may read it. Data for which the schema has no place is left
    out: replies, mentions, pins, pulls, loot, ledgers, sanctions; an address of a session is kept as a hash and stays
    out. Months that have left for the archive are files already.
    """
    session: Session = ctx.obj

    async def run(db: Database) -> Exported:
        with Bars() as bars:
            return await export_to_sqlite(db, file, bars, server=server, with_accounts=with_accounts, overwrite=force)

    done = session.run(run)
    if as_json:
        print_json(done)
        return
    print_table(
        ("table", "rows", "left out"),
        [(name, f"{rows:,}", f"{done.left_out.get(name, 0):,}") for name, rows in done.rows.items()],
    )
    typer.echo(f"{done.file}: {done.bytes:,} bytes")


def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to read.", metavar="FILE.sqlite3")],
    given: Annotated[
        list[str] | None,
        typer.Option("--map", help="The id here of an object of the file.", metavar="KIND:ID=UUID"),
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(help="A name of the game server, for ids that are no UUIDs; its first rows say it otherwise."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything and roll it back.")] = False,
    words: Annotated[bool, typer.Option(help="Add the messages to the search index.")] = True,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Write the rows that were set aside, one line of JSON each.", metavar="FILE.ndjson"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import the SQLite file of a game server, of version 1.0 or 1.1. Exit status 1 when rows were set aside.

    A run that ends early continues where it was when it is started again; a finished file adds nothing. Existing rows
    stay as they are. KIND of --map is server, user, channel, guild, party or raid.
    """
    session: Session = ctx.obj
    known = dict(_given(text) for text in given or ())

    async def run(db: Database, keyed: KeyedHash) -> Imported:
        with Bars() as bars, _lines(rejects) as on_reject:
            return await import_from_sqlite(
                db,
                file,
                keyed,
                bars,
                given=known,
                namespace=None if namespace is None else plain_uuid(namespace) or uuid5(_GIVEN_NAMES, namespace),
                dry_run=dry_run,
                words=words,
                on_reject=on_reject,
            )

    done = session.run(run)
    if as_json:
        print_json(done)
    else:
        _tell(done, dry_run)
    if any(one.rejected for one in done.tables):
        raise typer.Exit(1)


def _tell(done: Imported, dry_run: bool) -> None:
    if done.again:
        typer.echo("This file was taken in before; nothing was added.")
    print_table(
        ("table", "rows", "added", "here already", "set aside"),
        [(one.table, *(f"{n:,}" for n in (one.total, one.added, one.known, one.rejected))) for one in done.tables],
    )
    if done.reasons:
        print_table(
            ("table", "why", "what became of it", "rows"),
            [(why.table, why.reason, "kept" if why.kept else "set aside", f"{why.rows:,}") for why in done.reasons],
        )
    if dry_run:
        typer.echo("It was a trial: nothing was kept.")


def _given(text: str) -> tuple[tuple[str, str], UUID]:
    """`KIND:ID=UUID`."""
    left, _, here = text.rpartition("=")
    kind, _, source = left.partition(":")
    found = plain_uuid(here)
    if kind not in _KINDS or not source or found is None:
        raise typer.BadParameter(f"'{text}' is not like server:1=018f…; kinds are {', '.join(_KINDS)}")
    return (kind, source), found


@contextlib.contextmanager
def _lines(path: Path | None) -> Iterator[Callable[[Reject], None] | None]:
    """Writes rejects as lines of JSON."""
    if path is None:
        yield None
        return
    try:
        out = path.open("wb")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from None
    with out:

        def write(reject: Reject) -> None:
            line = {
                "table": reject.table, "row": reject.row, "kept": reject.kept, "reason": reject.reason,
                "contents": msgspec.Raw(reject.contents),
            }  # fmt: skip
            out.write(msgspec.json.encode(line) + b"\n")

        yield write
