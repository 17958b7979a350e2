"""Writing a file that a game server of the SQLite schema could have made itself."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from guildhall.db.pool import Database, Transaction
from guildhall.db.prefixes import find_id
from guildhall.db.statements import Query
from guildhall.packs.realm.exchange.errors import FileThere, UnwritableFile
from guildhall.packs.realm.exchange.queries import export as queries
from guildhall.packs.realm.exchange.rules.sqlite_values import sqlite_time
from guildhall.packs.realm.exchange.schemas.exchange import Exported
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS, INDEXES, SCHEMA
from guildhall.packs.realm.ids import ServerId

Progress = Callable[[str, int, int | None], None]
"""Called with a table, the number of further rows, and their total if it is known."""

_BATCH = queries.BATCH
_SOURCES: dict[str, Query[..., Any]] = {
    "servers": queries.servers,
    "users": queries.users,
    "channels": queries.channels,
    "guilds": queries.guilds,
    "guild_members": queries.guild_members,
    "parties": queries.parties,
    "party_members": queries.party_members,
    "raids": queries.raids,
    "raid_participants": queries.raid_participants,
    "direct_messages": queries.direct_messages,
    "sessions": queries.sessions,
    "messages": queries.messages,
    "message_reactions": queries.message_reactions,
}


async def export_to_sqlite(
    db: Database,
    target: Path,
    progress: Progress,
    *,
    server: str | None = None,
    with_accounts: bool = False,
    overwrite: bool = False,
) -> Exported:
    """Write everything, or what belongs to one server (its name or id), as of one instant.

    The file has its name when it is whole and on the disk. Addresses of e-mail and hashes of passwords are in it only
    `with_accounts`; only its owner may read it. Raises ServerNotFound, FileThere, UnwritableFile.
    """
    import sqlite3  # by who writes a file

    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        await asyncio.to_thread(_claim, partial, target, overwrite)
        async with _Writer(partial) as writer:
            async with db.read(snapshot=True, timeout=3600) as tx:
                server_id = await _server_id(tx, server)
                counts = dict(await queries.row_counts.many(tx, server_id))
                for table, source in _SOURCES.items():
                    progress(table, 0, counts.get(table))
                    arguments = (server_id, with_accounts) if table == "users" else (server_id,)
                    await _copy(tx, source, arguments, table, writer, progress)
            left_out = await writer.finish()
            rows = await writer.count()
        size = await asyncio.to_thread(keep, partial, target)
    except sqlite3.Error as error:
        raise UnwritableFile(detail=f"{target} cannot be written: {error}.") from error
    except OSError as error:
        raise UnwritableFile(detail=f"{target} cannot be written: {error.strerror}.") from error
    finally:
        await asyncio.to_thread(_discard, partial)
    return Exported(str(target), size, rows, left_out)


def _claim(partial: Path, target: Path, overwrite: bool) -> None:
    """Begin the file under its temporary name, readable by its owner alone. Raises FileThere, OSError."""
    if target.exists() and not overwrite:
        raise FileThere(path=target)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _discard(partial: Path) -> None:
    with contextlib.suppress(OSError):
        partial.unlink(missing_ok=True)


async def _server_id(tx: Transaction, server: str | None) -> ServerId | None:
    if server is None:
        return None
    named = await queries.server_id_named.one_or_none(tx, server)
    return named or await find_id(tx, server, queries.servers_between, "server")


async def _copy(
    tx: Transaction,
    source: Query[..., Any],
    arguments: Sequence[object],
    table: str,
    writer: "_Writer",
    progress: Progress,
) -> None:
    batch: list[Sequence[object]] = []
    async for row in source.stream(tx, *arguments):
        batch.append(row)
        if len(batch) == _BATCH:
            await writer.add(table, batch)
            progress(table, len(batch), None)
            batch = []
    if batch:
        await writer.add(table, batch)
        progress(table, len(batch), None)


def keep(partial: Path, target: Path) -> int:
    """Give a file that is whole its name, so that it is there after a loss of power, or the former one is; its size."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size


class _Writer:
    """The new file. Its calls run in threads, one after the other."""

    def __init__(self, path: Path) -> None:
        import sqlite3

        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    async def __aenter__(self) -> "_Writer":
        await asyncio.to_thread(self._begin)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._file.close)

    def _begin(self) -> None:
        # Whatever happens before the end is thrown away, so nothing has to be undone.
        self._file.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -100000;")
        self._file.execute("begin")
        for statement in SCHEMA:
            self._file.execute(statement)

    async def add(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Rows of a table, in the order of its columns."""
        await asyncio.to_thread(self._add, table, rows)

    def _add(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        columns = COLUMNS[table]
        places = ", ".join("?" * len(columns))
        self._file.executemany(
            f"insert into {table} ({', '.join(columns)}) values ({places})",
            [[sqlite_time(value) if isinstance(value, datetime) else value for value in row] for row in rows],
        )

    async def finish(self) -> dict[str, int]:
        """Make the indexes and prove the file whole; how many rows of which table refer to nothing and were left out.

        Raises UnwritableFile.
        """
        return await asyncio.to_thread(self._finish)

    def _finish(self) -> dict[str, int]:
        left_out: dict[str, int] = {}
        while dangling := set(self._file.execute('select "table", rowid from pragma_foreign_key_check')):
            for table, row in dangling:
                self._file.execute(f"delete from {table} where rowid = ?", (row,))
                left_out[table] = left_out.get(table, 0) + 1
        for statement in INDEXES:
            self._file.execute(statement)
        self._file.execute("commit")
        said = self._file.execute("pragma integrity_check").fetchone()[0]
        if said != "ok":
            raise UnwritableFile(detail=f"The file is incomplete: {said}.")
        return left_out

    async def count(self) -> dict[str, int]:
        """The rows of each table."""
        return await asyncio.to_thread(
            lambda: {table: self._file.execute(f"select count(*) from {table}").fetchone()[0] for table in COLUMNS}
        )
