"""Passwords: hashed with argon2id in threads, so many at once and no more, that a flood eats no memory."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from guildhall.core.identity.credentials.errors import HashingBusy
from guildhall.core.identity.settings import IdentitySettings
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.core.identity.credentials.hashing import Hasher

Result = TypeVar("Result")

_load_hasher: "Reference[type[Hasher]]" = Reference("guildhall.core.identity.credentials.hashing:Hasher")


class Verdict(Struct, frozen=True):
    """The result of checking a password, and a new hash if the stored one is of an older kind or strength."""

    right: bool
    new_hash: str | None = None


class Passwords:
    """Hashes and verifies. Old bcrypt hashes are verified too, and always due for an upgrade."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._passes, self._memory_kb = settings.argon2_passes, settings.argon2_memory_kb
        self._threads = ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="passwords")
        self._room = settings.hash_threads + settings.hash_queue
        self._waiting = 0
        self._nobody = f"$argon2id$v=19$m={self._memory_kb},t={self._passes},p=1${_random_part(16)}${_random_part(32)}"
        """A hash that is nobody's: to verify a password by it takes the time that it takes by somebody's."""

    @cached_property
    def _hasher(self) -> "Hasher":
        """Made in the thread of the first password."""
        return _load_hasher.load()(self._passes, self._memory_kb)

    async def hash(self, password: str) -> str:
        """The hash to store. Raises HashingBusy."""
        return await self._in_thread(self._hash_now, password)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Check a password. None (no such account, or one without a password) takes its time too.

        Raises HashingBusy.
        """
        verdict = await self._in_thread(self._verify_now, password, stored if stored is not None else self._nobody)
        return verdict if stored is not None else Verdict(False)

    async def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., Result], *arguments: str) -> Result:
        if self._waiting >= self._room:
            raise HashingBusy
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        future.add_done_callback(self._left)  # a caller that leaves does not take its thread's work with it
        return await future

    def _left(self, _: object) -> None:
        self._waiting -= 1

    def _hash_now(self, password: str) -> str:
        return self._hasher.hash(password)

    def _verify_now(self, password: str, stored: str) -> Verdict:
        return Verdict(*self._hasher.verify(password, stored))


def _random_part(size: int) -> str:
    """Random bytes as a part of an argon2 hash."""
    return b64encode(os.urandom(size)).rstrip(b"=").decode()
