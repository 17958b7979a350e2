"""Sealing and opening: AES-256-GCM with keys derived once."""

import base64
import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.schemas import SealedColumn, Secret
from guildhall.core.vault.settings import VaultSettings
from guildhall.errors import Misconfigured
from guildhall.log import get_logger
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.core.vault.cipher import Cipher

_cipher: "Reference[type[Cipher]]" = Reference("guildhall.core.vault.cipher:Cipher")
log = get_logger(__name__)

_SALT = b"guildhall.vault"
"""The same everywhere: the setting is a random key, not a password, and every process must derive the same."""
_IV = _TAG = 16


class Key:
    """One encryption key, derived by scrypt (n 2^15, r 8, p 1: 32 MB and some 60 ms, once a process)."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _derived(self) -> bytes:
        return hashlib.scrypt(self._text.encode(), salt=_SALT, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)

    @cached_property
    def cipher(self) -> "Cipher":
        """The cipher under the derived key."""
        return _cipher.load()(self._derived)

    @cached_property
    def fingerprint(self) -> str:
        """Names the key without telling anything of it."""
        return hashlib.blake2b(self._derived, digest_size=8, person=b"vault.print").hexdigest()

    def __repr__(self) -> str:
        return "Key(…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("A key is not pickled.")


class Vault:
    """Seals texts into `base64(IV):base64(AuthTag):base64(EncryptedData)` and opens them.

    New seals are the first key's; the old keys still open theirs.
    """

    def __init__(self, settings: VaultSettings) -> None:
        if settings.encryption_key is None:
            raise Misconfigured("GUILDHALL_ENCRYPTION_KEY is not set; make one with: openssl rand -base64 32")
        self._key = Key(settings.encryption_key.get_secret_value())
        self._old: Sequence[Key] = [Key(key.get_secret_value()) for key in settings.encryption_old_keys]

    @property
    def fingerprint(self) -> str:
        """Names the key of new seals."""
        return self._key.fingerprint

    def seal(self, column: SealedColumn, row: object, text: str) -> str:
        """The sealed form of a text for one row of a column."""
        iv = os.urandom(_IV)
        sealed = self._key.cipher.seal(iv, text.encode(), column.place(row))
        return ":".join(
            base64.b64encode(part).decode() for part in (iv, sealed[-_TAG:], sealed[:-_TAG])
        )  # the library appends the tag

    def open(self, column: SealedColumn, row: object, sealed: str) -> Secret:
        """The text. Raises SealBroken, loudly, when no key opens it here."""
        return self.open_with_age(column, row, sealed)[0]

    def open_with_age(self, column: SealedColumn, row: object, sealed: str) -> tuple[Secret, bool]:
        """The text, and whether the seal is the present key's. Raises SealBroken."""
        place = column.place(row)
        try:
            iv, tag, data = (base64.b64decode(part, validate=True) for part in sealed.split(":"))
            if len(iv) == _IV and len(tag) == _TAG:
                for key in (self._key, *self._old):
                    if (text := key.cipher.open(iv, data + tag, place)) is not None:
                        return Secret(text.decode()), key is self._key
        except ValueError:
            pass  # not the form of a seal, which is told below as every seal that does not open
        log.error("seal_broken", table=column.table, column=column.column, row=str(row), keys=1 + len(self._old))
        raise SealBroken(column=f"{column.table}.{column.column}", row=str(row))
