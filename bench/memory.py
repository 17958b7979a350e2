"""Does a web process stay within its memory setting when more players are asked for than it may hold?"""

import asyncio

from bench import guildhall_side
from bench.compare import Result, told, within
from bench.context import Context, without_failures
from bench.load import run_load
from bench.peers.fastapi_profile import PATH
from bench.peers.tables import create_tables, fill_profiles
from bench.process import Server, uvicorn_server

PLAYERS = 100_000
SETTINGS_MB = (8, 32, 128)
# Warm code paths, statement caches, the connections' buffers.
ALLOWANCE_MB = 24
# What an allocator keeps between live objects.
OVERHEAD = 1.25
MIB = 2**20


def run(context: Context) -> list[Result]:
    """Ask for every player once and see how far the resident memory grows, at several settings."""
    asyncio.run(create_tables(context.database_url))
    ids = asyncio.run(fill_profiles(context.database_url, context.scaled(PLAYERS)))
    asyncio.run(guildhall_side.copy_profiles(context))
    environment = {"DATABASE_URL": context.database_url, "PEER_CACHE_SIZE": str(PLAYERS)}
    with uvicorn_server("bench.peers.fastapi_profile:create_app", environment=environment) as peer:
        peer_grown, peer_rss = _grown_mb(context, peer, [PATH.format(account_id=id_) for id_ in ids])
    targets = [guildhall_side.profile_target(account_id) for account_id in ids]
    results: list[Result] = []
    for setting in SETTINGS_MB:
        with guildhall_side.serve(context, memory_mb=setting) as ours:
            grown, rss = _grown_mb(context, ours, targets)
        asked = f"{len(ids):,} players, cache set to {setting} MB"
        results.append(
            within(f"growth of RSS after {asked}", grown, OVERHEAD * setting + ALLOWANCE_MB, "MB", peer_grown)
        )
        results.append(told(f"RSS after {asked}", rss, "MB", peer_rss))
    return results


def _grown_mb(context: Context, server: Server, targets: list[str]) -> tuple[float, float]:
    """How far the server's memory grew while every target was asked for once, and what it is then, in MB."""
    before = server.usage().rss_bytes
    without_failures(run_load(server.host, server.port, targets, context.connections, count=len(targets)))
    after = server.usage().rss_bytes
    return (after - before) / MIB, after / MIB
