"""Connections, and the transactions that requests and jobs work in."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

import asyncpg
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.db.confinement import require_confined
from guildhall.db.connection import (
    GONE,
    Connection,
    Pool,
    acquire,
    connect,
    hang_up,
    open_pool,
    require_server,
    server_settings,
)
from guildhall.db.logins import login_url
from guildhall.db.policies import Viewer
from guildhall.db.replica import WRITTEN, Replica
from guildhall.db.trouble import Trouble
from guildhall.errors import DatabaseUnavailable, OutOfRange, TimedOut, Unavailable
from guildhall.log import get_logger

Result = TypeVar("Result")

log = get_logger(__name__)

_ATTEMPTS = 5
_SLOW = 1.0
"""Seconds after which a statement is logged, where no setting says otherwise."""
_OUT_OF_RANGE = (
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.DatetimeFieldOverflowError,
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
)


class LostRace(Unavailable):
    """Others changed the same rows at the same time, and the database chose them."""

    says = "Others were faster: they changed the same things at the same moment; try again."
    retry_after = 1


class Transaction:
    """The transaction of queries and actions: one connection, the instant of its beginning, the viewer.

    Statements that take longer than `slow_seconds` are logged.
    """

    __slots__ = ("_viewer", "connection", "custom_plans", "now", "slow_seconds")

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        viewer: Viewer | None = None,
        custom_plans: bool = False,
        slow_seconds: float = _SLOW,
    ) -> None:
        self.connection = connection
        self.now = now
        self.custom_plans = custom_plans
        self.slow_seconds = slow_seconds
        self._viewer = viewer

    @property
    def viewer(self) -> Viewer:
        """The account that the transaction acts for. Raises LookupError in a transaction without one."""
        if self._viewer is None:
            raise LookupError("this transaction acts for nobody")
        return self._viewer

    def acting_for(self, viewer: Viewer) -> "Transaction":
        """Return this transaction with another viewer for actions.

        For roles that see the rows of all: the viewer of row-level security stays.
        """
        return Transaction(self.connection, self.now, viewer, self.custom_plans, self.slow_seconds)


class PoolSettings(Struct, frozen=True):
    """Settings of a process's pool: `role` logs in at the server of `url`. Times in seconds."""

    url: str
    role: str
    replica_url: str | None = None
    smallest: int = 1
    largest: int = 10
    statement_timeout: float = 15.0
    acquire_timeout: float = 5.0
    slow_seconds: float = _SLOW
    application: str = "guildhall"


