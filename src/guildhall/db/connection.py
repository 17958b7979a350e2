"""One connection: opening, codecs, and the kinds of its failures."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec

from guildhall.db.logins import login_url
from guildhall.errors import DatabaseUnavailable, Misconfigured

Connection = Any
"""An asyncpg connection, or a pool's proxy of one."""
Pool = Any
"""An asyncpg pool; its class takes type arguments only in the stubs."""

OLDEST_SERVER = 16
"""The oldest PostgreSQL major version that everything here is tested on."""

CONNECT_TIMEOUT = 10.0
"""Seconds."""

LOCK_TIMEOUT = "10s"
"""The time for which a statement waits for a lock."""

GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver's protocol, confused by a server that left between two statements
    OSError,
)
"""The errors raised when the server is away, restarting or full."""

BACKOFF = (timedelta(seconds=0.2), timedelta(seconds=10))
"""First and longest wait between attempts to reconnect."""


class ServerTooOld(Misconfigured):
    """The server is older than OLDEST_SERVER."""


class AllBusy(DatabaseUnavailable):
    """Every connection of the pool is in use, and none came free in time."""


async def connect(url: str, role: str | None = None, application: str = "guildhall") -> Connection:
    """One connection outside any pool, for listening and for administration; `role` logs in instead of the URL's user.

    Raises Misconfigured for a URL that the server or the driver refuses, DatabaseUnavailable when the
    server is away.
    """
    try:
        connection = await asyncpg.connect(
            url if role is None else login_url(url, role),
            timeout=CONNECT_TIMEOUT,
            server_settings=server_settings(application),
        )
    except (*GONE, asyncpg.PostgresError, ValueError) as error:
        raise cannot_connect(error) from error
    try:
        await set_codecs(connection)
    except BaseException as error:
        connection.terminate()
        if isinstance(error, GONE):
            raise cannot_connect(error) from error
        raise
    return connection


async def open_pool(url: str, smallest: int, largest: int, settings: dict[str, str]) -> Pool:
    """A pool of connections. Raises as `connect` does; with `smallest` 0 nothing is asked of the server yet."""
    try:
        return await asyncpg.create_pool(
            url,
            min_size=smallest,
            max_size=largest,
            max_inactive_connection_lifetime=300,
            timeout=CONNECT_TIMEOUT,
            init=set_codecs,
            reset=_keep,
            server_settings=settings,
        )
    except (*GONE, asyncpg.PostgresError, ValueError) as error:
        raise cannot_connect(error) from error


async def _keep(_: Connection) -> None:
    """Spares the reset of settings: all of them are made with `set local`. The driver still ends a transaction."""


async def acquire(pool: Pool, patience: float) -> Connection:
    """A connection of a pool within `patience` seconds. Raises AllBusy, DatabaseUnavailable."""
    try:
        # Not the driver's own timeout, which costs a task for each connection taken.
        async with asyncio.timeout(patience):
            return await pool.acquire()
    except TimeoutError as error:
        if pool.get_size() < pool.get_max_size():
            raise DatabaseUnavailable from error
        raise AllBusy(detail="All database connections are busy.") from error
    except (*GONE, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable from error


def server_settings(application: str, statement_timeout: float | None = None) -> dict[str, str]:
    """The settings of a session. `statement_timeout` is in seconds."""
    settings = {
        "application_name": application,
        "search_path": "pg_catalog",
        "timezone": "UTC",
        "jit": "off",
        "idle_in_transaction_session_timeout": "60s",
        "lock_timeout": LOCK_TIMEOUT,
    }
    if statement_timeout is not None:
        settings["statement_timeout"] = str(round(statement_timeout * 1000))
    return settings


def cannot_connect(error: BaseException) -> Misconfigured | DatabaseUnavailable:
    """Return the error for a failed connection, in one line: something to mend, or a server that is away."""
    words = " ".join(str(error).split())
    if isinstance(error, asyncpg.ClientConfigurationError):
        return Misconfigured(f"The database's URL cannot be used: {words}.")
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):  # InvalidPasswordError is one of them
        return Misconfigured(
            f"PostgreSQL refused the login ({words}). 'guildhall db upgrade' makes the roles, "
            "'guildhall db passwords' gives them passwords."
        )
    if isinstance(error, GONE):
        return DatabaseUnavailable(detail="Cannot connect to PostgreSQL.", inner=words or "it does not answer")
    if isinstance(error, asyncpg.PostgresError):
        return Misconfigured(f"PostgreSQL refused the connection: {words}")
    return Misconfigured("The database's URL cannot be read.")  # its parts, a password perhaps, are not shown


async def require_server(connection: Connection) -> None:
    """Raises ServerTooOld."""
    version = connection.get_server_version()
    if version.major < OLDEST_SERVER:
        raise ServerTooOld(f"PostgreSQL {version.major} is too old: Guildhall needs {OLDEST_SERVER} or newer.")


async def require_server_at(url: str) -> None:
    """Log in once and raise as `require_server` and `connect` do."""
    connection = await connect(url)
    try:
        await require_server(connection)
    finally:
        await hang_up(connection)


async def hang_up(connection: Connection) -> None:
    """Close a connection in good order, whatever becomes of the task that asks for it."""
    await asyncio.shield(connection.close(timeout=CONNECT_TIMEOUT))


async def set_codecs(connection: Connection) -> None:
    """jsonb arrives as Python objects; json stays the bytes that were stored."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=_jsonb_out,
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )
    await connection.set_type_codec("json", schema="pg_catalog", format="binary", encoder=_json_out, decoder=bytes)


def _jsonb_out(value: object) -> bytes:
    """The binary form of jsonb: a version byte, then the text. Text and bytes are taken as JSON already."""
    return b"\x01" + (_json_out(value) if isinstance(value, str | bytes) else msgspec.json.encode(value))


def _json_out(value: object) -> bytes:
    """The binary form of json is its text."""
    return value if isinstance(value, bytes) else str(value).encode()
