"""Measure the peers alone: the check that each is as good as its user could make it."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import asyncpg

from bench.cluster import bench_database
from bench.compare import alternate, columns, machine_facts, median_of
from bench.context import Context
from bench.peers import groupby_meta
from bench.peers.fastapi_profile import PATH
from bench.peers.httpx_sync import CALLS
from bench.peers.tables import FIRST_ACCOUNT, create_tables, fill_matches, fill_profiles
from bench.process import run_command, uvicorn_server

PLAYERS = 10_000
IN_MEMORY = 1_000
SYNCED = 1_000
MATCHES = 1_000_000
SERVERS: dict[str, Mapping[str, str]] = {
    "FastAPI + ORM, from the database": {"PEER_CACHE": "off"},
    "the same, reads in autocommit": {"PEER_CACHE": "off", "PEER_READS": "autocommit"},
    "FastAPI + ORM, models in memory": {"PEER_CACHE": "models"},
    "FastAPI + ORM, bytes in memory": {"PEER_CACHE": "bytes"},
}


def servers(context: Context) -> list[tuple[str, ...]]:
    """Throughput, latencies and CPU of each server peer, and of constant bytes."""
    ids = asyncio.run(fill_profiles(context.database_url, context.scaled(PLAYERS)))
    targets = [PATH.format(account_id=account_id) for account_id in ids]
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                uvicorn_server(
                    "bench.peers.fastapi_profile:create_app",
                    environment={"DATABASE_URL": context.database_url, **environment},
                )
            )
            for environment in SERVERS.values()
        ]
        size = len(running[0].get(targets[0])[1])
        bare = uvicorn_server("bench.peers.bare_asgi:create_app", environment={"PEER_BODY_BYTES": str(size)})
        running.append(stack.enter_context(bare))
        asked: list[Sequence[str]] = [targets, targets, targets[:IN_MEMORY], targets[:IN_MEMORY], ["/"]]
        sides = [partial(context.load, server, wanted) for server, wanted in zip(running, asked, strict=True)]
        measured = alternate(context.rounds, *sides)
    return [
        (
            name,
            f"{median_of(rounds, lambda one: one.load.throughput):,.0f} req/s",
            f"p50 {median_of(rounds, lambda one: one.load.p50_ms):.2f} ms",
            f"p99 {median_of(rounds, lambda one: one.load.p99_ms):.2f} ms",
            f"{median_of(rounds, lambda one: one.cpu_us):.0f} µs CPU a request",
        )
        for name, rounds in zip([*SERVERS, "constant bytes"], measured, strict=True)
    ]


def syncs(context: Context) -> list[tuple[str, ...]]:
    """What the sync loop takes for a player, with three calls a player and with all."""
    players = context.scaled(SYNCED)
    rows: list[tuple[str, ...]] = []
    with uvicorn_server("bench.opendota:create_app") as opendota:
        environment = {"DATABASE_URL": context.database_url, "OPENDOTA_URL": f"{opendota.url}/api"}
        for calls in (["profile", "wl", "matches"], [call for call in CALLS if call != "recentMatches"]):
            command = [sys.executable, "-m", "bench.peers.httpx_sync", "--first", str(FIRST_ACCOUNT)]
            command += ["--players", str(players), "--calls", *calls]
            runs = [run_command(command, environment=environment) for _ in range(context.rounds)]
            cpu = median_of(runs, lambda run: run.cpu_seconds) * 1000 / players
            seconds = median_of(runs, lambda run: run.seconds)
            rows.append(
                (
                    f"httpx + ORM, {players:,} players",
                    " ".join(calls),
                    f"{seconds:.2f} s",
                    f"{cpu:.2f} ms CPU each",
                )
            )
    return rows


async def meta(context: Context) -> list[tuple[str, ...]]:
    """How long the GROUP BY takes, with the index on start_time and with a covering one."""
    connection = await asyncpg.connect(context.database_url)
    try:
        await connection.execute("truncate peer.player_matches")
        now = datetime.now(UTC)
        rows = await fill_matches(connection, context.scaled(MATCHES), now - timedelta(days=6), now)
        await connection.execute("vacuum analyze peer.player_matches", timeout=600)
        plain = median_of([await groupby_meta.seconds_of(connection) for _ in range(context.rounds)], float)
        await connection.execute(groupby_meta.COVERING_INDEX, timeout=600)
        await connection.execute("vacuum analyze peer.player_matches", timeout=600)
        covered = median_of([await groupby_meta.seconds_of(connection) for _ in range(context.rounds)], float)
    finally:
        await connection.close()
    return [
        (f"GROUP BY over {rows:,} matches", f"{plain * 1000:.0f} ms"),
        ("the same with a covering index", f"{covered * 1000:.0f} ms"),
    ]


def main() -> int:
    """Measure every peer and print what it does."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--database-url", default=os.environ.get("GUILDHALL_BENCH_DATABASE_URL"))
    options = parser.parse_args()
    with bench_database(options.database_url) as database, tempfile.TemporaryDirectory() as directory:
        context = Context(
            database_url=database.url,
            directory=Path(directory),
            rounds=options.rounds,
            seconds=options.seconds,
            scale=options.scale,
        )
        asyncio.run(create_tables(database.url))
        print(machine_facts(database.version))
        for rows in (servers(context), syncs(context), asyncio.run(meta(context))):
            print()
            print(columns(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
