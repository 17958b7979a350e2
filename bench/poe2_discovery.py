"""How long do searches over builds take in the database, over 32 connections, among ten thousand, or a million?

Searches have a text, two facets and counts; they are mixed, of common words and rare ones, in all sorts. Page 50 is
asked of those that have so many. What the product sends to the database is taken down, and sent again over 32
connections by two processes: in a closed loop, in which the machine is full, and in an open one at half of that rate.
The peer's answers and ours come over HTTP, one after the other, and have the same builds and totals.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg
import msgspec
import psutil

from bench import guildhall_side
from bench.cluster import bench_database
from bench.compare import Result, at_most, told, within
from bench.context import BenchError, Context
from bench.live_socket import percentile_ms
from bench.peers.fastapi_discovery import PATH, TABLE
from bench.poe2_discovery_load import Call, Done, Job
from bench.poe2_discovery_rows import QUESTIONS, Question, fill, questions
from bench.process import ROOT, Server, uvicorn_server
from guildhall.clock import Clock
from guildhall.db.logins import login_url
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings, Transaction
from guildhall.packs.poe2.discovery.schemas import Found, Place, Wanted
from guildhall.packs.poe2.discovery.views.search import Searches
from guildhall.packs.poe2.settings import Poe2Settings

SIZES = (10_000, 100_000, 1_000_000)
CONNECTIONS = 32
PAGE, DEEP = 20, 50
_PROCESSES = 2
_SHARE = 0.5
_COMPARED = 12


class _TakenDown:
    """A connection that takes down what it is asked, for a search's statements."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.calls: list[Call] = []

    async def fetch(self, sql: str, *arguments: object) -> Any:
        self.calls.append((sql, list(arguments)))
        return await self._connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> Any:
        self.calls.append((sql, list(arguments)))
        return await self._connection.fetchrow(sql, *arguments)


def run(context: Context) -> list[Result]:
    """Measure each size in a database of its own."""
    results: list[Result] = []
    for size in SIZES:
        builds = context.scaled(size)
        if builds < 1_000:
            continue
        with bench_database(context.database_url, f"builds_{builds}") as database:
            own = msgspec.structs.replace(context, database_url=database.url)
            results += asyncio.run(_filled(own, builds))
    return results


async def _filled(context: Context, builds: int) -> list[Result]:
    await guildhall_side.prepare(context)
    began = time.perf_counter()
    await fill(context.database_url, builds)
    took = time.perf_counter() - began
    made = told(f"making {builds:,} builds, their search and its bitmaps", took, "s")
    return [made, *await measure(context, builds)]


