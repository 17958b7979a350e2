"""A closed-loop load of people who chat over WebSocket, in a process of its own.

Each sender sends its next message when the last one is acknowledged. Every message is numbered; the run fails unless
each one is acknowledged once and comes to everybody who follows its channel once, ours in the order of ids. The same
senders speak to each server in its own protocol (chat_wires).
"""

import asyncio
import gc
import resource
import subprocess
import sys
import time
from collections import Counter

import msgspec
import uvloop

from bench.chat_wires import WIRES, Chatter, Run
from bench.live_socket import LiveError, Seat, connect_all, percentile_ms
from bench.process import ROOT

STALL_SECONDS = 20.0


class ChatJob(msgspec.Struct, frozen=True):
    """Who talks to whom, and how long. `name` is new for every run: the clients' own names of messages begin so."""

    host: str
    port: int
    name: str
    seats: tuple[Seat, ...]
    seconds: float
    warmup: float
    wire: str = "guildhall"
    """Whose protocol is spoken: a name of chat_wires.WIRES."""


class ChatResult(msgspec.Struct, frozen=True):
    """What one run measured after its warm-up: messages acknowledged and deliveries received, and how late.

    Latencies are in milliseconds from sending: `ack_…` to the acknowledgement, `receipt_…` to the last reader's
    receipt. `in_all` has the messages of the warm-up and of the end too: as many rows must be in the table.
    `cpu_seconds` is what the generator itself used. `others` counts the frames that are of no interest here, by op.
    """

    messages: int
    deliveries: int
    seconds: float
    ack_p50_ms: float
    ack_p99_ms: float
    receipt_p50_ms: float
    receipt_p99_ms: float
    in_all: int
    cpu_seconds: float
    others: dict[str, int]

    @property
    def message_rate(self) -> float:
        """Messages acknowledged a second."""
        return self.messages / self.seconds

    @property
    def delivery_rate(self) -> float:
        """Deliveries a second."""
        return self.deliveries / self.seconds

    @property
    def saturated(self) -> bool:
        """Whether the generator was busy nearly all the time, so that it, not the server, set the figure."""
        return self.cpu_seconds > 0.9 * self.seconds


def run_chat(job: ChatJob) -> ChatResult:
    """Run the job in a process of its own. Raises LiveError."""
    finished = subprocess.run(
        [sys.executable, "-m", "bench.chat_load"],
        input=msgspec.json.encode(job),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    if finished.returncode != 0:
        raise LiveError(finished.stderr.decode(errors="replace").strip()[-2000:])
    return msgspec.json.decode(finished.stdout, type=ChatResult)


async def chat(job: ChatJob) -> ChatResult:
    """Run the job in this process and event loop. Raises LiveError."""
    run = Run(job.name, Counter(topic for seat in job.seats for topic in seat.topics))
    seats: list[Chatter] = [WIRES[job.wire](job.host, job.port, seat, run) for seat in job.seats]
    await connect_all(seats)
    began = time.perf_counter() + job.warmup
    run.deadline = began + job.seconds
    senders = [seat for seat in seats if seat.seat.channel is not None]
    run.talking = len(senders)
    for seat in senders:
        seat.send(time.perf_counter())
    await _wait(run, began)
    cpu, delivered = _cpu_seconds(), run.deliveries
    await _wait(run, run.deadline)
    cpu, delivered = _cpu_seconds() - cpu, run.deliveries - delivered
    while not run.done.is_set():
        seen = len(run.acked), run.deliveries
        await _wait(run, time.perf_counter() + STALL_SECONDS)
        if not run.done.is_set() and seen == (len(run.acked), run.deliveries):
            run.fail(f"{run.talking} senders and {run.undelivered} messages were left waiting")
    if run.error is not None:
        raise LiveError(run.error)
    if len(run.acked) != len(run.sent) or any(run.left):
        raise LiveError(f"{len(run.sent)} sent, {len(run.acked)} acknowledged, {sum(map(bool, run.left))} not received")
    # Whoever was told twice would be seen now.
    await asyncio.sleep(0.2)
    if run.error is not None:
        raise LiveError(run.error)
    for seat in seats:
        seat.close()
    await asyncio.sleep(0.05)
    return _summary(run, began, delivered, cpu)


def _summary(run: Run, began: float, delivered: int, cpu: float) -> ChatResult:
    acks = [at - sent for sent, at in run.acked if began <= at < run.deadline]
    receipts = [
        at - sent for sent, at in zip(run.sent, run.last_receipt, strict=True) if at and began <= at < run.deadline
    ]
    return ChatResult(
        messages=len(acks),
        deliveries=delivered,
        seconds=run.deadline - began,
        ack_p50_ms=percentile_ms(acks, 0.5),
        ack_p99_ms=percentile_ms(acks, 0.99),
        receipt_p50_ms=percentile_ms(receipts, 0.5),
        receipt_p99_ms=percentile_ms(receipts, 0.99),
        in_all=len(run.acked),
        cpu_seconds=cpu,
        others=dict(run.others),
    )


async def _wait(run: Run, until: float) -> None:
    try:
        async with asyncio.timeout(max(until - time.perf_counter(), 0.0)):
            await run.done.wait()
    except TimeoutError:
        return


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Run the job on standard input and answer in JSON."""
    # A collection would pause every connection at once and look like the server's own tail.
    gc.disable()
    try:
        result = uvloop.run(chat(msgspec.json.decode(sys.stdin.buffer.read(), type=ChatJob)))
    except (LiveError, OSError, TimeoutError) as error:
        print(f"bench.chat_load: {error!r}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
