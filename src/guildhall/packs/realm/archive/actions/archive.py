"""Months that leave their table for a file: each step is committed, and a run that ends early goes on where it was."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from guildhall.db.partitions import following, make_months
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Misconfigured
from guildhall.ids import uuid7
from guildhall.log import get_logger
from guildhall.packs.realm.archive import queries
from guildhall.packs.realm.archive.actions.files import NewFile, checksum, partial_of, read_back
from guildhall.packs.realm.archive.errors import ArchiveBusy, ArchiveDamaged
from guildhall.packs.realm.archive.schemas import Archive, ArchivedMonth, FileFacts
from guildhall.packs.realm.exchange.actions.export import keep
from guildhall.packs.realm.exchange.rules.sqlite_values import first_id_of_day
from guildhall.packs.realm.ids import ArchiveId
from guildhall.packs.realm.settings import RealmSettings

log = get_logger(__name__)

Reached = Callable[[str], None]
"""Called after each step."""

MESSAGES, WORDS, REACTIONS = "realm.messages", "realm.message_words", "realm.message_reactions"
_PAGE = 5000
_UNFINISHED = ["begun", "detached", "written"]
_FIRST = UUID(int=0)


def folder_of(settings: RealmSettings) -> Path:
    """Return the archive's folder, made if it is missing. Raises Misconfigured."""
    if settings.archive_folder is None:
        raise Misconfigured("GUILDHALL_REALM_ARCHIVE_FOLDER is not set.")
    try:
        settings.archive_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"GUILDHALL_REALM_ARCHIVE_FOLDER cannot be made: {error.strerror}.") from error
    return settings.archive_folder


@contextlib.asynccontextmanager
async def alone(db: Database) -> AsyncIterator[None]:
    """Work on the archive while nobody else does. Raises ArchiveBusy."""
    async with db.single() as tx:
        if not await queries.take_archive.one(tx):
            raise ArchiveBusy
        try:
            yield
        finally:
            await queries.leave_archive.one(tx)


async def archive_months(
    db: Database, settings: RealmSettings, *, before: date | None = None, reached: Reached = lambda step: None
) -> list[ArchivedMonth]:
    """Put the months that ended `archive_days` ago into files, one each; what was made.

    First what an earlier run has begun is finished. `before` is another day by which months must have ended; a month
    that has not ended yet is never put away. Raises ArchiveBusy, Misconfigured, and ArchiveDamaged when a file is not
    what was written.
    """
    folder = await asyncio.to_thread(folder_of, settings)
    done: list[ArchivedMonth] = []
    async with alone(db):
        await tidy(db, folder)
        async with db.read() as tx:
            left = await queries.archives.many(tx, None, _UNFINISHED)
        done += [await _finish(db, folder, archive, reached) for archive in left]
        async with db.read() as tx:
            ended = min(before or (tx.now - timedelta(days=settings.archive_days)).date(), tx.now.date())
            months = await queries.due_months.many(tx, ended, tx.now)
        for month in months:
            async with db.write() as tx:
                archive = await queries.begin_archive.one(tx, ArchiveId(uuid7()), month, tx.now)
            reached("begun")
            done.append(await _finish(db, folder, archive, reached))
    return done


async def _finish(db: Database, folder: Path, archive: Archive, reached: Reached) -> ArchivedMonth:
    state = archive.state
    if state == "begun":
        await _detach(db, archive)
        reached("detached")
        state = "detached"
    if state == "written" and (wrong := await asyncio.to_thread(what_is_wrong, folder, archive)) is not None:
        log.warning("archive_written_again", file=archive.file_name, why=wrong)  # its tables are still there
        async with db.write() as tx:
            await queries.move_archive.one(tx, archive.id, "written", "detached")
        state = "detached"
    if state == "detached":
        facts = await _write(db, folder, archive, reached)
        if facts is None:
            return ArchivedMonth(archive.month, archive.part, None, 0, 0)
        reached("written")
    async with db.read() as tx:
        (written,) = [
            one for one in await queries.archives.many(tx, archive.month, ["written"]) if one.id == archive.id
        ]
    await asyncio.to_thread(require_whole, folder, written)
    await write_manifest(db, folder)
    reached("listed")
    async with db.write(timeout=300) as tx:
        await queries.end_archive.one(tx, archive.id, tx.now)
        await queries.drop_detached.one(tx, REACTIONS, archive.month)
        await queries.drop_detached.one(tx, MESSAGES, archive.month)
    reached("dropped")
    log.info("month_archived", month=str(archive.month), file=written.file_name, messages=written.messages)
    return ArchivedMonth(written.month, written.part, written.file_name, written.messages, written.reactions)