async def measure(context: Context, builds: int) -> list[Result]:
    """Measure a database that has builds."""
    first, deep, whole = await _taken_down(context)
    of = f"{builds:,} builds"
    results: list[Result] = []
    for searches, what in ((first, "first page with counts"), (deep, f"page {DEEP}")):
        if len(searches) < 20:
            continue
        closed, cpu = await _load(context, searches, None)
        rate = len(closed.took) / context.seconds * _SHARE
        opened, _ = await _load(context, searches, rate)
        if opened.generic == 0 or opened.generic < opened.custom:
            raise BenchError(f"plans were not generic: {opened.generic} of {opened.generic + opened.custom}")
        half = f"open loop at {rate:,.0f}/s, half of what the machine can"
        results += [
            within(f"{what}, {of}, {half}, {CONNECTIONS} connections: p99 of {len(opened.took):,}",
                   percentile_ms(_s(opened.took), 0.99), 20, "ms"),
            told(f"{what}, {of}, open loop: median", percentile_ms(_s(opened.took), 0.5), "ms"),
            told(f"{what}, {of}, closed loop of {CONNECTIONS}: p99 of {len(closed.took):,}",
                 percentile_ms(_s(closed.took), 0.99), "ms"),
            told(f"{what}, {of}, closed loop: median", percentile_ms(_s(closed.took), 0.5), "ms"),
            told(f"{what}, {of}, CPU of the database for a search in the closed loop", cpu, "ms"),
        ]  # fmt: skip
        alone = await _on_cpu(context, searches)
        results += (
            [
                told(
                    f"{what}, {of}, CPU of the database for a search, one at a time: median",
                    alone[len(alone) // 2],
                    "ms",
                ),
                told(
                    f"{what}, {of}, CPU of the database for a search, one at a time: p99",
                    alone[len(alone) * 99 // 100],
                    "ms",
                ),
            ]
            if alone
            else []
        )
    results += [
        told(f"first page with counts, {of}, with the process's own work, one at a time: median", whole[0], "ms"),
        told(f"first page with counts, {of}: CPU of the process for a search", whole[1], "ms"),
    ]
    return [*results, *await _beside_peer(context, builds)]


def _s(milliseconds: Sequence[float]) -> list[float]:
    return [one / 1000 for one in milliseconds]


async def _taken_down(context: Context) -> tuple[list[list[Call]], list[list[Call]], tuple[float, float]]:
    """Return the statements of first pages, of deep ones; the median of first pages, and the process's CPU."""
    searches = Searches(Poe2Settings(_env_file=None), Clock())  # type: ignore[call-arg]
    db = await Database.open(PoolSettings(context.database_url, APP, largest=1), Clock())
    first: list[list[Call]] = []
    deep: list[list[Call]] = []
    took: list[float] = []
    spent = 0.0
    try:
        for question in questions():
            await _search(db, searches, question, None, PAGE + 1)  # copies bitmaps
            began, cpu = time.perf_counter(), time.process_time()
            _, calls = await _search(db, searches, question, None, PAGE + 1)
            took.append((time.perf_counter() - began) * 1000)
            spent += time.process_time() - cpu
            first.append(calls)
            before, _ = await _search(db, searches, question, None, PAGE * (DEEP - 1))
            if len(before.rows) == PAGE * (DEEP - 1):
                _, calls = await _search(db, searches, question, before.rows[-1][0], PAGE + 1)
                deep.append(calls)
    finally:
        await db.close()
    return first, deep, (statistics.median(took), spent * 1000 / QUESTIONS)


async def _search(
    db: Database, searches: Searches, question: Question, after: Place | None, rows: int
) -> tuple[Found, list[Call]]:  # fmt: skip
    facets = {name: [one] for name, one in question.facets.items()}
    wanted = Wanted(question.text, facets, None, question.sort, beginning=False)
    async with db.read() as tx:
        connection = _TakenDown(tx.connection)
        found = await searches.search(Transaction(connection, tx.now), wanted, None, after, rows)
        return found, connection.calls


async def _load(context: Context, searches: list[list[Call]], rate: float | None) -> tuple[Done, float]:
    """Load the database from two processes; return what they say, and the database's CPU for a search in ms."""
    url = login_url(context.database_url, APP)
    processes = []
    for number in range(_PROCESSES):
        job = Job(
            url,
            searches,
            CONNECTIONS // _PROCESSES,
            context.seconds,
            None if rate is None else rate / _PROCESSES,
            number,
        )
        file = context.directory / f"job{number}.json"
        file.write_bytes(msgspec.json.encode(job))
        processes.append(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bench.poe2_discovery_load", str(file), cwd=ROOT, limit=2**26,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )
        )  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        if (await process.stdout.readline()).strip() != b"ready":
            raise BenchError("a process of the load did not begin")
    pids = await _backends(context.database_url)
    before = _cpu(pids)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        await process.stdin.drain()
    await asyncio.sleep(context.seconds)
    spent = _cpu(pids) - before
    done = [msgspec.json.decode((await process.communicate())[0], type=Done) for process in processes]
    took = [one for each in done for one in each.took]
    together = Done(took, sum(each.generic for each in done), sum(each.custom for each in done))
    return together, spent * 1000 / max(len(took), 1)


async def _on_cpu(context: Context, searches: list[list[Call]]) -> list[float]:
    """Return the milliseconds that each search was on a processor, in order; nothing if this machine does not say.

    Other work of the machine makes searches wait, and hardly changes this.
    """
    connection = await asyncpg.connect(login_url(context.database_url, APP))
    try:
        pid = connection.get_server_pid()
        if _on_processor(pid) is None:
            return []
        took = []
        for round_ in range(4):
            for search in searches:
                before = _on_processor(pid) or 0
                for sql, arguments in search:
                    await connection.fetch(sql, *arguments)
                if round_:  # plans are generic after the first
                    took.append(((_on_processor(pid) or 0) - before) / 1e6)
        return sorted(took)
    finally:
        await connection.close()


def _on_processor(pid: int) -> int | None:
    """Return the nanoseconds that a process has been on a processor; None if this machine does not say."""
    said = Path(f"/proc/{pid}/schedstat")
    return int(said.read_text().split()[0]) if said.exists() else None


async def _backends(url: str) -> list[int]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        return [row[0] for row in rows]
    finally:
        await connection.close()


def _cpu(pids: Sequence[int]) -> float:
    """Seconds of CPU that backends on this machine have used."""
    total = 0.0
    for pid in pids:
        if psutil.pid_exists(pid):
            times = psutil.Process(pid).cpu_times()
            total += times.user + times.system
    return total


async def _beside_peer(context: Context, builds: int) -> list[Result]:
    """The same searches over HTTP, one after the other, of both sides."""
    connection = await asyncpg.connect(context.database_url)
    try:
        for statement in TABLE.strip().split(";\n"):
            await connection.execute(statement.rstrip(";"), timeout=3600)
        await connection.execute("vacuum analyze peer.builds", timeout=3600)
    finally:
        await connection.close()
    return await asyncio.to_thread(_both, context, builds)


def _both(context: Context, builds: int) -> list[Result]:
    asked = questions(_COMPARED, ("liked", "new"))
    environment = {"DATABASE_URL": context.database_url}
    took: Mapping[str, list[float]] = {"ours": [], "peer": [], "ours_deep": [], "peer_deep": []}
    with (
        guildhall_side.serve(context, memory_mb=None) as ours,
        uvicorn_server("bench.peers.fastapi_discovery:create_app", environment=environment) as peer,
    ):
        for question in asked:
            _get(ours, _our_target(question))
            answer = _timed(ours, _our_target(question), took["ours"])
            other = _timed(peer, _peer_target(question, 1), took["peer"])
            if [one["id"] for one in answer["items"]] != [one["id"] for one in other["items"]]:
                raise BenchError(f"both sides have different builds for {question}")
            if answer["counts"]["total"] != other["total"]:
                raise BenchError(f"{answer['counts']['total']} and {other['total']} builds for {question}")
            _require_counts(answer["counts"], other)
            if other["total"] >= PAGE * DEEP:
                before = _get(ours, _our_target(question, limit=PAGE))
                for _ in range(DEEP - 2):
                    before = _get(ours, _our_target(question, after=before["next"]))
                deep = _timed(ours, _our_target(question, after=before["next"]), took["ours_deep"])
                there = _timed(peer, _peer_target(question, DEEP), took["peer_deep"])
                if [one["id"] for one in deep["items"]] != [one["id"] for one in there["items"]]:
                    raise BenchError(f"both sides have different pages {DEEP} for {question}")
    of = f"{builds:,} builds, one after the other over HTTP"
    results = [at_most(f"first page with counts, {of}: median", statistics.median(took["ours"]),
                       statistics.median(took["peer"]), 1 / 20, "ms")]  # fmt: skip
    if took["peer_deep"]:
        results.append(at_most(f"page {DEEP}, {of}: median", statistics.median(took["ours_deep"]),
                               statistics.median(took["peer_deep"]), 1 / 20, "ms"))  # fmt: skip
    return results


def _require_counts(ours: dict[str, Any], peer: dict[str, Any]) -> None:
    """Raise BenchError if counts that are exact are others than the peer's."""
    if ours["exact"]:
        for name, values in ours["facets"].items():
            theirs = peer["facets"].get("class_name" if name == "class" else name)
            if theirs is not None and {one["value"]: one["builds"] for one in values} != {
                value: builds for value, builds in theirs.items() if value != "None"
            }:
                raise BenchError(f"the counts of {name} differ: {values} and {theirs}")


def _our_target(question: Question, *, limit: int = PAGE, after: str | None = None) -> str:
    more = {} if after is None else {"after": after}
    query = {"q": question.text, **question.facets, "sort": question.sort, "limit": limit, **more}
    return f"/api/v1/poe2/builds/search?{urlencode(query)}"


def _peer_target(question: Question, page: int) -> str:
    facets = [f"{'class_name' if name == 'class' else name}:{value}" for name, value in question.facets.items()]
    query = {"q": question.text, "facet": facets, "sort": question.sort, "page": page}
    return f"{PATH}?{urlencode(query, doseq=True)}"


def _timed(server: Server, target: str, took: list[float]) -> Any:
    began = time.perf_counter()
    answer = _get(server, target)
    took.append((time.perf_counter() - began) * 1000)
    return answer


def _get(server: Server, target: str) -> Any:
    status, body = server.get(target)
    if status != 200:
        raise BenchError(f"GET {target} answered {status}: {body[:300]!r}")
    return msgspec.json.decode(body)
