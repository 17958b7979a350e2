"""What every question is given: a database, a place for files, and how long to measure."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from bench.load import LoadResult, run_load
from bench.process import Server


class Loaded(Struct, frozen=True):
    """One round of load, and the CPU of the server's processes for an answer, in microseconds.

    The latter hardly changes when something else takes time away from the server, as throughput does.
    """

    load: LoadResult
    cpu_us: float


class Context(Struct, frozen=True):
    """The settings of one run of the benchmarks.

    `database_url` names an empty database that only this run uses; `directory` is an empty folder that goes
    with it. `scale` makes every amount of data smaller for a trial run: its figures mean little.
    """

    database_url: str
    directory: Path
    rounds: int = 5
    seconds: float = 8.0
    connections: int = 32
    scale: float = 1.0
    nakama: str | None = None
    """HOST:PORT of a Nakama that runs on durable PostgreSQL, to be measured beside ours."""

    def scaled(self, amount: int) -> int:
        """The amount of data to use where a full run uses `amount`; at least 1."""
        return max(round(amount * self.scale), 1)

    def load(self, server: Server, targets: Sequence[str]) -> Loaded:
        """Load a server with random targets as this run is set; raises BenchError when an answer failed."""
        before = server.usage().cpu_seconds
        result = run_load(server.host, server.port, targets, self.connections, self.seconds)
        spent = server.usage().cpu_seconds - before
        without_failures(result)
        return Loaded(load=result, cpu_us=spent / result.answers_in_all * 1e6)


class BenchError(Exception):
    """A question could not be answered fairly: an answer failed, or the two sides do not do the same."""


def without_failures(result: LoadResult) -> LoadResult:
    """The same result; raises BenchError when any request failed, since a fast error proves nothing."""
    if result.failures:
        raise BenchError(f"{result.failures} of {result.requests} requests failed: statuses {result.statuses}")
    return result
