"""The order of everything live: ticks, and the ids that are made of them. The same in SQL: core.live_id."""

from typing import Any, TypeVar, cast
from uuid import UUID

from asyncpg.pgproto import pgproto

Id = TypeVar("Id", bound=UUID)

TICKS_A_SECOND = 4_096_000
_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62


def live_id(tick: int, n: int, noise: int) -> UUID:
    """The id of the n-th thing (14 bits) of a tick: a UUIDv7 with the tick's fraction of the millisecond in rand_a.

    It is the driver's compiled kind of UUID, as those that come from the database: a quarter of the time to make, a
    thirtieth to write out.
    """
    value = (tick >> 12) << 80 | _VERSION | (tick & 4095) << 64 | _VARIANT | n << 48 | noise
    made: UUID = pgproto.UUID(value.to_bytes(16, "big"))
    return made


def live_ids(tick: int, count: int, noise: int) -> list[UUID]:
    """The ids of the first things of a tick: `live_id` of 1 to `count`, for a third of the time."""
    begin = (((tick >> 12) << 16) | 0x7000 | (tick & 4095)).to_bytes(8, "big")
    end = noise.to_bytes(6, "big")
    make = pgproto.UUID
    return [make(begin + (0x8000 | n).to_bytes(2, "big") + end) for n in range(1, count + 1)]


def driver_uuid(identifier: Id) -> Id:
    """The same id as the driver's compiled kind of UUID, which it writes out without a call of Python."""
    made: Any = pgproto.UUID(identifier.bytes)
    return cast("Id", made)


def first_id(tick: int) -> UUID:
    """The smallest id of a tick: everything before it is smaller."""
    return live_id(tick, 0, 0)


def last_id(tick: int) -> UUID:
    """The largest id of a tick: everything that comes later is larger."""
    return live_id(tick, (1 << 14) - 1, (1 << 48) - 1)


def tick_of(identifier: UUID) -> int:
    """The tick that an id was made at."""
    value = identifier.int
    return value >> 80 << 12 | (value >> 64 & 4095)


def microseconds_of(tick: int) -> int:
    """The instant of a tick in microseconds since 1970."""
    return (tick >> 12) * 1000 + ((tick & 4095) * 1000 >> 12)


def tick_at(microseconds: int) -> int:
    """The first tick of an instant, given in microseconds since 1970."""
    milliseconds, rest = divmod(microseconds, 1000)
    return milliseconds << 12 | -(-rest * 4096 // 1000)