async def _detach(db: Database, archive: Archive) -> None:
    """Detach the month from its tables. Later rows of it go to the default partition and become another part."""
    month = archive.month

    async def make(tx: Transaction) -> None:
        for table in (MESSAGES, WORDS, REACTIONS):
            await make_months(tx, table, [month])

    async def detach(tx: Transaction) -> None:
        # In one commit, so that whoever counts anew finds each message in the table or here. Counted first, because
        # nobody reads or writes messages from the detachment to the commit.
        low, high = first_id_of_day(month), first_id_of_day(following(month))
        await queries.count_leaving.run(tx, archive.id, month, low, high)
        for table in (MESSAGES, WORDS, REACTIONS):
            await queries.detach_month.one(tx, table, month)
        await queries.drop_detached.one(tx, WORDS, month)  # the file has an index of its own
        await queries.move_archive.one(tx, archive.id, "begun", "detached")

    await db.transact(make, timeout=120)
    await db.transact(detach, timeout=120)


async def _write(db: Database, folder: Path, archive: Archive, reached: Reached) -> FileFacts | None:
    """Write what was detached and read it back; None for a month without messages, which is gone then."""
    name = name_of(archive, archive.generation)
    file = await asyncio.to_thread(NewFile, folder / name)
    try:
        after = _FIRST
        while True:
            async with db.read(timeout=120) as tx:
                messages = await queries.detached_messages.many(tx, archive.month, after, _PAGE)
                reactions = await queries.detached_reactions.many(tx, archive.month, after, _PAGE)
            if not messages:
                break
            await asyncio.to_thread(file.add, messages, reactions)
            after = messages[-1].id
            reached("writing")
        expected = file.digest.value()
        if not file.digest.messages:
            await _drop_empty(db, archive)
            return None
        await asyncio.to_thread(file.finish)
    finally:
        await asyncio.to_thread(file.discard)
    reached("named")
    facts = await asyncio.to_thread(read_back, folder / name, expected)
    async with db.write(timeout=300) as tx:
        await queries.forget_counts.run(tx, archive.id)  # exactly now: somebody may have gone since they were made
        await queries.count_detached.run(tx, archive.id, archive.month)
        await queries.keep_written.one(
            tx, archive.id, name, facts.sha256, facts.messages, facts.reactions, facts.bytes, facts.first_id,
            facts.last_id,
        )  # fmt: skip
    return facts


async def _drop_empty(db: Database, archive: Archive) -> None:
    async with db.write() as tx:
        await queries.drop_detached.one(tx, REACTIONS, archive.month)
        await queries.drop_detached.one(tx, MESSAGES, archive.month)
        await queries.drop_archive.run(tx, archive.id)


def name_of(archive: Archive, generation: int) -> str:
    """The name of an archive's file of a generation: the same each time."""
    return f"messages-{archive.month:%Y-%m}.{archive.part}-{archive.id.hex[-8:]}.{generation}.sqlite3"


def require_whole(folder: Path, archive: Archive) -> None:
    """Raises ArchiveDamaged when an archive's file is not what it was when it was made."""
    wrong = what_is_wrong(folder, archive)
    if wrong is not None:
        raise ArchiveDamaged(detail=f"{archive.file_name}: {wrong}.")


def what_is_wrong(folder: Path, archive: Archive) -> str | None:
    """Return the fault of an archive's file; None if it is whole."""
    path = folder / (archive.file_name or "")
    if not path.is_file():
        return "the file is missing"
    if path.stat().st_size != archive.bytes:
        return f"the file has {path.stat().st_size:,} bytes instead of {archive.bytes:,}"
    return None if checksum(path) == archive.sha256 else "the checksum is another"


async def write_manifest(db: Database, folder: Path) -> None:
    """Write a description beside the files, for a reader without the database."""
    async with db.read() as tx:
        found = await queries.archives.many(tx, None, ["written", "archived"])
    entries = [
        {
            "file": one.file_name, "month": f"{one.month:%Y-%m}", "part": one.part,
            "sha256": one.sha256.hex() if one.sha256 is not None else None, "bytes": one.bytes,
            "messages": one.messages, "reactions": one.reactions, "first_id": one.first_id, "last_id": one.last_id,
        }
        for one in found
    ]  # fmt: skip
    text = msgspec.json.format(msgspec.json.encode({"files": entries}), indent=2)

    def write() -> None:
        target = folder / "manifest.json"
        partial = partial_of(target)
        partial.write_bytes(text + b"\n")
        keep(partial, target)

    await asyncio.to_thread(write)


async def tidy(db: Database, folder: Path) -> None:
    """Remove what earlier runs have left behind: files half written, and files that others have taken the place of."""
    async with db.read() as tx:
        found = [one for one in await queries.archives.many(tx, None, None) if one.superseded]

    def remove() -> None:
        for path in folder.glob(".messages-*.partial"):
            path.unlink(missing_ok=True)
        for archive in found:
            for name in archive.superseded:
                (folder / name).unlink(missing_ok=True)
        if found:
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    await asyncio.to_thread(remove)
    for archive in found:
        async with db.write() as tx:
            await queries.forget_superseded.run(tx, archive.id)
