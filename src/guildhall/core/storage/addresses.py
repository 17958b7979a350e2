"""Addresses of files. That of a private one is signed, and good for a while."""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from guildhall.clock import Clock
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.storage.errors import FileNotFound
from guildhall.core.storage.ids import FileId
from guildhall.core.storage.schemas import FileRow, StoredFile, Variant
from guildhall.core.storage.settings import StorageSettings

PATH = "/files"


class Addresses:
    """Makes addresses of files, and checks their signatures."""

    def __init__(self, keyedhash: KeyedHash, settings: StorageSettings, clock: Clock) -> None:
        self._hash = keyedhash
        self._lifetime = timedelta(minutes=settings.signed_minutes)
        self._clock = clock

    def address(self, file_id: FileId, variant: Variant = "original") -> str:
        """Return the address of a public file, a path on this server: the same for all time."""
        return f"{PATH}/{file_id}" if variant == "original" else f"{PATH}/{file_id}?variant={variant}"

    def signed_address(
        self, file_id: FileId, variant: Variant = "original", *, expires_at: datetime | None = None
    ) -> str:
        """Return the address of a private file, for somebody who may have it: a path on this server.

        It is good until `expires_at`, by default for as long as the settings say.
        """
        until = int((expires_at or self._expiry()).timestamp())
        return f"{PATH}/{file_id}?variant={variant}&expires={until}&signature={self._signature(file_id, until)}"

    def require(self, file_id: FileId, expires: int | None, signature: str | None) -> int:
        """Return for how many seconds a signature is still good. Raises FileNotFound for none, or one that is not."""
        if expires is None or signature is None:
            raise FileNotFound
        good = hmac.compare_digest(signature.encode(), self._signature(file_id, expires).encode())
        left = expires - int(self._clock.timestamp())
        if not good or left <= 0:
            raise FileNotFound
        return left

    def view(self, row: FileRow) -> StoredFile:
        """Return a file with its addresses, for its owner."""
        until = self._expiry().replace(microsecond=0) if row.private else None

        def at(variant: Variant) -> str:
            if until is None:
                return self.address(row.id, variant)
            return self.signed_address(row.id, variant, expires_at=until)

        return StoredFile(
            row.id, row.purpose, row.private, row.sha256, row.media_type, row.bytes, row.width, row.height,
            at("original"), at("large"), at("small"), until, row.created_at,
        )  # fmt: skip

    def _expiry(self) -> datetime:
        return self._clock.now().astimezone(UTC) + self._lifetime

    def _signature(self, file_id: FileId, expires: int) -> str:
        """Return the signature of all variants of a file, until an instant."""
        return urlsafe_b64encode(self._hash.of("storage address", f"{file_id}\0{expires}")).rstrip(b"=").decode()
