"""Connections, and the transactions that requests and jobs work in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.db.policies import Viewer
from guildhall.errors import DatabaseUnavailable, Misconfigured, TimedOut

P = ParamSpec("P")
Result = TypeVar("Result")
Connection = Any
"""An asyncpg connection, or a pool's proxy of one."""
Pool = Any
"""An asyncpg pool; its class takes type arguments only in the stubs."""

log = structlog.get_logger(__name__)

OLDEST_SERVER = 16
"""The oldest PostgreSQL major version that everything here is tested on."""

GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    OSError,
)
"""What is raised when the server is away, restarting or full."""

RETRIED = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Failures that a transaction meets through no fault of its own: run it again."""


class Transaction:
    """What queries and actions work in: one connection, the instant it began, on whose behalf."""

    __slots__ = ("connection", "custom_plans", "now", "viewer")

    def __init__(
        self, connection: Connection, now: datetime, viewer: Viewer | None = None, custom_plans: bool = False
    ) -> None:
        self.connection = connection
        self.now = now
        self.viewer = viewer
        self.custom_plans = custom_plans


class PoolSettings(Struct, frozen=True):
    """How a process connects. Times in seconds."""

    url: str
    role: str
    replica_url: str | None = None
    smallest: int = 1
    largest: int = 10
    statement_timeout: float = 15.0
    acquire_timeout: float = 5.0
    application: str = "guildhall"


def _jsonb_out(value: object) -> bytes:
    """The binary form of jsonb: a version byte, then the text. Text and bytes are taken as JSON already."""
    if isinstance(value, str):
        return b"\x01" + value.encode()
    if isinstance(value, bytes):
        return b"\x01" + value
    return b"\x01" + msgspec.json.encode(value)


def _json_out(value: object) -> bytes:
    """The binary form of json is its text."""
    return value if isinstance(value, bytes) else str(value).encode()


async def _set_codecs(connection: Connection) -> None:
    """jsonb arrives as Python objects; json stays the bytes that were stored."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=_jsonb_out,
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )
    await connection.set_type_codec("json", schema="pg_catalog", format="binary", encoder=_json_out, decoder=bytes)


async def _keep(_: Connection) -> None:
    """Nothing is left on a connection that goes back: all settings are made with `set local`."""


async def connect(url: str, role: str | None = None, application: str = "guildhall") -> Connection:
    """One connection outside any pool, for listening and for administration.

    Raises Misconfigured for a URL that leads nowhere, DatabaseUnavailable when the server is away.
    """
    try:
        connection = await asyncpg.connect(url, timeout=10, server_settings=_server_settings(role, application, None))
    except GONE as error:
        raise DatabaseUnavailable(f"Cannot connect to PostgreSQL: {error}") from error
    except (asyncpg.PostgresError, ValueError) as error:
        raise Misconfigured(f"PostgreSQL refused the connection: {error}") from error
    await _set_codecs(connection)
    return connection


def _server_settings(role: str | None, application: str, statement_timeout: float | None) -> dict[str, str]:
    settings = {
        "application_name": application,
        "search_path": "pg_catalog",
        "timezone": "UTC",
        "jit": "off",
        "idle_in_transaction_session_timeout": "60s",
        "lock_timeout": "10s",
    }
    if role is not None:
        settings["role"] = role
    if statement_timeout is not None:
        settings["statement_timeout"] = str(round(statement_timeout * 1000))
    return settings


async def require_server(connection: Connection) -> None:
    """Raises Misconfigured when the server is older than OLDEST_SERVER."""
    version = connection.get_server_version()
    if version.major < OLDEST_SERVER:
        raise Misconfigured(f"PostgreSQL {version.major} is too old: Guildhall needs {OLDEST_SERVER} or newer.")


