"""What does one worker need to refresh 10,000 characters' tokens within their 20 minutes?"""

import asyncio

import msgspec

from bench import eve_engine
from bench.compare import Result, told, within
from bench.context import BenchError, Context

CHARACTERS = 10_000
WINDOW = 20 * 60.0
"""Seconds that an access token lives: who refreshes all in that time keeps up for ever."""


def run(context: Context) -> list[Result]:
    """All are due at once and refreshed as fast as they come, so that the measurement takes minutes less.

    The share of a core is the worker's CPU, its start included, over the 20 minutes that it may take. The SSO's own
    counters say that every character was refreshed, and none twice or with a token that was spent.
    """
    pilots = context.scaled(CHARACTERS)
    with eve_engine.sandbox(pilots) as server:
        characters = asyncio.run(eve_engine.fill(context, pilots, {}))
        finished = eve_engine.command(context, server, "refresh")
        counts = msgspec.json.decode(finished.stdout)
        seen = msgspec.json.decode(eve_engine.control(server, "/calls", method="GET"))
    refreshes = seen["refreshes"]
    twice = sum(one["refreshed"] != 1 or one["superseded"] > 0 or one["refused"] > 0 for one in refreshes.values())
    if counts != {"refreshed": pilots, "failed": 0} or len(refreshes) != len(characters) or twice:
        raise BenchError(f"{counts}; at the SSO {len(refreshes)} characters, {twice} of them not exactly once")
    share = finished.cpu_seconds / WINDOW * 100
    return [
        within(f"refresh of {pilots:,} tokens in 20 minutes, none twice: share of a core", share, 25.0, "%"),
        within("the same, as fast as they come: time", finished.seconds, WINDOW, "s"),
        told("the same: CPU a token", finished.cpu_seconds * 1e6 / pilots, "µs"),
        told("calls to the SSO at once, at most", seen["max_concurrency"], "calls"),
    ]
