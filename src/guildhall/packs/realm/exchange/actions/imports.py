"""Taking in a game server's SQLite file: part by part, each with its mark in one transaction."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from guildhall.collector import collected_rarely
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.db.pool import Database, Transaction
from guildhall.ids import uuid7
from guildhall.packs.realm.exchange.actions.import_file import SourceFile
from guildhall.packs.realm.exchange.actions.import_messages import import_messages, import_reactions, make_words
from guildhall.packs.realm.exchange.actions.import_parts import Part, Progress, open_part
from guildhall.packs.realm.exchange.actions.import_rows import import_rows
from guildhall.packs.realm.exchange.queries import imports as queries
from guildhall.packs.realm.exchange.rules.sqlite_values import Ids
from guildhall.packs.realm.exchange.schemas.exchange import Imported, Reject, TableDone
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS
from guildhall.packs.realm.ids import ImportId

Result = TypeVar("Result")


class _Undone(Exception):
    """Ends the transaction of a trial without a commit."""


async def import_from_sqlite(
    db: Database,
    path: Path,
    keyed: KeyedHash,
    progress: Progress,
    *,
    given: dict[tuple[str, str], UUID] | None = None,
    namespace: UUID | None = None,
    dry_run: bool = False,
    words: bool = True,
    on_reject: Callable[[Reject], None] | None = None,
) -> Imported:
    """Import a file; existing rows stay as they are.

    A run that ends early continues where it was when it is called with the same file again; a finished file adds
    nothing. `given` maps things of the file, by kind and id there, to ids here. `on_reject` is called with each
    rejected row, when all are done. A dry run does the same and rolls it back. Raises UnreadableFile, ImportRunning.
    """
    began = time.monotonic()
    file = await asyncio.to_thread(SourceFile, path)
    try:
        with collected_rarely():
            run = _Run(db, file, keyed, progress, words)
            if not dry_run:
                found = await run.all(None, given, namespace)
                async with db.read(timeout=3600) as tx:
                    return await run.report(tx, found, time.monotonic() - began, on_reject)
            report: Imported | None = None
            try:
                async with db.write(timeout=3600) as tx:
                    found = await run.all(tx, given, namespace)
                    report = await run.report(tx, found, time.monotonic() - began, on_reject)
                    raise _Undone
            except _Undone:
                assert report is not None
                return report
    finally:
        await asyncio.to_thread(file.close)


class _Found:
    """The import that a run is part of."""

    def __init__(self, import_id: ImportId, again: bool) -> None:
        self.id = import_id
        self.again = again
        self.words = 0


class _Run:
    """One call."""

    def __init__(self, db: Database, file: SourceFile, keyed: KeyedHash, progress: Progress, words: bool) -> None:
        self._db = db
        self._file = file
        self._keyed = keyed
        self._progress = progress
        self._words = words

    async def all(
        self, trial: Transaction | None, given: dict[tuple[str, str], UUID] | None, namespace: UUID | None
    ) -> _Found:
        """Every step that is not done yet."""

        async def transact(action: Callable[[Transaction], Awaitable[Result]]) -> Result:
            return await (self._db.transact(action, timeout=300) if trial is None else action(trial))

        fingerprint = await asyncio.to_thread(self._file.fingerprint)
        totals = {table: await asyncio.to_thread(self._file.total, table) for table in self._file.tables}
        wanted = await asyncio.to_thread(self._file.namespace) if namespace is None else namespace
        name = self._file.path.name[-255:]

        async def begin(tx: Transaction) -> tuple[ImportId, UUID, datetime, bool]:
            await open_part(tx)
            tick = await queries.next_tick.one(tx)
            await queries.advance_followers.run(tx, tick)
            there = await queries.import_of.one_or_none(tx, fingerprint)
            if there is not None:
                return there.id, there.namespace, tx.now, there.finished_at is not None
            import_id = ImportId(uuid7())
            await queries.add_import.run(tx, import_id, fingerprint, wanted, name, tx.now)
            for table, total in totals.items():
                await queries.add_import_table.run(tx, import_id, table, total)
            return import_id, wanted, tx.now, False

        import_id, chosen, now, again = await transact(begin)
        found = _Found(import_id, again)
        if again:
            return found
        part = Part(self._file, import_id, Ids(chosen, given), now, self._progress, transact, trial is not None)
        for table in self._file.tables:
            self._progress(table, 0, totals[table])
            if table == "messages":
                await import_messages(part)
            elif table == "message_reactions":
                await import_reactions(part)
            else:
                await import_rows(part, table, self._keyed)
        if self._words and trial is None:
            found.words = await make_words(part)

        async def finish(tx: Transaction) -> None:
            if self._words:
                await queries.finish_import.run(tx, import_id, tx.now)

        await transact(finish)
        return found

    async def report(
        self, tx: Transaction, found: _Found, seconds: float, on_reject: Callable[[Reject], None] | None
    ) -> Imported:
        """Return the progress of the file, in this run and in earlier ones."""
        tables: list[TableDone] = await queries.import_tables.many(tx, found.id)
        order = list(COLUMNS)
        reasons = await queries.reject_reasons.many(tx, found.id)
        if on_reject is not None:
            async for reject in queries.rejects.stream(tx, found.id):
                on_reject(reject)
        return Imported(
            found.id, found.again, sorted(tables, key=lambda one: order.index(one.table)), reasons, found.words, seconds
        )
