"""How long from `guildhall serve` on an existing embedded cluster to its first good answer?"""

import statistics

from bench import guildhall_side
from bench.compare import Result, told, within
from bench.context import Context


def run(context: Context) -> list[Result]:
    """The first start makes the cluster and the schema; those after it are what is wanted to be short."""
    home = context.directory / "home"
    with guildhall_side.serve_embedded(home) as server:
        first = server.ready_seconds
    later: list[float] = []
    for _ in range(context.rounds):
        with guildhall_side.serve_embedded(home) as server:
            later.append(server.ready_seconds)
    return [
        within("cold start on an existing cluster to the first 200", statistics.median(later), 2.0, "s"),
        told("first start of all: makes the cluster and the schema", first, "s"),
    ]
