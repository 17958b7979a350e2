"""A store in a folder: files that are written elsewhere in it, and moved to their place when they are whole."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from guildhall.core.storage.store import OutOfReach, Stored

_PARTIAL = "partial"
"""The folder of what is being written, within the store: a file is moved only inside one file system."""
_PIECE = 1 << 20


class FolderStore:
    """Keeps bytes in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._partial = folder / _PARTIAL

    async def put(self, key: str, data: bytes) -> None:
        """Write a file, with the disk's word for it. One that is there already stays as it is."""
        await asyncio.to_thread(self._put, key, data)

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        """Return some bytes of a file; None if there is none."""
        return await asyncio.to_thread(self._read, key, start, length)

    async def has(self, key: str) -> bool:
        """Return whether there is such a file."""
        return await asyncio.to_thread((self._folder / key).is_file)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete files, whether or not they are there."""
        await asyncio.to_thread(self._delete, keys)

    async def listed(self, page: int) -> AsyncIterator[list[Stored]]:
        """List all files, in pages of about so many."""
        found: list[Stored] = []
        for folder in await asyncio.to_thread(self._folders):
            found += await asyncio.to_thread(self._files, folder)
            if len(found) >= page:
                yield found
                found = []
        if found:
            yield found

    async def sweep(self, before: datetime) -> int:
        """Delete what was begun before an instant and never became whole; return how many."""
        return await asyncio.to_thread(self._sweep, before)

    def _put(self, key: str, data: bytes) -> None:
        target = self._folder / key
        partial = self._partial / uuid4().hex
        with _told():
            if target.is_file() and target.stat().st_size == len(data):
                return
            self._partial.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as file:
                    for start in range(0, len(data), _PIECE):
                        _write(file.fileno(), data[start : start + _PIECE])
                    os.fsync(file.fileno())
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                partial.replace(target)
            except BaseException:
                partial.unlink(missing_ok=True)
                raise
            for folder in (target.parent, target.parent.parent, self._folder):
                _sync(folder)

    def _read(self, key: str, start: int, length: int) -> bytes | None:
        with _told():
            try:
                with (self._folder / key).open("rb") as file:
                    file.seek(start)
                    return file.read(length)
            except FileNotFoundError:
                return None

    def _delete(self, keys: Sequence[str]) -> None:
        with _told():
            for key in keys:
                (self._folder / key).unlink(missing_ok=True)

    def _folders(self) -> list[Path]:
        with _told(), suppress(FileNotFoundError):
            return sorted(
                below
                for folder in self._folder.iterdir()
                if folder.name != _PARTIAL and folder.is_dir()
                for below in folder.iterdir()
                if below.is_dir()
            )
        return []

    def _files(self, folder: Path) -> list[Stored]:
        found = []
        with _told(), os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                with suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    key = f"{folder.parent.name}/{folder.name}/{entry.name}"
                    found.append(Stored(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC)))
        return found

    def _sweep(self, before: datetime) -> int:
        swept = 0
        with _told(), suppress(FileNotFoundError):
            for one in self._partial.iterdir():
                with suppress(FileNotFoundError):
                    if one.stat().st_mtime < before.timestamp():
                        one.unlink()
                        swept += 1
        return swept


def _write(descriptor: int, data: bytes) -> None:
    """Write all of some bytes: a disk that fills takes a part of them first."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    """Tell a failure of the disk as ours."""
    try:
        yield
    except OSError as error:
        raise OutOfReach(f"{error.strerror or error}: {error.filename or 'the folder of storage'}") from error
