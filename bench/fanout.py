"""How fast do due notifications leave, and does a worker that is killed lose or double any?"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
import msgspec
from msgspec import Struct

from bench import guildhall_side
from bench.compare import Result, median_of, number, told
from bench.context import BenchError, Context
from bench.process import Server, end_tree, free_port, run_command, usage_of
from guildhall.clock import Clock
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings

NOTICES = 50_000
WANTED = 2000.0
"""A second."""
PEER = 3_000
_ROUNDS = 3
"""At most: a round is 50,000 messages long."""
_COMMAND = (sys.executable, "-m", "guildhall.cli")
_PATIENCE = 300.0
_KILL_AT = 0.4
"""Of the messages."""

USERS = """
delete from core.users;
insert into core.users (id, name)
select lpad(to_hex(i), 32, '0')::uuid, 'pilot ' || i from generate_series(1, $1) i
"""
DEVICES = """
insert into core.sessions (id, user_id, token_hash, expires_at, device_type, device_token)
select lpad(to_hex(i), 32, '0')::uuid, lpad(to_hex(i), 32, '0')::uuid, decode(lpad(to_hex(i), 64, '0'), 'hex'),
       now() + interval '7 days', 'android', 'device' || i
from generate_series(1, $1) i
"""


class Round(Struct, frozen=True):
    """One round: messages a second from the first one's arrival to the last one's entry in the log, the worker's
    CPU for one in microseconds, messages on the wire, devices that show one notification and no other.
    """

    rate: float
    cpu_us: float
    wire: int
    shown_once: int


async def run(context: Context) -> list[Result]:
    """Each notification is another user's, with one device: nothing can be consolidated.

    The worker is the product's own command, FCM the product's sandbox in another process. A round ends when the log
    says of each notification that it was sent; then each device must show exactly one. In the last round the worker
    is killed with SIGKILL in the middle, and another one takes over.
    """
    await guildhall_side.prepare(context)
    amount = context.scaled(NOTICES)
    rounds: list[Round] = []
    peers: list[float] = []
    for _ in range(max(1, min(context.rounds, _ROUNDS))):
        rounds.append(await _round(context, amount, kill=False))
        peers.append(_peer(context))
    killed = await _round(context, amount, kill=True)
    rate = median_of(rounds, lambda one: one.rate)
    peer = median_of(peers, lambda one: one)
    return [
        Result(
            f"fan-out of {amount:,} due notifications, one worker: pushes", rate, "/s", peer, rate / peer,
            f">= {number(WANTED)} /s", rate >= WANTED,
        ),
        told("the same: CPU of the worker for one", median_of(rounds, lambda one: one.cpu_us), "µs"),
        Result(
            "the worker killed with SIGKILL in the middle: devices that show it once", killed.shown_once, "",
            wanted=f"= {amount:,}", met=killed.shown_once == amount,
        ),
        told("the same: messages that were sent a second time, and replaced the first", killed.wire - amount, ""),
    ]  # fmt: skip


async def _round(context: Context, amount: int, *, kill: bool) -> Round:
    await _fill(context, amount)
    with _sandbox() as sandbox:

        def accepted() -> int:
            return _counts(sandbox).get("accepted", 0)

        with _worker(context, sandbox) as worker:
            first = await _first(accepted)
            if kill:
                while accepted() < amount * _KILL_AT:  # noqa: ASYNC110 (another process counts)
                    await asyncio.sleep(0.005)
                os.kill(worker.pid, signal.SIGKILL)
                worker.wait()
            else:
                await _all_sent(context, accepted, amount)
                seconds = time.perf_counter() - first
                cpu = usage_of(worker.pid).cpu_seconds
        if kill:
            if accepted() >= amount:
                raise BenchError("the worker was done before it was killed")
            with _worker(context, sandbox):
                await _all_sent(context, accepted, amount)
            seconds, cpu = time.perf_counter() - first, 0.0
        counts = _counts(sandbox)
    if (counts["devices"], counts["shown"]) != (amount, amount):
        raise BenchError(f"{counts['devices']} devices show {counts['shown']} notifications, not {amount} one each")
    return Round(amount / seconds, cpu / amount * 1e6, counts["messages"], counts["shown"])


async def _fill(context: Context, amount: int) -> None:
    """Users with a device each, and what packs do: one call for each hundred notices."""
    connection = await asyncpg.connect(context.database_url)
    try:
        await connection.execute("delete from core.users", timeout=300)
        await connection.execute("delete from core.pgqueuer; delete from core.jobs")
        await connection.execute(USERS.partition(";")[2], amount, timeout=300)
        await connection.execute(DEVICES, amount, timeout=300)
    finally:
        await connection.close()
    db = await Database.open(PoolSettings(context.database_url, JOBS, largest=1), Clock())
    try:
        async with db.read() as tx:
            users = [row[0] for row in await tx.connection.fetch("select id from core.users order by id")]
        for start in range(0, amount, 100):
            async with db.write() as tx:
                await notify(tx, [
                    Notice(user, "skill_complete", "Skill finished", "Gunnery V", "skill_complete:1", tx.now)
                    for user in users[start : start + 100]
                ])  # fmt: skip
    finally:
        await db.close()
    connection = await asyncpg.connect(context.database_url)
    try:
        await connection.execute("vacuum analyze core.notification_log", timeout=300)
        await connection.execute("vacuum analyze core.sessions", timeout=300)
        await connection.execute("vacuum analyze core.notification_deliveries", timeout=300)
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def _counts(sandbox: Server) -> dict[str, int]:
    """What came in at the sandbox, and what its devices show."""
    return msgspec.json.decode(sandbox.get("/notify/_sandbox/counts")[1], type=dict[str, int])


def _sandbox() -> Server:
    port = free_port()
    environment = {"GUILDHALL_IDENTITY_SANDBOX_SMTP_PORT": "0"}
    return Server(
        [*_COMMAND, "sandbox", "--port", str(port)], port, environment=environment, ready="/notify/_sandbox/counts"
    )


@contextmanager
def _worker(context: Context, sandbox: Server) -> Iterator["subprocess.Popen[bytes]"]:
    """The product's worker; leases and heartbeats are short, so that the killed one's work is taken over soon."""
    address = f"{sandbox.url}/notify"
    environment = {
        **os.environ,
        "GUILDHALL_DATABASE_URL": context.database_url,
        "GUILDHALL_HOME": str(context.directory / "home"),
        "GUILDHALL_NOTIFY_FCM_URL": address,
        "GUILDHALL_NOTIFY_FCM_SERVICE_ACCOUNT": f"{address}/service-account.json",
        "GUILDHALL_NOTIFY_GATHER_SECONDS": "0",
        "GUILDHALL_NOTIFY_SEND_SECONDS": "3",
        "GUILDHALL_NOTIFY_LEASE_SECONDS": "8",
        "GUILDHALL_JOBS_HEARTBEAT_TIMEOUT": "3",
        "GUILDHALL_LOG_REQUESTS": "false",
    }
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*_COMMAND, "serve", "--role", "worker"], env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        except BaseException:
            output.seek(0)
            print(output.read()[-4000:].decode(errors="replace"), file=sys.stderr)
            raise
        finally:
            end_tree(process, patience=30)


async def _first(accepted: Callable[[], int]) -> float:
    deadline = time.perf_counter() + _PATIENCE
    while not accepted():
        if time.perf_counter() > deadline:
            raise BenchError("the worker sent nothing")
        await asyncio.sleep(0.005)
    return time.perf_counter()


async def _all_sent(context: Context, accepted: Callable[[], int], amount: int) -> None:
    """Return when every notification's row says that it was sent."""
    deadline = time.perf_counter() + _PATIENCE
    connection = await asyncpg.connect(context.database_url)
    try:
        while True:
            if accepted() >= amount:
                left = await connection.fetchval(
                    "select exists (select from core.notification_deliveries where due_at is not null) "
                    "or exists (select from core.notification_log where status = 'pending')"
                )
                if not left:
                    break
            if time.perf_counter() > deadline:
                raise BenchError(f"only {accepted()} of {amount} messages were sent")
            await asyncio.sleep(0.05)
        sent = await connection.fetchval("select count(*) from core.notification_log where status = 'sent'")
    finally:
        await connection.close()
    if sent != amount:
        raise BenchError(f"{sent} of {amount} notifications are noted as sent")


def _peer(context: Context) -> float:
    """Pushes a second of the loop."""
    count = context.scaled(PEER)
    with _sandbox() as sandbox:
        environment = {"DATABASE_URL": context.database_url, "FCM_URL": f"{sandbox.url}/notify"}
        command = [sys.executable, "-m", "bench.peers.naive_push", "--count", str(count)]
        return count / float(run_command(command, environment=environment).stdout)
