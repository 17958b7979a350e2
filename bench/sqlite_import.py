"""How fast is a game server's SQLite file taken in?"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec
import uvloop

from bench import realm_side
from bench.compare import Result, median_of, number, told
from bench.context import BenchError, Context
from bench.document_file import make_file
from bench.process import Finished, run_command
from guildhall.boot.configuration import configure
from guildhall.boot.worker import open_worker
from guildhall.clock import Clock
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.packs.realm.exchange.actions.imports import import_from_sqlite
from guildhall.packs.realm.exchange.schemas.exchange import Imported

MESSAGES = 1_000_000
WANTED = 50_000.0
"""Rows a second."""
_ROUNDS = 3
FORGET = """
truncate core.users, realm.servers, realm.messages, realm.message_words, realm.imports cascade
"""


def run(context: Context) -> list[Result]:
    """A file of the document's schema with all of its tables, into an empty database with all of its indexes.

    The worker's index of words, which search needs and nothing else, follows the rows; with it is told. No row may be
    set aside.
    """
    file = context.directory / "game.sqlite3"
    counts = make_file(file, context.scaled(MESSAGES), datetime.now(UTC).replace(tzinfo=None))
    rows = sum(counts.values())
    rates: list[float] = []
    finished: list[Finished] = []
    with realm_side.own_cluster(context) as own:
        for _ in range(max(1, min(own.rounds, _ROUNDS))):
            asyncio.run(_forget(own))
            one, imported = _import(own, file, "--without-words")
            asyncio.run(_require_all(own, counts, imported))
            rates.append(rows / imported.seconds)
            finished.append(one)
        asyncio.run(_forget(own))
        _, with_words = _import(own, file)
        asyncio.run(_require_all(own, counts, with_words))
    rate = median_of(rates, float)
    cpu = median_of(finished, lambda one: one.cpu_seconds)
    name = f"import of a SQLite file with {counts['messages']:,} messages"
    return [
        Result(f"{name}, {rows:,} rows in all: rows", rate, "/s", wanted=f">= {number(WANTED)} /s", met=rate >= WANTED),
        told(f"{name}, with the words that search needs: rows", rows / with_words.seconds, "/s"),
        told(f"{name}: CPU of the process for a row", cpu / rows * 1e6, "µs"),
        told(f"{name}: its largest memory", median_of(finished, lambda one: one.peak_rss_bytes) / 2**20, "MB"),
    ]  # fmt: skip


async def _forget(context: Context) -> None:
    async with realm_side.connection(context) as conn:
        await conn.execute(FORGET, timeout=300)
        await conn.execute("checkpoint", timeout=300)


def _import(context: Context, file: Path, *options: str) -> tuple[Finished, Imported]:
    environment = {
        **realm_side.ENVIRONMENT,
        "GUILDHALL_DATABASE_URL": context.database_url,
        "GUILDHALL_HOME": str(context.directory / "home"),
        "GUILDHALL_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "bench.sqlite_import", "--file", str(file), *options]
    finished = run_command(command, environment=environment)
    return finished, msgspec.json.decode(finished.stdout, type=Imported)


async def _require_all(context: Context, counts: dict[str, int], imported: Imported) -> None:
    """Raise BenchError unless every row of the file is where it belongs."""
    odd = [one for one in imported.tables if one.rejected or not one.finished]
    lost = [one for one in imported.reasons if not one.kept]
    if odd or lost:
        raise BenchError(f"rows were set aside: {odd} {lost}")
    async with realm_side.connection(context) as conn:
        stored = {table: await _count(conn, table) for table in counts}
    if stored != counts:
        raise BenchError(f"the file has {counts}, the database {stored}")


async def _count(conn: "asyncpg.Connection", table: str) -> int:
    count: int = await conn.fetchval(f"select count(*) from realm.{table}", timeout=300)
    return count


async def _import_here(file: Path, words: bool) -> None:
    configuration = configure()
    async with open_worker(configuration, configuration.main.database_url.get_secret_value(), Clock()) as runtime:  # type: ignore[union-attr]
        keyed = runtime.provided[KeyedHash]
        assert isinstance(keyed, KeyedHash)
        imported = await import_from_sqlite(runtime.db, file, keyed, lambda table, done, total: None, words=words)
    print(msgspec.json.encode(imported).decode())


def main() -> None:
    """Take in one file, as the product's command does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--without-words", action="store_true")
    given = parser.parse_args()
    uvloop.run(_import_here(given.file, not given.without_words))


if __name__ == "__main__":
    main()
