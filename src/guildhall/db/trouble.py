"""The server's own trouble: PostgreSQL's errors that no statement is to blame for, and a probe of its disk."""

import time

import asyncpg

from guildhall.db.connection import Connection
from guildhall.errors import DatabaseUnavailable, Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

TROUBLE = (
    asyncpg.InsufficientResourcesError,  # class 53: disk full, out of memory, too many connections
    asyncpg.OperatorInterventionError,  # class 57: shutdown, restart, database dropped
    asyncpg.PostgresSystemError,  # class 58: the server's input and output
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
)
"""The errors raised when the server cannot do what was rightly asked. The statement has changed nothing."""
_PROBE = """
set local work_mem = '64kB';
select count(*) from (select md5(g::text) as word from generate_series(1, 5000) g order by word) spilled;
"""
"""A sort that does not fit into its memory: it writes to the database's disk and leaves nothing there."""
_PROBE_AGE = 10.0
"""Seconds that a probe's answer is good for."""


class DatabaseFull(Unavailable):
    """The disk of the database is full: reads go on, writes do not."""

    says = "The database's disk is full; nothing was changed."
    retry_after = 30


class DatabaseReadOnly(Unavailable):
    """The server is a standby, or somebody has set it so."""

    says = "The database takes no writes; nothing was changed."
    retry_after = 30


class Trouble:
    """A process's knowledge of its server's trouble: the last failure, and whether the disk can be written now."""

    def __init__(self) -> None:
        self._failed_at: float | None = None
        self._asked_at: float | None = None
        self._words: str | None = None

    def of(self, error: asyncpg.PostgresError, reading: bool) -> Unavailable | None:
        """The failure to tell a client of, or None when the statement itself is to blame.

        A transaction of ours that is `reading` and writes all the same is such a statement.
        """
        if not isinstance(error, TROUBLE):
            return None
        found: Unavailable
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            if reading:
                return None
            found = DatabaseReadOnly()
        elif isinstance(error, asyncpg.DiskFullError):
            found = DatabaseFull()
        else:
            found = DatabaseUnavailable(detail="The database cannot do that now.")
        self._failed_at = time.monotonic()
        self._words = found.title
        log.error("database_in_trouble", sqlstate=error.sqlstate, why=" ".join(str(error).split()))
        return found

    async def now(self, connection: Connection) -> str | None:
        """Probe the server's disk; return its trouble in a few words, None if there is none.

        `connection` is the primary's, outside any transaction.
        """
        if await connection.fetchval("show transaction_read_only") == "on":
            return DatabaseReadOnly.title
        clock = time.monotonic()
        if self._asked_at is not None and clock - self._asked_at < _PROBE_AGE:
            recent = self._failed_at is not None and self._failed_at >= self._asked_at
            return self._words if recent else None
        self._asked_at = clock
        try:
            async with connection.transaction():
                await connection.execute(_PROBE)
        except asyncpg.PostgresError as error:
            if (found := self.of(error, reading=False)) is None:
                raise
            return found.title
        return None
