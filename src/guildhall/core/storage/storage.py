"""The storage of a process: the bytes of objects, in a folder or elsewhere."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from guildhall.core.storage.errors import StorageUnavailable
from guildhall.core.storage.folder import FolderStore
from guildhall.core.storage.schemas import KnownPart, Picture
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.store import OutOfReach, Store, Stored, key_of
from guildhall.errors import Misconfigured
from guildhall.references import Reference

if TYPE_CHECKING:  # loaded when it is needed: it brings a runtime of its own
    from guildhall.core.storage.remote import RemoteStore

_remote: "Reference[type[RemoteStore]]" = Reference("guildhall.core.storage.remote:RemoteStore")


class Storage:
    """Keeps and reads the bytes of objects. What they are and whose is in the database."""

    def __init__(self, settings: StorageSettings) -> None:
        self.settings = settings
        self._opened: Store | None = None

    @property
    def _store(self) -> Store:
        """Return the store, opened at its first use. Raises Misconfigured."""
        if self._opened is None:
            if self.settings.url is not None:
                self._opened = _remote.load()(self.settings)
            elif self.settings.objects_folder is not None:
                self._opened = FolderStore(self.settings.objects_folder)
            else:
                raise Misconfigured("GUILDHALL_STORAGE_OBJECTS_FOLDER is not set.")
        return self._opened

    async def put(self, picture: Picture) -> None:
        """Keep the bytes of an image, for a transaction that gives them an owner. Raises StorageUnavailable."""
        with _told():
            for part in picture.parts:
                await self._store.put(key_of(picture.hash, part.content), part.data)

    async def ensure(self, picture: Picture) -> None:
        """Keep those bytes of an image that are not there: a sweep may have taken them. Raises StorageUnavailable."""
        with _told():
            for part in picture.parts:
                key = key_of(picture.hash, part.content)
                if not await self._store.has(key):
                    await self._store.put(key, part.data)

    async def read(self, hash: bytes, content: bytes, start: int, length: int) -> bytes:
        """Return some bytes of a variant. Raises StorageUnavailable, also for bytes that are lost."""
        found = await self.read_or_none(hash, content, start, length)
        if found is None or len(found) != length:
            raise StorageUnavailable(inner=f"lost: {key_of(hash, content)}")
        return found

    async def read_or_none(self, hash: bytes, content: bytes, start: int, length: int) -> bytes | None:
        """Return some bytes of a variant, as many as there are; None if there are none. Raises StorageUnavailable."""
        with _told():
            return await self._store.read(key_of(hash, content), start, length)

    async def delete(self, parts: Iterable[KnownPart]) -> None:
        """Delete variants. Raises StorageUnavailable."""
        with _told():
            await self._store.delete(sorted({key_of(part.hash, part.content) for part in parts}))

    async def delete_key(self, key: str) -> None:
        """Delete a key. Raises StorageUnavailable."""
        with _told():
            await self._store.delete([key])

    async def listed(self, page: int) -> AsyncIterator[list[Stored]]:
        """List all keys of the store, page by page. Raises StorageUnavailable."""
        with _told():
            async for found in self._store.listed(page):
                yield found

    async def sweep(self, before: datetime) -> int:
        """Delete what uploads that broke off before an instant left; return how many. Raises StorageUnavailable."""
        with _told():
            return await self._store.sweep(before)


@contextmanager
def _told() -> Iterator[None]:
    """Tell a failure of the store as ours."""
    try:
        yield
    except OutOfReach as error:
        raise StorageUnavailable(inner=str(error)) from error
