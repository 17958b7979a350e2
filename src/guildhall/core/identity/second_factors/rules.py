"""One-time codes: by time (RFC 6238) and for the day that the device is lost."""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

from guildhall.ids import UserId

STEP = 30
"""Seconds that a code is shown."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits, without those that look like another."""


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step whose code this is: now's, the one before or the one after; None for a wrong or a used one.

    No code of a step up to `last_step` is good any more, which makes each good once (RFC 6238, 5.2).
    """
    digits = code.replace(" ", "")
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits) and step > last_step and found is None:
            found = step
    return found


def recovery_codes() -> list[str]:
    """Ten codes of sixteen letters, 79 bits each."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def recovery_hash(user_id: UserId, code: str) -> bytes:
    """Return the stored hash of a recovery code. The code is random and long: a slow hash would add nothing."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(user_id.bytes + plain.encode()).digest()
