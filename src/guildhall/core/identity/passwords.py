"""Passwords: hashed with argon2id in threads, so many at once and no more, that a flood eats no memory."""

import asyncio
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from msgspec import Struct
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from guildhall.core.identity.errors import HashingBusy
from guildhall.core.identity.settings import IdentitySettings

Result = TypeVar("Result")

_BCRYPT_READS = 72
"""Bytes. What made the bcrypt hashes that come from elsewhere has ignored the rest; the library refuses it."""


class Verdict(Struct, frozen=True):
    """Whether a password is right, and its new hash when the stored one is of a former kind or strength."""

    right: bool
    new_hash: str | None = None


class Passwords:
    """Hashes and verifies. Old bcrypt hashes are verified too, and always due for an upgrade."""

    def __init__(self, settings: IdentitySettings) -> None:
        argon2 = Argon2Hasher(settings.argon2_passes, settings.argon2_memory_kb, parallelism=1)
        self._hasher = PasswordHash((argon2, BcryptHasher()))
        self._threads = ThreadPoolExecutor(settings.hash_threads, thread_name_prefix="passwords")
        self._room = settings.hash_threads + settings.hash_queue
        self._waiting = 0
        self._nobody = self._hasher.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        """The hash to store. Raises HashingBusy."""
        return await self._in_thread(self._hash_now, password)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Whether the password is right. None (no such account, or one without a password) takes its time too.

        Raises HashingBusy.
        """
        verdict = await self._in_thread(self._verify_now, password, stored if stored is not None else self._nobody)
        return verdict if stored is not None else Verdict(False)

    async def close(self) -> None:
        """Let the threads end."""
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
        return self._hasher.hash(_normal(password))

    def _verify_now(self, password: str, stored: str) -> Verdict:
        if BcryptHasher.identify(stored):
            try:
                right = BcryptHasher().verify(password.encode()[:_BCRYPT_READS], stored)
            except ValueError:  # a salt that is none, a zero byte
                right = False
            return Verdict(right, self._hash_now(password) if right else None)
        try:
            return Verdict(*self._hasher.verify_and_update(_normal(password), stored))
        except UnknownHashError:
            return Verdict(False)


def _normal(password: str) -> str:
    """One spelling for letters that keyboards compose differently (RFC 8265, 4.2.1)."""
    return unicodedata.normalize("NFC", password)
