"""Looking into the archive: messages by server, channel, author, time and words; files by their checksums."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from guildhall.db.pool import Database
from guildhall.packs.realm.archive import queries
from guildhall.packs.realm.archive.actions.archive import folder_of, require_whole, what_is_wrong
from guildhall.packs.realm.archive.actions.files import find
from guildhall.packs.realm.archive.schemas import FoundMessages, MessageLine, Verdict, Wanted
from guildhall.packs.realm.exchange.rules.sqlite_values import first_id_at
from guildhall.packs.realm.settings import RealmSettings

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class ArchiveReader:
    """Reads the archive's files; of each it makes sure once that it is whole."""

    def __init__(self, db: Database, settings: RealmSettings) -> None:
        self._db = db
        self._settings = settings
        self._proven: set[bytes] = set()

    async def search(self, wanted: Wanted, limit: int) -> FoundMessages:
        """Messages, newest first. Raises ArchiveDamaged, Misconfigured."""
        folder = await asyncio.to_thread(folder_of, self._settings)
        low, high = first_id_at(wanted.since or _EARLIEST), first_id_at(wanted.until or _LATEST)
        if wanted.below is not None:
            high = min(high, wanted.below)
        async with self._db.read() as tx:
            files = await queries.archives_between.many(tx, low, high)
        found: list[MessageLine] = []
        looked = 0
        for number, archive in enumerate(files):
            oldest = found[limit].id if len(found) > limit else None
            if oldest is not None and archive.last_id is not None and archive.last_id < oldest:
                break  # files of one month may overlap; this one and all behind it are older than the page
            if archive.sha256 not in self._proven:
                await asyncio.to_thread(require_whole, folder, archive)
                self._proven.add(archive.sha256 or b"")
            more = await asyncio.to_thread(find, folder / str(archive.file_name), wanted, limit + 1)
            found = sorted([*found, *more], key=lambda one: one.id, reverse=True)[: limit + 1]
            looked = number + 1
        page = found[:limit]
        return FoundMessages(page, page[-1].id if len(found) > limit else None, looked)

    async def names(self, messages: list[MessageLine]) -> dict[UUID, str]:
        """Return the names of the people, channels and servers of messages; those that are deleted have none."""
        ids: set[UUID] = set()
        for one in messages:
            ids.update(
                (one.user_id, one.server_id) if one.channel_id is None else (one.user_id, one.server_id, one.channel_id)
            )
        async with self._db.read() as tx:
            return dict(await queries.names.many(tx, list(ids)))

    async def verify(self) -> list[Verdict]:
        """Compare every file with what it was when it was made. Raises Misconfigured."""
        folder: Path = await asyncio.to_thread(folder_of, self._settings)
        async with self._db.read() as tx:
            files = await queries.archives.many(tx, None, ["written", "archived"])
        return [
            Verdict(str(one.file_name), one.month, await asyncio.to_thread(what_is_wrong, folder, one)) for one in files
        ]