class Database:
    """The pools of one process. Open with `Database.open`, close with `close`."""

    def __init__(self, primary: Pool, replica: Pool | None, settings: PoolSettings, clock: Clock) -> None:
        self._primary = primary
        self._replica = replica
        self._settings = settings
        self._clock = clock
        self._behind: dict[UUID, str] = {}

    @classmethod
    async def open(cls, settings: PoolSettings, clock: Clock) -> "Database":
        """Connect the pools. Raises Misconfigured or DatabaseUnavailable."""
        probe = await connect(settings.url)
        try:
            await require_server(probe)
        finally:
            await probe.close()
        primary = await cls._pool(settings.url, settings)
        replica = await cls._pool(settings.replica_url, settings) if settings.replica_url else None
        return cls(primary, replica, settings, clock)

    @staticmethod
    async def _pool(url: str, settings: PoolSettings) -> Pool:
        try:
            return await asyncpg.create_pool(
                url,
                min_size=settings.smallest,
                max_size=settings.largest,
                max_inactive_connection_lifetime=300,
                timeout=10,
                init=_set_codecs,
                reset=_keep,
                server_settings=_server_settings(settings.role, settings.application, settings.statement_timeout),
            )
        except GONE as error:
            raise DatabaseUnavailable(f"Cannot connect to PostgreSQL: {error}") from error
        except (asyncpg.PostgresError, ValueError) as error:
            raise Misconfigured(f"PostgreSQL refused the connection: {error}") from error

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
        for pool in (self._primary, self._replica):
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
        """For statements that only read; may be a replica.

        Without a viewer, a timeout (seconds) or a wish each statement is its own transaction, which spares
        two round trips. `snapshot` shows all statements the same instant. Raises DatabaseUnavailable, TimedOut.
        """
        pool = await self._pool_to_read(viewer)
        async with self._connection(pool) as connection:
            now = self._clock.now()
            if viewer is None and timeout is None and not custom_plans and not snapshot:
                yield Transaction(connection, now)
                return
            begin = f"begin {'isolation level repeatable read' if snapshot else ''} read only"
            async with _transaction(connection, begin, viewer, timeout, custom_plans):
                yield Transaction(connection, now, viewer, custom_plans)

    @asynccontextmanager
    async def write(
        self, viewer: Viewer | None = None, *, timeout: float | None = None, serializable: bool = False
    ) -> AsyncIterator[Transaction]:
        """A transaction on the primary, committed when the block ends without an error.

        Raises DatabaseUnavailable, TimedOut. See `transact` for the form that retries.
        """
        async with self._connection(self._primary) as connection:
            begin = f"begin {'isolation level serializable' if serializable else ''}"
            async with _transaction(connection, begin, viewer, timeout, custom_plans=False):
                yield Transaction(connection, self._clock.now(), viewer)
            if viewer is not None and self._replica is not None:
                position = await connection.fetchval("select pg_current_wal_lsn()::text")
                self._behind[viewer.id] = position

    async def transact(
        self,
        action: Callable[Concatenate[Transaction, P], Awaitable[Result]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Result:
        """Run an action in a transaction of its own, again when it lost a race: serialization or deadlock.

        The action may run up to five times, so it must have no effect outside its transaction.
        """
        for attempt in range(5):
            try:
                async with self.write() as tx:
                    return await action(tx, *args, **kwargs)
            except RETRIED as error:
                if attempt == 4:
                    raise
                log.info("transaction_retried", action=action.__name__, attempt=attempt + 1, why=str(error))
                await asyncio.sleep(0.005 * 4**attempt)
        raise AssertionError("unreachable")

    async def _pool_to_read(self, viewer: Viewer | None) -> Pool:
        """The replica, unless there is none or the viewer has written what it has not replayed yet."""
        if self._replica is None:
            return self._primary
        position = self._behind.get(viewer.id) if viewer is not None else None
        if viewer is None or position is None:
            return self._replica
        async with self._connection(self._replica) as connection:
            caught_up = await connection.fetchval(
                "select coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, true)", position
            )
        if not caught_up:
            return self._primary
        del self._behind[viewer.id]
        return self._replica

    @asynccontextmanager
    async def _connection(self, pool: Pool) -> AsyncIterator[Connection]:
        """A pooled connection, with the driver's failures told as ours."""
        try:
            connection = await pool.acquire(timeout=self._settings.acquire_timeout)
        except TimeoutError as error:
            raise DatabaseUnavailable("All database connections are busy.") from error
        except GONE as error:
            raise DatabaseUnavailable("The database does not answer.") from error
        try:
            yield connection
        except asyncpg.QueryCanceledError as error:
            raise TimedOut("A database statement took too long.") from error
        except GONE as error:
            if isinstance(error, OSError) and not connection.is_closed():
                raise  # somebody else's file or socket, not the database's
            raise DatabaseUnavailable("The database connection was lost.") from error
        finally:
            await pool.release(connection)


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
    await connection.execute(script)
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("rollback")
        raise
    await connection.execute("commit")


BACKOFF = (timedelta(seconds=0.2), timedelta(seconds=10))
"""First and longest wait between attempts to reconnect."""
