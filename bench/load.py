"""A closed-loop HTTP/1.1 load generator on uvloop that runs in a process of its own."""

import argparse
import asyncio
import gc
import itertools
import math
import random
import re
import resource
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
import uvloop

ROOT = Path(__file__).resolve().parents[1]
STALL_SECONDS = 30.0
MOST_BROKEN = 1_000

_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_NO_BODY = frozenset({204, 304})


class LoadError(Exception):
    """The load could not be generated, or its answers could not be read."""


class LoadJob(msgspec.Struct, frozen=True):
    """What to ask for, how, and how long: for `seconds`, or until `count` answers came.

    With `bodies`, each target is sent each of them by POST, as JSON.
    """

    host: str
    port: int
    targets: tuple[str, ...]
    connections: int
    seconds: float | None
    count: int | None
    warmup: float
    seed: int
    headers: dict[str, str]
    bodies: tuple[str, ...] = ()


class LoadResult(msgspec.Struct, frozen=True):
    """What one run measured, without the answers that came during the warm-up. Latencies are in milliseconds.

    `requests` counts the answers of any status, `failures` those outside 2xx and the requests that broke off
    or were never answered, `throughput` the 2xx answers a second. `histogram` pairs each bucket's upper bound
    in milliseconds with the number of answers in it. `cpu_seconds` is what the generator itself used: see
    `saturated`. `answers_in_all` has those of the warm-up too, for what is measured at the server over the
    whole run.
    """

    requests: int
    failures: int
    seconds: float
    throughput: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    worst_ms: float
    statuses: dict[int, int]
    broken: int
    body_bytes: int
    cpu_seconds: float
    histogram: tuple[tuple[float, int], ...]
    answers_in_all: int

    @property
    def saturated(self) -> bool:
        """Whether the generator was busy nearly all the time, so that it, not the server, set the figure."""
        return self.cpu_seconds > 0.9 * self.seconds


