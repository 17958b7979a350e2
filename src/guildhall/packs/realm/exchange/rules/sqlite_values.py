"""Conversion of the values of a game server's SQLite file, in both directions."""

import math
import zlib
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from asyncpg.pgproto.pgproto import UUID as QUICK  # made, hashed and compared in C; otherwise as the standard one

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_SECONDS_FROM = 10**8
"""1973. A smaller number is no time: SQLite makes the number 2025 of the text '2025'."""
_MILLISECONDS_FROM = 10**11
_DAY = 86_400_000
_HASH_BITS = 28
_ROWS = (1 << 34) - 1


class BadRow(Exception):
    """The reason that a row cannot be imported."""


def moment(value: object) -> datetime:
    """The instant that a DATETIME stands for: ISO text (UTC unless it says otherwise), or seconds or milliseconds
    since 1970. Raises BadRow."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        elif isinstance(value, int | float) and math.isfinite(value) and value >= _SECONDS_FROM:
            found = EPOCH + timedelta(seconds=value / 1000 if value >= _MILLISECONDS_FROM else value)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise BadRow(f"{_shown(value)} is no time") from None
    if not EPOCH <= found < _LATEST:
        raise BadRow(f"{_shown(value)} is not between 1970 and 9998")
    return found


def sqlite_time(at: datetime) -> str:
    """An instant as SQLite's CURRENT_TIMESTAMP writes it, with the fraction of a second if there is one."""
    return str(at.astimezone(UTC))[:-6]


def microseconds(at: datetime) -> int:
    """Return microseconds since 1970."""
    span = at - EPOCH
    return (span.days * 86400 + span.seconds) * 1_000_000 + span.microseconds


def timed_id(at: datetime, place: int, source: str, salt: int = 0) -> UUID:
    """The id of a message that was sent at an instant: a UUIDv7 whose time is that of core.live_time.

    Messages of one instant keep the order of `place`, their row in the file (34 bits of it). The rest is a hash of
    their id there, so that the messages of two files do not meet. The same message has the same id each time.
    An id that is a UUIDv7 of the very millisecond already is kept.
    """
    return id_at(*time_bits(at), place, source, salt)


def time_bits(at: datetime) -> tuple[int, int]:
    """The millisecond of an instant, and the upper 64 bits of the ids of that instant."""
    micros = microseconds(at)
    return micros // 1000, (micros // 1000) << 16 | 0x7000 | (micros % 1000 * 4096 + 999) // 1000


def id_at(millisecond: int, high: int, place: int, source: str, salt: int) -> UUID:
    """`timed_id` for an instant whose `time_bits` are known."""
    if len(source) == 36 and source[14] == "7":
        kept = uuid7_of(source, millisecond)
        if kept is not None:
            return kept
    low = (place & _ROWS) << _HASH_BITS | zlib.crc32(source.encode(), salt) >> (32 - _HASH_BITS)
    found: UUID = QUICK((high << 64 | 0x2 << 62 | low).to_bytes(16, "big"))
    return found


def uuid7_of(text: str, millisecond: int) -> UUID | None:
    """The UUIDv7 that a text is, if it is one of that millisecond, or of one up to a day later.

    Ids of ours are ahead of the time at which a message was sent after a clock that was ahead.
    """
    if len(text) != 36 or text[14] != "7" or text[19] not in "89abAB":
        return None
    try:
        if not 0 <= int(text[:8] + text[9:13], 16) - millisecond <= _DAY:
            return None
        return _quick(UUID(text))
    except ValueError:
        return None


def _quick(value: UUID) -> UUID:
    found: UUID = QUICK(value.bytes)
    return found


def first_id_at(at: datetime) -> UUID:
    """The smallest id of an instant: whatever was sent before has a smaller one."""
    return UUID(int=time_bits(at)[1] << 64 | 0x2 << 62)


def first_id_of_day(day: date) -> UUID:
    """The id at which a UTC day's partition begins."""
    return UUID(int=(microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC)) // 1000) << 80)


class Ids:
    """The ids of a file's things here: a UUID is kept, another id becomes a UUID of the file's namespace.

    `given` says of some things what they are here, by kind and id there.
    """

    def __init__(self, namespace: UUID, given: dict[tuple[str, str], UUID] | None = None) -> None:
        self.namespace = namespace
        self.salt = namespace.int & 0xFFFFFFFF
        self._given = given or {}
        self._known: dict[tuple[str, str], UUID] = {}

    def of(self, kind: str, source: str) -> UUID:
        """The id here of a thing of a kind ('user', 'server', …)."""
        key = (kind, source)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > 500_000:
                self._known.clear()
            made = self._given.get(key) or plain_uuid(source) or uuid5(self.namespace, f"{kind}:{source}")
            found = self._known[key] = _quick(made)
        return found


def plain_uuid(text: str) -> UUID | None:
    """The UUID that a text is, written in full with or without its hyphens."""
    if len(text) not in (32, 36) or (len(text) == 36 and text[8] + text[13] + text[18] + text[23] != "----"):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def _shown(value: object) -> str:
    """A value as a reason may have it."""
    return ascii(value)[:40]
