"""Documents that are made whole before they leave: large ones in a temporary file, never in memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import IO

from guildhall.core.identity.accounts.errors import ExportBusy

_AT_ONCE = 2
_WAITING = 8
_IN_MEMORY = 2_000_000
"""Bytes of a document before it goes to a temporary file."""
_PIECE = 65_536


class Spool:
    """Makes documents, two at once in a process."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def pieces(self, write: Callable[[IO[bytes]], Awaitable[None]]) -> AsyncIterator[bytes]:
        """Return the pieces of a document that was made whole before the first piece leaves. Raises ExportBusy."""
        if self._waiting >= _WAITING:
            raise ExportBusy
        file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the pieces close it)
        try:
            self._waiting += 1
            try:
                async with self._places:
                    await write(file)
            finally:
                self._waiting -= 1
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return _pieces(file)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
