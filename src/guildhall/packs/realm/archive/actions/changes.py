"""Changes of an existing archive: a month is restored, or a person is removed."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from guildhall.db.partitions import make_months
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.archive import queries
from guildhall.packs.realm.archive.actions.archive import (
    MESSAGES,
    REACTIONS,
    WORDS,
    alone,
    folder_of,
    name_of,
    require_whole,
    tidy,
    write_manifest,
)
from guildhall.packs.realm.archive.actions.files import mentions_person, opened, pages, rewrite_without
from guildhall.packs.realm.archive.errors import NotArchived
from guildhall.packs.realm.archive.schemas import Archive, FileFacts, MessageLine, ReactionLine, Restored
from guildhall.packs.realm.settings import RealmSettings

_COLUMNS = MessageLine.__struct_fields__
_decode_ids = msgspec.json.Decoder(list[UUID])


async def restore_month(db: Database, settings: RealmSettings, month: date, keep_days: int) -> Restored:
    """Put a month back into its table, where it stays for `keep_days` before it may be archived again.

    All of it comes back in one commit, and then its files go. Messages of deleted people, channels and servers stay
    deleted. Raises NotArchived, ArchiveBusy, ArchiveDamaged, Misconfigured.
    """
    folder = await asyncio.to_thread(folder_of, settings)
    async with alone(db):
        await tidy(db, folder)
        async with db.read() as tx:
            found = await queries.archives.many(tx, month, ["archived"])
        if not found:
            raise NotArchived(month=month)
        for archive in found:
            await asyncio.to_thread(require_whole, folder, archive)

        async def make(tx: Transaction) -> None:
            for table in (MESSAGES, WORDS, REACTIONS):
                await make_months(tx, table, [month])

        await db.transact(make, timeout=120)
        messages = reactions = 0
        async with db.write(timeout=3600) as tx:
            for archive in found:
                added = await _put_back(tx, folder, archive)
                messages, reactions = messages + added[0], reactions + added[1]
                await queries.forget_counts.run(tx, archive.id)
                await queries.end_restored.one(tx, archive.id, tx.now + timedelta(days=keep_days))
        await write_manifest(db, folder)
        await tidy(db, folder)
    whole = sum(one.messages for one in found)
    return Restored(month, len(found), messages, reactions, whole - messages)


async def _put_back(tx: Transaction, folder: Path, archive: Archive) -> tuple[int, int]:
    """Copy a file's messages and reactions back into their tables; return how many of each."""
    added = [0, 0]
    with opened(folder / str(archive.file_name)) as file:
        for messages, reactions in pages(file):
            kept = await _of_what_is_there(tx, messages)
            ids = {one.id for one in kept}
            people = list({one.user_id for one in reactions})
            there = set(await queries.users_there.many(tx, people))
            reacted = [one for one in reactions if one.message_id in ids and one.user_id in there]
            await _copy(tx, kept, reacted)
            added[0] += len(kept)
            added[1] += len(reacted)
            await queries.make_restored_words.run(tx, messages[0].id, messages[-1].id)
    return added[0], added[1]


async def _of_what_is_there(tx: Transaction, messages: list[MessageLine]) -> list[MessageLine]:
    channels = list({one.channel_id for one in messages if one.channel_id is not None})
    rooms = set(await queries.channels_there.many(tx, channels))
    servers = set(await queries.servers_there.many(tx, list({one.server_id for one in messages})))
    return [one for one in messages if one.server_id in servers and (one.channel_id is None or one.channel_id in rooms)]


async def _copy(tx: Transaction, messages: list[MessageLine], reactions: list[ReactionLine]) -> None:
    records = []
    for one in messages:
        row = [getattr(one, column) for column in _COLUMNS]
        row[_COLUMNS.index("mentions")] = None if one.mentions is None else _decode_ids.decode(one.mentions)
        records.append(row)
    connection: asyncpg.Connection = tx.connection
    await connection.copy_records_to_table("messages", schema_name="realm", columns=_COLUMNS, records=records)
    await connection.copy_records_to_table(
        "message_reactions",
        schema_name="realm",
        columns=ReactionLine.__struct_fields__,
        records=[(one.message_id, one.user_id, one.reaction, one.created_at) for one in reactions],
    )


async def forget_person(db: Database, settings: RealmSettings, user_id: UserId) -> int:
    """Remove a person's messages and reactions from the archive, and their name from others' messages.

    Returns the number of rewritten files. A file is never changed in place: another one is written, proven and put in
    its place by one commit; then the former one goes. Raises ArchiveBusy, ArchiveDamaged, Misconfigured.
    """
    async with db.read() as tx:
        if not await queries.archives.many(tx, None, None):
            return 0
    folder = await asyncio.to_thread(folder_of, settings)
    rewritten = 0
    async with alone(db):
        await tidy(db, folder)
        async with db.read() as tx:
            found = await queries.archives.many(tx, None, ["begun", "detached", "written", "archived"])
        for archive in found:
            if archive.state != "archived":
                async with db.write(timeout=300) as tx:
                    await queries.forget_detached.one(tx, archive.month, user_id)
            if archive.file_name is None:
                continue
            path = folder / archive.file_name
            if not await asyncio.to_thread(mentions_person, path, user_id):
                continue
            await asyncio.to_thread(require_whole, folder, archive)
            await _take_the_place(db, folder, archive, user_id)
            rewritten += 1
        if rewritten:
            await write_manifest(db, folder)
            await tidy(db, folder)
    return rewritten


async def _take_the_place(db: Database, folder: Path, archive: Archive, user_id: UserId) -> None:
    name = name_of(archive, archive.generation + 1)
    facts: FileFacts = await asyncio.to_thread(rewrite_without, folder / str(archive.file_name), folder / name, user_id)
    async with db.write() as tx:
        await queries.keep_rewritten.one(
            tx, archive.id, archive.generation, name, archive.generation + 1, facts.sha256, facts.messages,
            facts.reactions, facts.bytes, facts.first_id, facts.last_id,
        )  # fmt: skip
