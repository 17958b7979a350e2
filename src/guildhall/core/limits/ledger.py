"""The place where the requests of all processes are added up: PostgreSQL, or Redis where there is one."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import asyncpg
from msgspec import Struct

from guildhall.core.limits import queries
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError
from guildhall.ids import UserId


class Counted(Struct, frozen=True):
    """Requests of a person to a group of endpoints that one process has let through. `seconds` is the window's."""

    user_id: UserId
    endpoint: str
    requests: int
    seconds: int


class Total(Struct, frozen=True):
    """All requests of the present window, and the seconds until it ends."""

    made: int
    seconds_left: float


class LedgerAway(Exception):
    """The ledger's server does not answer, or not in time."""


class Ledger(Protocol):
    """Adds requests up."""

    async def add(self, rows: Sequence[Counted]) -> list[Total | None]:
        """Add requests and return the totals, in order; None for a person who is gone. Raises LedgerAway."""

    async def close(self) -> None:
        """Close the connections."""


def _no_moment() -> datetime | None:
    return None


class DatabaseLedger:
    """Rows of core.api_rate_limits, many with one statement. The time is the database's, unless `moment` tells one."""

    def __init__(self, db: Database, seconds: float, moment: Callable[[], datetime | None] = _no_moment) -> None:
        self._db = db
        self._seconds = seconds
        self._moment = moment

    async def close(self) -> None:
        """See Ledger."""

    async def add(self, rows: Sequence[Counted]) -> list[Total | None]:
        """See Ledger."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._add(rows)
        except (GuildhallError, asyncpg.PostgresError, TimeoutError) as error:
            raise LedgerAway(str(error) or type(error).__name__) from error

    async def _add(self, rows: Sequence[Counted]) -> list[Total | None]:
        try:
            async with self._db.single() as tx:
                found = await queries.count_requests.many(
                    tx, [row.user_id for row in rows], [row.endpoint for row in rows], [row.requests for row in rows],
                    [row.seconds for row in rows], self._moment(),
                )  # fmt: skip
        except asyncpg.ForeignKeyViolationError:  # somebody was deleted just now: the statement wrote nothing
            if len(rows) == 1:
                return [None]
            middle = len(rows) // 2
            return [*await self._add(rows[:middle]), *await self._add(rows[middle:])]
        totals = {(row.user_id, row.endpoint): Total(row.made, row.seconds_left) for row in found}
        return [totals.get((row.user_id, row.endpoint)) for row in rows]
