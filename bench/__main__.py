"""Run the benchmarks side by side with their peers, print the table and write it into the documentation."""

import argparse
import importlib
import inspect
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench import against
from bench.cluster import bench_database
from bench.compare import Result, aligned, cells, machine_facts, write_table
from bench.context import Context
from bench.process import ROOT

HERE = Path(__file__).resolve().parent
_RUN = re.compile(r"^(?:async )?def run\(context\b", re.MULTILINE)


def benchmarks() -> list[str]:
    """The names of all benchmarks: the files beside this one that define `run(context)`."""
    return sorted(path.stem for path in HERE.glob("*.py") if _RUN.search(path.read_text()))


def answer(name: str, context: Context) -> list[Result]:
    """Run one benchmark to its results."""
    outcome = importlib.import_module(f"bench.{name}").run(context)
    results: list[Result] = uvloop.run(outcome) if inspect.iscoroutine(outcome) else outcome
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; 0 when each ran and met what is wanted of it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="BENCHMARK",
        help=f"of: {', '.join(benchmarks())}; with --against: {', '.join(against.modules())}",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0, help="of load in a round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--scale", type=float, default=1.0, help="of the amounts of data; below 1 nothing is written")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument(
        "--database-url",
        default=os.environ.get("GUILDHALL_BENCH_DATABASE_URL"),
        help="a server to make the database on, instead of an embedded one",
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="CHECKOUT",
        help="another checkout: asks both the questions for two checkouts, alternately, and nothing else",
    )
    parser.add_argument("--nakama", metavar="HOST:PORT", help="a Nakama that runs, as one more peer of chat_live")
    options = parser.parse_args(arguments)
    every = sorted([*benchmarks(), *against.modules()])
    known = benchmarks() if options.against is None else against.modules()
    names = options.names or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")

    today = datetime.now(UTC).date()
    rows: list[tuple[str, ...]] = []
    failed: list[str] = []
    for name in names:
        with (
            bench_database(options.database_url) as database,
            tempfile.TemporaryDirectory(prefix="guildhall-bench-") as directory,
        ):
            facts = machine_facts(database.version)
            context = Context(
                database_url=database.url,
                directory=Path(directory),
                rounds=options.rounds,
                seconds=options.seconds,
                connections=options.connections,
                scale=options.scale,
                nakama=options.nakama,
            )
            print(f"{name} ...", file=sys.stderr, flush=True)
            started = time.perf_counter()
            try:
                if options.against is None:
                    results = answer(name, context)
                else:
                    results = against.answer(name, context, options.against)
            except Exception as error:  # one benchmark that fails leaves the others their turn
                print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr)
                failed.append(name)
                continue
            print(f"{name} took {time.perf_counter() - started:.0f} s", file=sys.stderr)
            failed += [f"{name}: {result.question}" for result in results if result.met is False]
            rows += [cells(name, result, today) for result in results]
            if options.scale >= 1:  # now, so that what was measured is kept when a later one is interrupted
                write_table(options.page, every, rows, facts)

    if rows:
        print(f"\n{facts}, {today.isoformat()}\n")
        print(aligned(rows))
    for failure in failed:
        print(f"not met: {failure}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
