"""What starting costs, and what processes that nobody uses hold and spend: asked of two checkouts."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack

import asyncpg

from bench.against import Question
from bench.checkout import Side
from bench.process import Server

_SETTLE = 5.0
"""Seconds after the first answer until memory is read."""
_REST = 60.0
_MIB = 2**20


def _cpu_ms(*arguments: str, cached: bool = False) -> Callable[[Side], float]:
    """The question of the CPU that a command takes; with `cached`, its bytecode lies ready beside it."""

    def measure(side: Side) -> float:
        environment = {}
        if cached:
            folder = side.directory / "-".join(("bytecode", *arguments))
            environment = {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
            if not folder.exists():
                side.run(*arguments, environment=environment)
        return side.run(*arguments, environment=environment).cpu_seconds * 1000

    return measure


def _cold_start(side: Side) -> float:
    with side.server("serve") as server:
        return server.ready_seconds


def _cpu_of_cold_start(side: Side) -> float:
    with side.server("serve") as server:
        return server.usage().cpu_seconds


def _memory_of_serve(side: Side) -> float:
    with side.server("serve") as server:
        time.sleep(_SETTLE)
        return server.usage().rss_bytes / _MIB


def _memory_of_worker(side: Side) -> float:
    with _worker(side) as server:
        time.sleep(_SETTLE)
        return server.usage().rss_bytes / _MIB


def _worker(side: Side) -> Server:
    """A worker, ready once it holds a connection of the pool: it listens on no port."""

    async def there() -> bool:
        connection = await asyncpg.connect(side.database_url)
        try:
            return bool(
                await connection.fetchval(
                    "select count(*) from pg_stat_activity "
                    "where datname = current_database() and application_name = 'guildhall-worker'"
                )
            )
        finally:
            await connection.close()

    return side.server("serve", "--role", "worker", ready=lambda: asyncio.run(there()))


def _at_rest(side: Side) -> float:
    """CPU of a web process, a worker and a sandbox in a minute in which nobody asks for anything."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(side.server("sandbox", ready="/")),
            stack.enter_context(side.server("serve", "--role", "web")),
            stack.enter_context(_worker(side)),
        ]
        time.sleep(3 * _SETTLE)
        before = sum(server.usage().cpu_seconds for server in servers)
        time.sleep(_REST)
        return (sum(server.usage().cpu_seconds for server in servers) - before) * 1000


QUESTIONS = (
    Question("CPU of `guildhall --help`", "ms", _cpu_ms("--help"), 1 / 8),
    Question("CPU of `guildhall --help`, bytecode of both cached", "ms", _cpu_ms("--help", cached=True)),
    Question("CPU of `guildhall jobs list`", "ms", _cpu_ms("jobs", "list"), 1 / 4),
    Question("CPU of `guildhall jobs list`, bytecode of both cached", "ms", _cpu_ms("jobs", "list", cached=True)),
    Question("cold start of `serve` to the first 200", "s", _cold_start, 1 / 3),
    Question("CPU until the first 200 of a cold start of `serve`", "s", _cpu_of_cold_start),
    Question("memory of `serve`, web and worker in one, after start", "MiB", _memory_of_serve, 0.6),
    Question("memory of a worker after start", "MiB", _memory_of_worker, 0.6),
    Question("CPU of web, worker and sandbox at rest for a minute", "ms", _at_rest, 1 / 5, rounds=2),
)
