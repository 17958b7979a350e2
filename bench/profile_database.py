"""How fast is a player's profile that is in the database, and not in memory?"""

import asyncio
from contextlib import ExitStack

from bench import guildhall_side
from bench.compare import Result, alternate, at_least, at_most, median_of, told
from bench.context import Context
from bench.peers.fastapi_profile import PATH
from bench.peers.tables import create_tables, fill_profiles
from bench.process import uvicorn_server
from bench.sameness import require_same_fields

PLAYERS = 10_000


def run(context: Context) -> list[Result]:
    """Ours without its memory tier, beside FastAPI and the SQLAlchemy ORM without theirs."""
    asyncio.run(create_tables(context.database_url))
    ids = asyncio.run(fill_profiles(context.database_url, context.scaled(PLAYERS)))
    asyncio.run(guildhall_side.copy_profiles(context))
    peer_app = "bench.peers.fastapi_profile:create_app"
    environment = {"DATABASE_URL": context.database_url, "PEER_CACHE": "off"}
    with ExitStack() as stack:
        ours = stack.enter_context(guildhall_side.serve(context, memory_mb=0))
        peer = stack.enter_context(uvicorn_server(peer_app, environment=environment))
        autocommit = stack.enter_context(
            uvicorn_server(peer_app, environment={**environment, "PEER_READS": "autocommit"})
        )
        our_targets = [guildhall_side.profile_target(account_id) for account_id in ids]
        peer_targets = [PATH.format(account_id=account_id) for account_id in ids]
        require_same_fields(ours, our_targets[0], peer, peer_targets[0])
        measured = alternate(
            context.rounds,
            lambda: context.load(ours, our_targets),
            lambda: context.load(peer, peer_targets),
            lambda: context.load(autocommit, peer_targets),
        )
    throughput = [median_of(side, lambda round_: round_.load.throughput) for side in measured]
    p99 = [median_of(side, lambda round_: round_.load.p99_ms) for side in measured]
    cpu = [median_of(side, lambda round_: round_.cpu_us) for side in measured]
    return [
        at_least("profile from the database: throughput", throughput[0], throughput[1], 4, "req/s"),
        at_most("profile from the database: p99", p99[0], p99[1], 1 / 5, "ms"),
        told("profile from the database: server CPU a request", cpu[0], "µs", cpu[1]),
        told(
            "the same, the peer's reads in autocommit: throughput",
            throughput[0],
            "req/s",
            throughput[2],
        ),
        told("the same, the peer's reads in autocommit: p99", p99[0], "ms", p99[2]),
    ]