def run_load(
    host: str,
    port: int,
    targets: Sequence[str],
    connections: int = 32,
    seconds: float | None = 10.0,
    headers: Mapping[str, str] | None = None,
    *,
    count: int | None = None,
    warmup: float = 1.0,
    seed: int = 1,
    bodies: Sequence[str] = (),
) -> LoadResult:
    """Load a server from a process of its own and return what that process measured.

    The targets are asked for in a random order given by the seed, each once before any is asked for again; with
    `bodies` each is sent each of them by POST, as JSON.
    With a `count`, the run ends after so many answers, whatever `seconds` says, and has no warm-up. Raises
    LoadError when the generator fails.
    """
    job = LoadJob(
        host=host,
        port=port,
        targets=tuple(targets),
        connections=connections,
        seconds=None if count is not None else seconds,
        count=count,
        warmup=0.0 if count is not None else warmup,
        seed=seed,
        headers=dict(headers or {}),
        bodies=tuple(bodies),
    )
    finished = subprocess.run(
        [sys.executable, "-m", "bench.load", "--job"],
        input=msgspec.json.encode(job),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    if finished.returncode != 0:
        raise LoadError(finished.stderr.decode(errors="replace").strip())
    return msgspec.json.decode(finished.stdout, type=LoadResult)


def requests_of(job: LoadJob) -> Iterator[bytes]:
    """The encoded requests of a job, in the order in which they are sent."""
    extra = "".join(f"{name}: {value}\r\n" for name, value in job.headers.items())
    tail = f" HTTP/1.1\r\nHost: {job.host}:{job.port}\r\nAccept: */*\r\n{extra}\r\n"
    if job.bodies:
        contents = [body.encode() for body in job.bodies]
        tails = [f"{tail[:-2]}Content-Type: application/json\r\nContent-Length: {len(one)}\r\n\r\n" for one in contents]
        sent = list(zip(tails, contents, strict=True))
        encoded = [f"POST {target}{end}".encode() + one for target in job.targets for end, one in sent]
    else:
        encoded = [f"GET {target}{tail}".encode() for target in job.targets]
    random.Random(job.seed).shuffle(encoded)
    return itertools.islice(itertools.cycle(encoded), job.count)


class _Run:
    """The counters that the connections of one run share."""

    def __init__(self, job: LoadJob) -> None:
        self.requests = requests_of(job)
        self.deadline = math.inf
        self.latencies = array("d")
        self.statuses: dict[int, int] = {}
        self.late = 0
        self.warmup_answers = 0
        self.broken = 0
        self.body_bytes = 0
        self.open: set[_Connection] = set()
        self.done = asyncio.Event()
        self.error: str | None = None

    def reset(self) -> None:
        """Forget what was counted so far: the warm-up is over."""
        self.warmup_answers = len(self.latencies)
        self.latencies = array("d")
        self.statuses = {}
        self.broken = 0

    def leave(self, connection: "_Connection") -> None:
        """Note that a connection has nothing more to do."""
        self.open.discard(connection)
        if not self.open:
            self.done.set()

    def fail(self, error: str) -> None:
        """End the run at once."""
        self.error = error
        self.done.set()


class _Connection(asyncio.Protocol):
    """One keep-alive connection: asks, waits for the whole answer, asks again."""

    __slots__ = (
        "closing",
        "finished",
        "held",
        "job",
        "remaining",
        "run",
        "sent",
        "status",
        "transport",
        "waiting",
    )

    def __init__(self, run: _Run, job: LoadJob) -> None:
        self.run = run
        self.job = job
        self.transport: asyncio.Transport | None = None
        self.held = b""
        self.remaining = 0
        self.status = 0
        self.sent = 0.0
        self.waiting = False
        self.closing = False
        self.finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods of asyncio.Transport, not its type.
        self.transport = cast(asyncio.Transport, transport)
        self.held = b""
        self.remaining = 0
        self.closing = False
        self.ask(time.perf_counter())

    def ask(self, now: float) -> None:
        """Send the next request, or leave when the run is over."""
        request = next(self.run.requests, None) if now < self.run.deadline else None
        assert self.transport is not None
        if request is None:
            self.finished = True
            self.waiting = False
            self.transport.close()
            self.run.leave(self)
            return
        self.waiting = True
        self.sent = now
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self.remaining:
            self.remaining -= len(data)
        else:
            if self.held:
                data = self.held + data
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.held = data
                return
            self.status = int(data[9:12])
            self.closing = _CLOSE.search(data, 0, end + 2) is not None
            length = _CONTENT_LENGTH.search(data, 0, end)
            if length is not None:
                size = int(length[1])
                self.run.body_bytes = size
                self.remaining = size + end + 4 - len(data)
            elif self.status in _NO_BODY:
                self.remaining = end + 4 - len(data)
            elif _CHUNKED.search(data, 0, end + 2):
                finish = _end_of_chunks(data, end + 4)
                if finish is None:
                    self.held = data
                    return
                self.remaining = finish - len(data)
            else:
                self.run.fail("an answer has neither content-length nor chunks")
                return
            self.held = b""
        if self.remaining > 0:
            return
        if self.remaining < 0 or not self.waiting:
            self.run.fail("an answer is longer than it said, or came unasked")
            return
        now = time.perf_counter()
        run = self.run
        run.latencies.append(now - self.sent)
        run.statuses[self.status] = run.statuses.get(self.status, 0) + 1
        if now > run.deadline:
            run.late += 1
        if self.closing:
            # The server said so: the next request needs a new connection, and nothing broke.
            self.waiting = False
            if self.transport is not None:
                self.transport.close()
        else:
            self.ask(now)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.finished:
            return
        if self.waiting:
            self.waiting = False
            self.run.broken += 1
        self.reconnect()

    def reconnect(self) -> None:
        """Connect again a little later: the server closed the connection."""
        if self.run.broken >= MOST_BROKEN:
            self.run.fail(f"{self.run.broken} requests broke off")
            return
        loop = asyncio.get_running_loop()
        loop.call_later(0.005, lambda: loop.create_task(self._connect_again()))

    async def connect(self) -> None:
        """Open the connection and ask at once. Raises OSError."""
        await asyncio.get_running_loop().create_connection(lambda: self, self.job.host, self.job.port)

    async def _connect_again(self) -> None:
        try:
            await self.connect()
        except OSError:
            self.run.broken += 1
            if time.perf_counter() < self.run.deadline:
                self.reconnect()
            else:
                self.finished = True
                self.run.leave(self)


def _end_of_chunks(data: bytes, start: int) -> int | None:
    """Where a chunked body that begins at `start` ends; None while it is incomplete."""
    while True:
        line = data.find(b"\r\n", start)
        if line < 0:
            return None
        size = int(data[start:line].partition(b";")[0], 16)
        if size == 0:
            end = data.find(b"\r\n\r\n", line)
            return None if end < 0 else end + 4
        start = line + 2 + size + 2
        if start > len(data):
            return None


async def generate(job: LoadJob) -> LoadResult:
    """Run the job in this process and event loop. Raises LoadError."""
    run = _Run(job)

    def fail(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        run.fail(f"{context['message']}: {context.get('exception')!r}")

    asyncio.get_running_loop().set_exception_handler(fail)
    started = time.perf_counter()
    if job.seconds is not None:
        run.deadline = started + job.warmup + job.seconds
    for _ in range(job.connections):
        connection = _Connection(run, job)
        run.open.add(connection)
        try:
            await connection.connect()
        except OSError as error:
            raise LoadError(f"cannot connect to {job.host}:{job.port}: {error}") from error
    if job.warmup:
        await _wait(run.done, started + job.warmup - time.perf_counter())
        run.reset()
        started = time.perf_counter()
    cpu = _cpu_seconds()
    unanswered = await _watch(run)
    ended = min(time.perf_counter(), run.deadline)
    cpu = _cpu_seconds() - cpu
    if run.error is not None:
        raise LoadError(run.error)
    return _summary(run, unanswered, ended - started, cpu)


async def _wait(done: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            await done.wait()
    except TimeoutError:
        return


async def _watch(run: _Run) -> int:
    """Wait for the run's end and return how many requests were left without an answer."""
    seen, since = -1, time.perf_counter()
    while not run.done.is_set():
        await _wait(run.done, 0.5)
        progress = len(run.latencies) + run.broken
        if progress != seen:
            seen, since = progress, time.perf_counter()
        elif time.perf_counter() - since > STALL_SECONDS:
            break
    return len(run.open)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _summary(run: _Run, unanswered: int, seconds: float, cpu_seconds: float) -> LoadResult:
    good = sum(count for status, count in run.statuses.items() if 200 <= status < 300)
    latencies = sorted(run.latencies)
    return LoadResult(
        requests=len(latencies),
        failures=len(latencies) - good + run.broken + unanswered,
        seconds=seconds,
        throughput=max(good - run.late, 0) / seconds if seconds > 0 else 0.0,
        p50_ms=percentile(latencies, 0.50) * 1000,
        p90_ms=percentile(latencies, 0.90) * 1000,
        p99_ms=percentile(latencies, 0.99) * 1000,
        worst_ms=latencies[-1] * 1000 if latencies else 0.0,
        statuses=dict(sorted(run.statuses.items())),
        broken=run.broken + unanswered,
        body_bytes=run.body_bytes,
        cpu_seconds=cpu_seconds,
        histogram=buckets(latencies),
        answers_in_all=len(latencies) + run.warmup_answers,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below or at which `share` of the ordered values lie (nearest rank); 0 for no values."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def buckets(ordered: Sequence[float]) -> tuple[tuple[float, int], ...]:
    """Ordered latencies in seconds as (upper bound in ms, number), two buckets a doubling, from 0.1 ms on."""
    counts: dict[int, int] = {}
    for latency in ordered:
        index = max(math.ceil(2 * math.log2(max(latency, 1e-9) * 10_000)), 0)
        counts[index] = counts.get(index, 0) + 1
    return tuple((0.1 * 2 ** (index / 2), counts[index]) for index in sorted(counts))


def describe(result: LoadResult) -> str:
    """The result as lines for a terminal."""
    lines = [
        f"{result.requests:,} answers in {result.seconds:.2f} s, {result.throughput:,.0f} req/s, "
        f"{result.failures:,} failures ({result.broken:,} broken off), bodies of {result.body_bytes:,} bytes",
        f"p50 {result.p50_ms:.2f} ms, p90 {result.p90_ms:.2f} ms, p99 {result.p99_ms:.2f} ms, "
        f"worst {result.worst_ms:.2f} ms",
        "statuses " + ", ".join(f"{status}: {count:,}" for status, count in result.statuses.items()),
        f"generator CPU {result.cpu_seconds:.2f} s" + (" (the generator is the limit)" if result.saturated else ""),
    ]
    most = max((count for _, count in result.histogram), default=1)
    lines += [
        f"  <= {bound:9.2f} ms {count:9,} {'#' * math.ceil(40 * count / most)}" for bound, count in result.histogram
    ]
    return "\n".join(lines)


def _generate_here(job: LoadJob) -> LoadResult:
    # A collection would pause every connection at once and look like the server's own tail.
    gc.disable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(generate(job))


def _job_of(arguments: argparse.Namespace) -> LoadJob:
    parts = [urlsplit(url) for url in arguments.urls]
    servers = {(part.hostname or "", part.port or 80) for part in parts}
    if len(servers) != 1 or any(part.scheme != "http" for part in parts):
        raise LoadError("give http:// URLs of one server")
    (host, port) = servers.pop()
    return LoadJob(
        host=host,
        port=port,
        targets=tuple((part.path or "/") + (f"?{part.query}" if part.query else "") for part in parts),
        connections=arguments.connections,
        seconds=None if arguments.count else arguments.seconds,
        count=arguments.count,
        warmup=0.0 if arguments.count else arguments.warmup,
        seed=arguments.seed,
        headers=dict(header.split(":", 1) for header in arguments.header),
    )


def main() -> int:
    """Run the job of the command line, or with `--job` the one on standard input, answering in JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("-c", "--connections", type=int, default=32)
    parser.add_argument("-s", "--seconds", type=float, default=10.0)
    parser.add_argument("-n", "--count", type=int, help="end after so many answers instead")
    parser.add_argument("--warmup", type=float, default=1.0, help="seconds that are not counted")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-H", "--header", action="append", default=[], metavar="NAME:VALUE")
    parser.add_argument("--job", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    try:
        if arguments.job:
            job = msgspec.json.decode(sys.stdin.buffer.read(), type=LoadJob)
            sys.stdout.buffer.write(msgspec.json.encode(_generate_here(job)))
        else:
            print(describe(_generate_here(_job_of(arguments))))
    except LoadError as error:
        print(f"bench.load: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
