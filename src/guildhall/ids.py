"""Ids that Guildhall makes itself (UUIDv7, ordered by time, so b-trees append), and how people write them."""

import os
import time
from datetime import datetime
from string import hexdigits
from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
"""The id of an account, `core.users`. Packs name a person by it too."""


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | random & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def first_id(at: datetime) -> UUID:
    """The smallest UUIDv7 of an instant: those that were made before are smaller."""
    return UUID(int=(int(at.timestamp() * 1000) & (1 << 48) - 1) << 80)


def ids_beginning(text: str) -> tuple[UUID, UUID] | None:
    """The lowest and the highest UUID that begins with the text; None when no UUID is written so.

    Four hexadecimal digits are the least, so that a slip of the hand names nothing.
    """
    digits = text.strip().lower().replace("-", "")
    if not 4 <= len(digits) <= 32 or not set(digits) <= set(hexdigits):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
