"""The file of an export."""

from collections.abc import AsyncIterator
from typing import IO, Any

from guildhall.core.identity.accounts.spool import Spool
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.crafting.queries.carried import carried_sessions
from guildhall.packs.poe2.crafting.views.carried import carried_of
from guildhall.packs.poe2.transfer.queries import exports as queries
from guildhall.packs.poe2.transfer.rules.leftovers import joined
from guildhall.packs.poe2.transfer.rules.records import FORMAT, record_hash, stable
from guildhall.packs.poe2.transfer.schemas import ExportedRow

Ordered = AsyncIterator[tuple[str, Any]]
"""Records with their places in the order; those of one place follow each other, in any order."""


class TransferExporter:
    """Makes export files, two at once in a process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._spool = Spool()

    async def export(self, viewer: Viewer) -> AsyncIterator[bytes]:
        """Return the pieces of a file of everything that an import reads again, of one instant. Raises ExportBusy."""

        async def write(file: IO[bytes]) -> None:
            async with self._db.read(viewer, snapshot=True, timeout=60) as tx:
                await _write(tx, viewer, file)

        return await self._spool.pieces(write)


async def _write(tx: Transaction, viewer: Viewer, file: IO[bytes]) -> None:
    """Write `{key: [record, …], …}`, the keys in their order; the same record is there once."""
    lists: dict[str, Ordered] = {kind: _kept(tx, viewer, kind) for kind in await queries.kept_kinds.many(tx, viewer.id)}
    lists["sessions"] = _sessions(tx, viewer)
    lists["snapshots"] = _rows(queries.exported_snapshots.stream(tx, viewer.id))
    lists["templates"] = _rows(queries.exported_templates.stream(tx, viewer.id))
    parts = {"format": stable(FORMAT), "version": b"1"}
    for number, key in enumerate(sorted({*lists, *parts})):
        file.write((b"," if number else b"{") + b"\n" + stable(key) + b":")
        if key in parts:
            file.write(parts[key])
            continue
        file.write(b"[")
        between = b"\n"
        async for record in _one_by_one(lists[key]):
            file.write(between + record)
            between = b",\n"
        file.write(b"]")
    file.write(b"\n}\n")


async def _one_by_one(records: Ordered) -> AsyncIterator[bytes]:
    """Return records as JSON, those of one place in the order of their bytes, each record once."""
    written = set[bytes]()
    here: list[bytes] = []
    last = None
    async for place, record in records:
        if place != last:
            for one in sorted(here):
                yield one
            here, last = [], place
        hashed = record_hash("", record)
        if hashed not in written:
            written.add(hashed)
            here.append(stable(record))
    for one in sorted(here):
        yield one


async def _rows(found: AsyncIterator[ExportedRow]) -> Ordered:
    async for row in found:
        yield row.place, _whole(_told(row.made), row.extras)


def _told(made: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a row; of a version the calculator is told even when nobody knows it."""
    told = {name: value for name, value in made.items() if value is not None}
    if "versions" in told:
        told["versions"] = [
            {name: value for name, value in one.items() if value is not None or name == "calculator"}
            for one in told["versions"]
        ]
    return told


async def _sessions(tx: Transaction, viewer: Viewer) -> Ordered:
    async for row in carried_sessions.stream(tx, viewer.id):
        yield f"{row.created_at} {row.item_base} {row.item_class}", _whole(carried_of(row), row.extras)


async def _kept(tx: Transaction, viewer: Viewer, kind: str) -> Ordered:
    number = 0
    async for (value,) in queries.kept_records.stream(tx, viewer.id, kind):
        number += 1
        yield str(number), value


def _whole(made: dict[str, Any], extras: list[Any]) -> Any:
    for rest in extras:
        made = joined(made, rest)
    return made
