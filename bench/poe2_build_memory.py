"""Is a public build that is in the process's memory answered as fast as a player's profile that is there?"""

import asyncio

from bench import guildhall_side
from bench.compare import Result, alternate, at_least, median_of, told
from bench.context import Context, without_failures
from bench.load import run_load
from bench.peers.tables import create_tables, fill_profiles
from guildhall.boot.packs import BUILT_IN, branches
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.db.policies import JOBS, Viewer
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.poe2.builds.actions.adding import BuildLimits, add_build
from guildhall.packs.poe2.builds.schemas.requests import BuildRequest, ContentRequest
from guildhall.packs.poe2.builds.seed import made_content
from guildhall.testing.people import make_user

ENTRIES = 1_000
CONTENTS = 20
_LIMITS = BuildLimits(10_000, 10_000, 10, 10)
_WORDS = "Clears the campaign on what it finds, and needs one belt for the rest. " * 4


def run(context: Context) -> list[Result]:
    """Profiles and builds of one web process by turns, each asked for once before."""
    asyncio.run(create_tables(context.database_url))
    players = asyncio.run(fill_profiles(context.database_url, context.scaled(ENTRIES)))
    asyncio.run(guildhall_side.copy_profiles(context))
    profiles = [guildhall_side.profile_target(account_id) for account_id in players]
    builds = asyncio.run(_add_builds(context, context.scaled(ENTRIES)))
    with guildhall_side.serve(context) as server:
        for targets in (profiles, builds):
            without_failures(run_load(server.host, server.port, targets, count=len(targets)))
        measured = alternate(
            context.rounds, lambda: context.load(server, builds), lambda: context.load(server, profiles)
        )
    throughput = [median_of(side, lambda round_: round_.load.throughput) for side in measured]
    p99 = [median_of(side, lambda round_: round_.load.p99_ms) for side in measured]
    cpu = [median_of(side, lambda round_: round_.cpu_us) for side in measured]
    return [
        at_least(
            "public build from memory, beside the profile from memory: throughput",
            throughput[0], throughput[1], 0.9, "req/s",
        ),
        told("public build from memory: p99", p99[0], "ms", p99[1]),
        told("public build from memory: server CPU a request", cpu[0], "µs", cpu[1]),
    ]  # fmt: skip


async def _add_builds(context: Context, count: int) -> list[str]:
    """Add public builds of an author; the targets of their short addresses."""
    await migrate.upgrade(context.database_url, branches(BUILT_IN))
    author = await make_user(context.database_url, name="Somebody")
    contents = [made_content(seed) for seed in range(CONTENTS)]
    db = await Database.open(PoolSettings(context.database_url, JOBS), Clock())
    try:
        targets = []
        async with db.write() as tx:
            for number in range(count):
                wanted = BuildRequest(
                    ContentRequest(), title=f"Build {number}", description=_WORDS, league="Runes of Aldur",
                    tags=["league-starter", "bossing", "ssf"], visibility="public",
                )  # fmt: skip
                content = contents[number % CONTENTS]
                build = await add_build(tx.acting_for(Viewer(author)), wanted, content, _LIMITS)
                targets.append(f"/api/v1/poe2/b/{build.short_id}")
    finally:
        await db.close()
    return targets
