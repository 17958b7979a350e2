"""AES-256-GCM. A module of its own: its library is 8 MB, and most processes seal nothing for hours."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Cipher:
    """Seals and opens with one key of 32 bytes; `place` is what must be the same for both."""

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(key)

    def seal(self, iv: bytes, data: bytes, place: bytes) -> bytes:
        """The encrypted data, and the tag behind it."""
        return self._aes.encrypt(iv, data, place)

    def open(self, iv: bytes, sealed: bytes, place: bytes) -> bytes | None:
        """The data, or None when it is not as this key has sealed it in this place."""
        try:
            return self._aes.decrypt(iv, sealed, place)
        except InvalidTag:
            return None
