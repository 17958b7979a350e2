"""What do 5,000 people cost who listen and say nothing, and is anybody's heartbeat missed?"""

import asyncio
import gc
import itertools
import resource
import subprocess
import sys
import time

import msgspec
import psutil
import uvloop
from msgspec import Struct

from bench import realm_side
from bench.compare import Result, told
from bench.context import BenchError, Context
from bench.live_socket import LiveError, LiveSocket, Seat, connect_all, percentile_ms
from bench.process import HOST, ROOT

CONNECTIONS = 5_000
HEARTBEAT = 10.0
"""Seconds between two pings to one connection; the product's own default is longer, and easier to keep."""
BEATS = 5
_SERVERS = 20
_CHANNELS = 100
_FIRST = 50
"""Connections that come and go before the memory is looked at, so that the code's own is not counted."""


class IdleJob(Struct, frozen=True):
    """Who listens, where, and how long after all have come."""

    port: int
    seats: tuple[Seat, ...]
    seconds: float


class Idled(Struct, frozen=True):
    """What became of the connections: how many the server closed, pings that came to each, and the gaps between two."""

    closed: int
    fewest_pings: int
    gap_p50_ms: float
    gap_p99_ms: float
    gap_worst_ms: float
    connect_seconds: float


def run(context: Context) -> list[Result]:
    """Everybody follows their server, one of its channels and what is theirs alone, and answers pings, nothing else.

    The memory is the web process's own; PostgreSQL has no part in a connection that says nothing.
    """
    count = context.scaled(CONNECTIONS)
    seconds = HEARTBEAT * BEATS
    raise_open_files()
    with realm_side.own_cluster(context) as own:
        world = asyncio.run(realm_side.make_world(own, servers=_SERVERS, channels=_CHANNELS, users=count))
        tokens = asyncio.run(realm_side.access_tokens(own, world.users))
        seats = tuple(
            Seat(
                token,
                (
                    f"realm.server:{world.servers[n % _SERVERS]}",
                    f"realm.channel:{world.channels[n % _CHANNELS]}",
                    f"realm.user:{world.users[n]}",
                ),
            )
            for n, token in enumerate(tokens)
        )
        with realm_side.serve(
            own, GUILDHALL_REALTIME_HEARTBEAT_SECONDS=str(HEARTBEAT), GUILDHALL_LOG_LEVEL="warning"
        ) as server:
            process = psutil.Process(server.pid)
            listen(IdleJob(server.port, seats[:_FIRST], 0.0))
            before = process.memory_info().rss
            listeners = start(IdleJob(server.port, seats, seconds))
            try:
                assert listeners.stdout is not None
                if listeners.stdout.readline() != b"listening\n":
                    raise BenchError(f"not all came: {errors_of(listeners)}")
                here = process.memory_info().rss
                spent = process.cpu_times()
                idled = finished(listeners)
                later = process.memory_info().rss
                idle = process.cpu_times()
            finally:
                listeners.kill()
                listeners.wait()
    name = f"{count:,} idle connections"
    share = (idle.user + idle.system - spent.user - spent.system) / seconds * 100
    return [
        told(f"{name}: memory of the web process for one", (here - before) / count / 1024, "KB"),
        told(f"{name}: the same after {BEATS} heartbeats", (later - before) / count / 1024, "KB"),
        Result(f"{name}: closed by the server", idled.closed, "", wanted="= 0", met=idled.closed == 0),
        Result(f"{name}, {BEATS} heartbeats: fewest pings that came to one", idled.fewest_pings, "",
               wanted=f">= {BEATS - 1}", met=idled.fewest_pings >= BEATS - 1),
        told(f"{name}: p99 of how late a ping came", max(idled.gap_p99_ms - HEARTBEAT * 1000, 0.0), "ms"),
        told(f"{name}: the latest ping", max(idled.gap_worst_ms - HEARTBEAT * 1000, 0.0), "ms"),
        told(f"{name}: share of a core", share, "%"),
        told(f"{name}: come, with a session and three topics each", count / idled.connect_seconds, "/s"),
    ]  # fmt: skip


def raise_open_files() -> None:
    """Let this process and those that it starts have as many connections as the system allows. Raises BenchError."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < CONNECTIONS + 200:
        raise BenchError(f"a process may have only {hard} files open")


def start(job: IdleJob) -> "subprocess.Popen[bytes]":
    """The listeners, in a process of their own, which says so when all have come."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.chat_idle"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(job))
    process.stdin.close()
    return process


def finished(process: "subprocess.Popen[bytes]") -> Idled:
    """What the listeners saw. Raises BenchError."""
    assert process.stdout is not None
    answer = process.stdout.read()
    if process.wait() != 0:
        raise BenchError(errors_of(process))
    return msgspec.json.decode(answer, type=Idled)


def listen(job: IdleJob) -> None:
    """Have listeners come and go."""
    process = start(job)
    assert process.stdout is not None
    process.stdout.readline()
    finished(process)


def errors_of(process: "subprocess.Popen[bytes]") -> str:
    """The end of what the listeners had to say."""
    assert process.stderr is not None
    return process.stderr.read().decode(errors="replace").strip()[-2000:]


class _Listener(LiveSocket):
    closed = 0

    def failed(self, error: str) -> None:
        _Listener.closed += 1
        print(error, file=sys.stderr)


async def _idle(job: IdleJob) -> Idled:
    sockets = [_Listener(HOST, job.port, seat) for seat in job.seats]
    began = time.perf_counter()
    await connect_all(sockets)
    took = time.perf_counter() - began
    print("listening", flush=True)
    await asyncio.sleep(job.seconds)
    until = time.perf_counter()
    for socket in sockets:
        socket.close()
    await asyncio.sleep(0.5)
    # The time since the last ping counts too: one that does not come must not look well.
    gaps = [
        later - earlier
        for socket in sockets
        for beats in [[*socket.pings, until]]
        for earlier, later in itertools.pairwise(beats)
    ]
    return Idled(
        closed=_Listener.closed,
        fewest_pings=min(len(socket.pings) for socket in sockets),
        gap_p50_ms=percentile_ms(gaps, 0.5),
        gap_p99_ms=percentile_ms(gaps, 0.99),
        gap_worst_ms=percentile_ms(gaps, 1.0),
        connect_seconds=took,
    )


def main() -> int:
    """Run the job on standard input; say when all listen, then what became of them, as JSON."""
    gc.disable()
    try:
        raise_open_files()
        told_ = uvloop.run(_idle(msgspec.json.decode(sys.stdin.buffer.read(), type=IdleJob)))
    except (LiveError, OSError, TimeoutError) as error:
        print(f"bench.chat_idle: {error!r}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(told_))
    return 0


if __name__ == "__main__":
    sys.exit(main())
