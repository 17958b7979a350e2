"""What does it cost to fetch and store a player, beside a loop over httpx and the SQLAlchemy ORM?"""

import asyncio
import sys
from contextlib import ExitStack

from bench import guildhall_side
from bench.compare import Result, alternate, at_most, median_of, told
from bench.context import BenchError, Context
from bench.peers.tables import create_tables
from bench.process import Finished, run_command

PLAYERS = 1_000


def run(context: Context) -> list[Result]:
    """Both sides make the same calls to the same sandbox for the same players, measured from outside.

    The first round of both, which fetches the players' whole history and warms the sandbox, is not counted.
    Nor is what a process costs before it syncs anybody: a run of one player is taken off each side's.
    """
    asyncio.run(create_tables(context.database_url))
    asyncio.run(guildhall_side.prepare(context))
    players = context.scaled(PLAYERS)
    account_ids = guildhall_side.sandbox_players(players)
    ids = context.directory / "ids"
    with ExitStack() as stack:
        sandbox = stack.enter_context(guildhall_side.sandbox(context, account_ids))
        opendota_url = guildhall_side.opendota_url(sandbox)

        def ours(players: int | None = None) -> Finished:
            finished = guildhall_side.sync(context, account_ids[:players], opendota_url)
            if failed := guildhall_side.failures(finished):
                raise BenchError(f"{failed} players could not be synced")
            return finished

        def peer(players: int | None = None) -> Finished:
            ids.write_text("\n".join(map(str, account_ids[:players])))
            command = [sys.executable, "-m", "bench.peers.httpx_sync", "--ids", str(ids)]
            command += ["--calls", *guildhall_side.SYNC_CALLS]
            environment = {"DATABASE_URL": context.database_url, "OPENDOTA_URL": opendota_url}
            return run_command(command, environment=environment)

        first = ours()
        peer()
        started = alternate(context.rounds, lambda: ours(1), lambda: peer(1))
        measured = alternate(context.rounds, ours, peer)
        ours()  # the sandbox's players play on: what the peer saw last, ours must have seen too
    if missing := asyncio.run(guildhall_side.missing_matches(context)):
        raise BenchError(f"ours lacks {missing} players or matches that the peer stored")
    fixed = [median_of(side, lambda run_: run_.cpu_seconds) for side in started]
    whole = [median_of(side, lambda run_: run_.cpu_seconds) for side in measured]
    cpu = [(all_ - one) * 1000 / max(players - 1, 1) for all_, one in zip(whole, fixed, strict=True)]
    seconds = [median_of(side, lambda run_: run_.seconds) for side in measured]
    calls = len(guildhall_side.SYNC_CALLS)
    return [
        at_most(f"sync of {players:,} players ({calls} calls each): CPU a player", cpu[0], cpu[1], 1 / 3, "ms"),
        told(f"sync of {players:,} players: time, start included", seconds[0], "s", seconds[1]),
        told("the same: CPU to start", fixed[0], "s", fixed[1]),
        told("first sync, whole history: CPU a player", first.cpu_seconds * 1000 / players, "ms"),
    ]