class Database:
    """The pools of one process. Open with `Database.open`, close with `close`."""

    def __init__(self, primary: Pool, replica: Replica | None, settings: PoolSettings, clock: Clock) -> None:
        self._primary = primary
        self._replica = replica
        self._settings = settings
        self._slow = settings.slow_seconds
        self._clock = clock
        self._trouble = Trouble()

    @classmethod
    async def open(cls, settings: PoolSettings, clock: Clock) -> "Database":
        """Connect the pools. A replica that is away is done without until it answers.

        Raises Misconfigured, also for a login that can become more than its role; DatabaseUnavailable.
        """
        url = login_url(settings.url, settings.role)
        await _probe(url, settings.role)
        session = server_settings(settings.application, settings.statement_timeout)
        primary = await open_pool(url, settings.smallest, settings.largest, session)
        if settings.replica_url is None:
            return cls(primary, None, settings, clock)
        try:
            replica_url = login_url(settings.replica_url, settings.role)
            try:
                await _probe(replica_url, settings.role)
            except DatabaseUnavailable as error:
                log.warning("replica_away", why=str(error), reads="primary")
            pool = await open_pool(replica_url, 0, settings.largest, session)
        except BaseException:
            primary.terminate()
            raise
        return cls(primary, Replica(pool, settings.acquire_timeout), settings, clock)

    @property
    def pool(self) -> Pool:
        """The primary's pool, for the job queue's own driver."""
        return self._primary

    @property
    def statistics(self) -> Mapping[str, int]:
        """Connections of the primary: `size` open, `idle` of them, `largest` allowed."""
        pool = self._primary
        return {"size": pool.get_size(), "idle": pool.get_idle_size(), "largest": pool.get_max_size()}

    async def close(self) -> None:
        """Close all connections, waiting five seconds for those in use."""
        for pool in (self._primary, self._replica.pool if self._replica is not None else None):
            if pool is not None:
                try:
                    await asyncio.wait_for(pool.close(), 5)
                except TimeoutError:
                    pool.terminate()

    @asynccontextmanager
    async def read(
        self,
        viewer: Viewer | None = None,
        *,
        timeout: float | None = None,
        custom_plans: bool = False,
        snapshot: bool = False,
    ) -> AsyncIterator[Transaction]:
        """Open a transaction for statements that only read; may be on a replica.

        With no viewer, timeout (seconds) or option set, each statement is its own transaction, which saves two round
        trips. `snapshot` shows all statements the same instant. A viewer sees their own writes, on the primary until
        the replica has replayed them. A replica that does not answer is skipped. Raises DatabaseUnavailable,
        DatabaseFull (also a sort needs the disk), TimedOut, LostRace.
        """
        pool = self._primary
        connection = None
        if self._replica is not None and (connection := await self._replica.connection_for(viewer)) is not None:
            pool = self._replica.pool
        if connection is None:
            connection = await acquire(pool, self._settings.acquire_timeout)
        async with self._lent(pool, connection, reading=True):
            now = self._clock.now()
            if viewer is None and timeout is None and not custom_plans and not snapshot:
                yield Transaction(connection, now, slow_seconds=self._slow)
                return
            begin = f"begin {'isolation level repeatable read' if snapshot else ''} read only"
            async with _transaction(connection, begin, viewer, timeout, custom_plans):
                yield Transaction(connection, now, viewer, custom_plans, self._slow)

    @asynccontextmanager
    async def single(self) -> AsyncIterator[Transaction]:
        """Lend a connection of the primary for one statement, which begins and commits in one round trip.

        Raises as `write` does.
        """
        connection = await acquire(self._primary, self._settings.acquire_timeout)
        async with self._lent(self._primary, connection, reading=False):
            yield Transaction(connection, self._clock.now(), slow_seconds=self._slow)

    @asynccontextmanager
    async def write(
        self, viewer: Viewer | None = None, *, timeout: float | None = None, serializable: bool = False
    ) -> AsyncIterator[Transaction]:
        """A transaction on the primary, committed when the block ends without an error.

        Raises DatabaseUnavailable, DatabaseFull, DatabaseReadOnly, TimedOut, LostRace.
        See `transact` for the form that retries.
        """
        connection = await acquire(self._primary, self._settings.acquire_timeout)
        async with self._lent(self._primary, connection, reading=False):
            begin = f"begin {'isolation level serializable' if serializable else ''}"
            async with _transaction(connection, begin, viewer, timeout, custom_plans=False):
                yield Transaction(connection, self._clock.now(), viewer, slow_seconds=self._slow)
            if viewer is not None and self._replica is not None:
                with contextlib.suppress(*GONE):  # what is committed stays so although the server leaves now
                    self._replica.note_write(viewer, await connection.fetchval(WRITTEN))

    async def trouble(self) -> str | None:
        """Return the trouble of a server that answers, in a few words: no space, no writes. None if there is none.

        Raises DatabaseUnavailable.
        """
        async with self.single() as tx:
            return await self._trouble.now(tx.connection)

    async def transact(
        self,
        action: Callable[[Transaction], Awaitable[Result]],
        viewer: Viewer | None = None,
        *,
        timeout: float | None = None,
        serializable: bool = False,
    ) -> Result:
        """Run an action in a transaction of its own, again when it lost a race, and return its result.

        The action may run up to five times, so it must have no effect outside its transaction. Raises LostRace when it
        lost five times, and what `write` and the action raise.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self.write(viewer, timeout=timeout, serializable=serializable) as tx:
                    return await action(tx)
            except LostRace as error:
                if attempt == _ATTEMPTS:
                    raise
                log.info("transaction_retried", action=repr(action), attempt=attempt, why=str(error.__cause__))
                await asyncio.sleep(0.005 * 4 ** (attempt - 1) * random.uniform(0.5, 1.0))  # noqa: S311 (jitter, no secret)
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _lent(self, pool: Pool, connection: Connection, *, reading: bool) -> AsyncIterator[None]:
        """A pool's connection for the length of a block, with the driver's failures told as ours."""
        try:
            yield
        except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError) as error:
            raise TimedOut(detail="A database statement took too long.") from error
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError) as error:
            raise LostRace from error
        except asyncpg.DataError as error:
            if not _is_out_of_range(error):
                raise
            log.warning("value_out_of_range", why=str(error))
            raise OutOfRange from error
        except GONE as error:
            if isinstance(error, OSError | asyncpg.InterfaceError) and not _is_lost(connection):
                raise  # somebody else's file or socket, or a wrong use of the driver: not the database's doing
            if isinstance(error, asyncpg.InternalClientError):
                connection.terminate()  # nobody knows what it would answer to the next one
            raise DatabaseUnavailable(detail="The database connection was lost.") from error
        except asyncpg.PostgresError as error:
            if (ours := self._trouble.of(error, reading)) is None:
                raise
            raise ours from error
        finally:
            with contextlib.suppress(*GONE):  # the driver has closed it, and it does not go back
                await pool.release(connection)


async def _probe(url: str, role: str) -> None:
    """Raises Misconfigured or DatabaseUnavailable when the server at `url` cannot be worked with."""
    connection = await connect(url)
    try:
        await require_server(connection)
        await require_confined(connection, role)
    finally:
        await hang_up(connection)


def _is_out_of_range(error: asyncpg.DataError) -> bool:
    """Return whether a value is at fault, not the statement: the driver cannot encode it, or the server not hold it.

    This is the last check behind those of every entrance: such a request is refused and logged, and is no fault of
    ours.
    """
    return isinstance(error, _OUT_OF_RANGE) or (
        type(error) is asyncpg.DataError and str(error).startswith("invalid input for query argument")
    )


def _is_lost(connection: Connection) -> bool:
    try:
        closed: bool = connection.is_closed()
    except asyncpg.InterfaceError:  # the pool was closed meanwhile and has taken it back
        return True
    return closed


@asynccontextmanager
async def _transaction(
    connection: Connection, begin: str, viewer: Viewer | None, timeout: float | None, custom_plans: bool
) -> AsyncIterator[None]:
    """Begin with its settings in one round trip (55 µs against 88), commit, or roll back on any error."""
    script = begin
    if viewer is not None:
        script += f"; set local app.user_id = '{viewer.id}'"
    if timeout is not None:
        script += f"; set local statement_timeout = {round(timeout * 1000)}"
    if custom_plans:
        script += "; set local plan_cache_mode = force_custom_plan"
    try:
        await connection.execute(script)
        yield
    except asyncpg.InternalClientError:
        raise  # the connection is past speaking
    except BaseException:
        with contextlib.suppress(*GONE):  # a server that left has rolled back by itself
            await connection.execute("rollback")
        raise
    if await connection.execute("commit") != "COMMIT":
        raise RuntimeError("A statement's failure was caught inside the transaction: PostgreSQL saved nothing of it.")
