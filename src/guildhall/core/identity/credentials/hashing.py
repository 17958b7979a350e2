"""Hashes of passwords. A module of its own: the first password loads its libraries, in the thread that hashes it."""

import unicodedata

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

_BCRYPT_READS = 72
"""Bytes. The programs that made foreign bcrypt hashes ignored the rest; the library refuses it."""


class Hasher:
    """Hashes by argon2id, and verifies that and bcrypt, which is always due for an upgrade."""

    def __init__(self, passes: int, memory_kb: int) -> None:
        self._hasher = PasswordHash((Argon2Hasher(passes, memory_kb, parallelism=1), BcryptHasher()))

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        return self._hasher.hash(_normal(password))

    def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Return whether the password is right, and its new hash if the stored one is of an older kind or strength."""
        if BcryptHasher.identify(stored):
            try:
                right = BcryptHasher().verify(password.encode()[:_BCRYPT_READS], stored)
            except ValueError:  # a salt that is none, a zero byte
                right = False
            return right, self.hash(password) if right else None
        try:
            return self._hasher.verify_and_update(_normal(password), stored)
        except UnknownHashError:
            return False, None


def _normal(password: str) -> str:
    """One spelling for letters that keyboards compose differently (RFC 8265, 4.2.1)."""
    return unicodedata.normalize("NFC", password)
