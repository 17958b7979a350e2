"""How fast is a player's profile that is in the process's memory, and how near to sending constant bytes?"""

import asyncio
from contextlib import ExitStack

from bench import guildhall_side
from bench.compare import Result, alternate, at_least, median_of, told
from bench.context import Context, without_failures
from bench.load import run_load
from bench.peers.fastapi_profile import PATH
from bench.peers.tables import create_tables, fill_profiles
from bench.process import uvicorn_server
from bench.sameness import require_same_fields

PLAYERS = 1_000


def run(context: Context) -> list[Result]:
    """Ours, FastAPI with its models cached, the same with encoded bytes cached, and constant bytes."""
    asyncio.run(create_tables(context.database_url))
    ids = asyncio.run(fill_profiles(context.database_url, context.scaled(PLAYERS)))
    asyncio.run(guildhall_side.copy_profiles(context))
    peer_app = "bench.peers.fastapi_profile:create_app"
    environment = {"DATABASE_URL": context.database_url}
    our_targets = [guildhall_side.profile_target(account_id) for account_id in ids]
    peer_targets = [PATH.format(account_id=account_id) for account_id in ids]
    with ExitStack() as stack:
        ours = stack.enter_context(guildhall_side.serve(context))
        models = stack.enter_context(uvicorn_server(peer_app, environment=environment))
        encoded = stack.enter_context(uvicorn_server(peer_app, environment={**environment, "PEER_CACHE": "bytes"}))
        size = require_same_fields(ours, our_targets[0], models, peer_targets[0])
        bare_app = "bench.peers.bare_asgi:create_app"
        bare = stack.enter_context(uvicorn_server(bare_app, environment={"PEER_BODY_BYTES": str(size)}))
        for server, targets in ((ours, our_targets), (models, peer_targets), (encoded, peer_targets)):
            without_failures(run_load(server.host, server.port, targets, count=len(targets)))
        measured = alternate(
            context.rounds,
            lambda: context.load(ours, our_targets),
            lambda: context.load(models, peer_targets),
            lambda: context.load(encoded, peer_targets),
            lambda: context.load(bare, ["/"]),
        )
    throughput = [median_of(side, lambda round_: round_.load.throughput) for side in measured]
    p99 = [median_of(side, lambda round_: round_.load.p99_ms) for side in measured]
    cpu = [median_of(side, lambda round_: round_.cpu_us) for side in measured]
    return [
        at_least("profile from memory: throughput", throughput[0], throughput[1], 6, "req/s"),
        at_least(
            "profile from memory, beside constant bytes: throughput",
            throughput[0],
            throughput[3],
            0.6,
            "req/s",
        ),
        told("profile from memory: p99", p99[0], "ms", p99[1]),
        told("profile from memory: server CPU a request", cpu[0], "µs", cpu[1]),
        told(
            "profile from memory, the peer keeping encoded bytes: throughput",
            throughput[0],
            "req/s",
            throughput[2],
        ),
        told(
            "constant bytes beside the peer: throughput (the most that any application here can have)",
            throughput[3],
            "req/s",
            throughput[1],
        ),
    ]
