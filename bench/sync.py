"""What does it cost to fetch and store a player, beside a loop over httpx and the SQLAlchemy ORM?"""

import asyncio
import sys
from contextlib import ExitStack

import asyncpg

from bench import guildhall_side
from bench.compare import Result, alternate, at_most, median_of, told
from bench.context import BenchError, Context
from bench.peers.tables import FIRST_ACCOUNT, create_tables
from bench.process import Finished, run_command

PLAYERS = 1_000


def run(context: Context) -> list[Result]:
    """Both sides make the same calls to the same server for the same players, measured from outside."""
    asyncio.run(create_tables(context.database_url))
    asyncio.run(guildhall_side.prepare(context))
    players = context.scaled(PLAYERS)
    account_ids = list(range(FIRST_ACCOUNT, FIRST_ACCOUNT + players))
    with ExitStack() as stack:
        sandbox = stack.enter_context(guildhall_side.sandbox(context, account_ids))
        opendota_url = guildhall_side.opendota_url(sandbox)

        def peer() -> Finished:
            command = [sys.executable, "-m", "bench.peers.httpx_sync", "--first", str(FIRST_ACCOUNT)]
            command += ["--players", str(players), "--calls", *guildhall_side.SYNC_CALLS]
            environment = {"DATABASE_URL": context.database_url, "OPENDOTA_URL": opendota_url}
            return run_command(command, environment=environment)

        ours, theirs = alternate(context.rounds, lambda: guildhall_side.sync(context, account_ids, opendota_url), peer)
    stored = asyncio.run(_stored(context))
    if asyncio.run(guildhall_side.synced_rows(context)) != stored:
        raise BenchError(f"the peer stored {stored} players and matches, ours something else")
    cpu = [median_of(side, lambda run_: run_.cpu_seconds) * 1000 / players for side in (ours, theirs)]
    seconds = [median_of(side, lambda run_: run_.seconds) for side in (ours, theirs)]
    calls = len(guildhall_side.SYNC_CALLS)
    return [
        at_most(f"sync of {players:,} players ({calls} calls each): CPU a player", cpu[0], cpu[1], 1 / 3, "ms"),
        told(f"sync of {players:,} players: time", seconds[0], "s", seconds[1]),
    ]


async def _stored(context: Context) -> tuple[int, int]:
    connection = await asyncpg.connect(context.database_url)
    try:
        players: int = await connection.fetchval("select count(*) from peer.player_profiles")
        matches: int = await connection.fetchval("select count(*) from peer.player_matches")
        return players, matches
    finally:
        await connection.close()
