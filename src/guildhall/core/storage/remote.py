"""A store elsewhere: a bucket of an S3, or another that `obstore` knows."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store, from_url

from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.store import OutOfReach, Stored
from guildhall.errors import Misconfigured

_RETRIES = 2


class RemoteStore:
    """Keeps bytes in a bucket. An upload is there as a whole, or not at all: the protocol sees to that.

    Calls wait in threads: the library's own futures are answered by threads that Python does not know, and those abort
    a process that ends meanwhile.
    """

    def __init__(self, settings: StorageSettings) -> None:
        """Raises Misconfigured."""
        self._store = _opened(settings)

    async def put(self, key: str, data: bytes) -> None:
        """Send bytes, in one request."""
        with _told(key):
            await asyncio.to_thread(obstore.put, self._store, key, data, use_multipart=False)

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        """Return some bytes of a key; None if there is none."""
        try:
            with _told(key):
                found = await asyncio.to_thread(obstore.get_range, self._store, key, start=start, length=length)
                return bytes(found)
        except (NotFoundError, FileNotFoundError):
            return None

    async def has(self, key: str) -> bool:
        """Return whether there is such a key."""
        try:
            with _told(key):
                await asyncio.to_thread(obstore.head, self._store, key)
        except (NotFoundError, FileNotFoundError):
            return False
        return True

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete keys, whether or not they are there."""
        for key in keys:
            try:
                with _told(key):
                    await asyncio.to_thread(obstore.delete, self._store, key)
            except (NotFoundError, FileNotFoundError):
                continue

    async def listed(self, page: int) -> AsyncIterator[list[Stored]]:
        """List everything, in pages of so many."""
        with _told("the list"):
            pages = iter(obstore.list(self._store, chunk_size=page))
            while (found := await asyncio.to_thread(next, pages, None)) is not None:
                yield [Stored(one["path"], one["size"], one["last_modified"]) for one in found]

    async def sweep(self, before: datetime) -> int:
        """Return 0: an upload that broke off leaves nothing here."""
        del before
        return 0


def _opened(settings: StorageSettings) -> Any:
    assert settings.url is not None
    retries: Any = {"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=settings.remote_seconds)}
    client: Any = {"timeout": timedelta(seconds=settings.remote_seconds)}
    named: Any = {
        "endpoint": settings.s3_endpoint,
        "region": settings.s3_region,
        "access_key_id": settings.s3_access_key,
        "secret_access_key": None if settings.s3_secret_key is None else settings.s3_secret_key.get_secret_value(),
    }
    config: Any = {name: value for name, value in named.items() if value is not None}
    if (settings.s3_endpoint or "").startswith("http://"):
        client["allow_http"] = True
    try:
        if settings.url.startswith(("s3://", "s3a://")):
            return S3Store.from_url(settings.url, config=config, client_options=client, retry_config=retries)
        return from_url(settings.url)
    except (BaseError, ValueError) as error:
        raise Misconfigured(f"GUILDHALL_STORAGE_URL cannot be used: {type(error).__name__}.") from error


@contextmanager
def _told(key: str) -> Iterator[None]:
    """Tell a failure of the store as ours, without its words: they may have an address with a key in it."""
    try:
        yield
    except NotFoundError:
        raise
    except BaseError as error:
        raise OutOfReach(f"{type(error).__name__}: {key}") from error
