"""Alternating rounds, medians and ratios, and the table that they end in."""

import os
import platform
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import psutil
from msgspec import Struct

START = "<!-- results -->"
END = "<!-- /results -->"
HEADER = ("benchmark", "question", "Guildhall", "peer", "ratio", "wanted", "met", "measured")

T = TypeVar("T")


class Result(Struct, frozen=True):
    """One line of the table: a question, what each side measured, and whether that is what is wanted.

    `peer` and `ratio` (ours / peer) are None where there is nothing to compare with; `wanted` is empty and
    `met` None where the figure is only told. `unit` belongs to both figures.
    """

    question: str
    ours: float
    unit: str
    peer: float | None = None
    ratio: float | None = None
    wanted: str = ""
    met: bool | None = None


class Facts(Struct, frozen=True):
    """The machine that the figures come from."""

    processor: str
    cores: int
    memory_gib: int
    system: str
    python: str
    postgresql: str

    def __str__(self) -> str:
        return (
            f"{self.cores} cores ({self.processor}), {self.memory_gib} GiB, {self.system}, "
            f"Python {self.python}, PostgreSQL {self.postgresql}"
        )


def alternate(rounds: int, *sides: Callable[[], T]) -> list[list[T]]:
    """Measure the sides by turns (A B A B ...), so that other work of the machine falls on all alike.

    Returns a list of the rounds for each side.
    """
    measured: list[list[T]] = [[] for _ in sides]
    for _ in range(rounds):
        for runs, side in zip(measured, sides, strict=True):
            runs.append(side())
    return measured


def median_of(runs: Iterable[T], figure: Callable[[T], float]) -> float:
    """The median of one figure over the rounds."""
    return statistics.median(figure(run) for run in runs)


def at_least(question: str, ours: float, peer: float, times: float, unit: str) -> Result:
    """More is better: ours should be at least `times` the peer's figure."""
    ratio = ours / peer if peer else float("inf")
    return Result(question, ours, unit, peer, ratio, f">= {times:g}x", ratio >= times)


def at_most(question: str, ours: float, peer: float, times: float, unit: str) -> Result:
    """Less is better: ours should be at most `times` (a part of 1) the peer's figure."""
    ratio = ours / peer if peer else float("inf")
    # 1/5 is how such a wish is said; 0.6 is not made clearer by 1/1.67.
    part = f"1/{1 / times:.0f}" if times < 1 and abs(1 / times - round(1 / times)) < 1e-6 else f"{times:g}"
    return Result(question, ours, unit, peer, ratio, f"<= {part}", ratio <= times)


def within(question: str, ours: float, limit: float, unit: str, peer: float | None = None) -> Result:
    """Ours should not exceed a limit; a peer's figure is only told."""
    ratio = ours / peer if peer else None
    return Result(question, ours, unit, peer, ratio, f"<= {number(limit)} {unit}", ours <= limit)


def told(question: str, ours: float, unit: str, peer: float | None = None) -> Result:
    """A figure that is shown and not judged."""
    return Result(question, ours, unit, peer, ours / peer if peer else None)


def number(value: float) -> str:
    """A figure with three or four digits that mean something, thousands separated."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cells(benchmark: str, result: Result, measured: date) -> tuple[str, ...]:
    """One result as the cells of a line under HEADER."""
    return (
        benchmark,
        result.question,
        f"{number(result.ours)} {result.unit}",
        "-" if result.peer is None else f"{number(result.peer)} {result.unit}",
        "-" if result.ratio is None else f"{result.ratio:.2f}",
        result.wanted or "-",
        {True: "yes", False: "**no**", None: "-"}[result.met],
        measured.isoformat(),
    )


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows under HEADER as columns of equal width for a terminal."""
    first, *rest = columns([HEADER, *rows]).splitlines()
    return "\n".join([first, "-" * max(len(line) for line in (first, *rest)), *rest])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines whose columns begin at the same place."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def machine_facts(postgresql: str) -> Facts:
    """What this machine is, without a name or a path of it."""
    return Facts(
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        postgresql=postgresql,
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)
        if found is not None:
            return found[1].strip()
    return platform.processor() or platform.machine()


def write_table(page: Path, benchmarks: Sequence[str], rows: Sequence[tuple[str, ...]], facts: Facts) -> None:
    """Put the rows into the page between its markers, in the order of the benchmarks.

    Rows of benchmarks that did not run now are kept when they come from the same machine, and dropped when
    they do not: one table is one machine. A page without the markers gets them at its end.
    """
    text = page.read_text() if page.exists() else "# Benchmarks\n"
    before, marker, rest = text.partition(START)
    after = rest.partition(END)[2] if marker else "\n"
    told_now = f"Machine: {facts}."
    kept = _rows_of(rest.partition(END)[0]) if told_now in rest else []
    ran = {row[0] for row in rows}
    every = [row for row in kept if row[0] in benchmarks and row[0] not in ran] + list(rows)
    every.sort(key=lambda row: benchmarks.index(row[0]))
    table = [_line(HEADER), _line(["---"] * len(HEADER)), *map(_line, every)]
    body = "\n".join([START, "", told_now, "", *table, "", END])
    if not marker:
        before = before.rstrip("\n") + "\n\n"
    temporary = page.with_suffix(".tmp")
    temporary.write_text(before + body + after)
    os.replace(temporary, page)


def _line(row: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in row) + " |"


def _rows_of(table: str) -> list[tuple[str, ...]]:
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]
    return [row for row in rows if len(row) == len(HEADER)]
