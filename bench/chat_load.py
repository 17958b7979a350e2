"""A closed-loop load of people who chat over WebSocket, in a process of its own.

Each sender sends its next message when the last one is acknowledged. Every message is numbered; the run fails unless
each one is acknowledged once and comes to everybody who follows its channel once, in the order of ids.
"""

import asyncio
import gc
import math
import resource
import subprocess
import sys
import time
from array import array
from collections import Counter
from typing import Any

import msgspec
import uvloop

from bench.live_socket import ACK, EVENT, LiveError, LiveSocket, Seat, connect_all, percentile_ms
from bench.process import ROOT

STALL_SECONDS = 20.0
_FIRST = 10_000_000
"""Numbers of messages begin here, so that all have the same number of digits."""
_DIGITS = 8
_TOPIC = "realm.channel:"
WORDS = "anyone up for the eastern tower tonight? we still need a healer and two who hit hard"


class ChatJob(msgspec.Struct, frozen=True):
    """Who talks to whom, and how long. `name` is new for every run: the clients' own names of messages begin so."""

    host: str
    port: int
    name: str
    seats: tuple[Seat, ...]
    seconds: float
    warmup: float


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


class _Run:
    """What the seats of one run share. Messages are numbered from 0 here."""

    def __init__(self, job: ChatJob) -> None:
        self.name = job.name
        self.followers = Counter(topic for seat in job.seats for topic in seat.topics)
        self.sent = array("d")
        self.left = array("l")
        self.last_receipt = array("d")
        self.acked: list[tuple[float, float]] = []
        self.deliveries = 0
        self.talking = 0
        self.undelivered = 0
        self.deadline = math.inf
        self.others: Counter[str] = Counter()
        self.done = asyncio.Event()
        self.error: str | None = None

    def fail(self, error: str) -> None:
        """End the run at once."""
        if self.error is None:
            self.error = error
        self.done.set()

    def check_done(self) -> None:
        """The run is over when nobody waits for an acknowledgement and nothing is on its way."""
        if not self.talking and not self.undelivered:
            self.done.set()


class _Chatter(LiveSocket):
    """One seat: sends, counts what it reads, and checks its order."""

    def __init__(self, job: ChatJob, seat: Seat, run: _Run) -> None:
        super().__init__(job.host, job.port, seat)
        self.run = run
        self.waiting = -1
        self.last = b""
        self.readers = 0
        if seat.channel is not None:
            self.readers = run.followers[_TOPIC + seat.channel]
            template = msgspec.json.encode(
                {"op": "realm.send", "ref": 0, "channel": seat.channel, "content": f"@ {WORDS}", "key": f"{job.name}-@"}
            )
            parts = template.replace(b'"ref":0', b'"ref":@').split(b"@")
            size = sum(map(len, parts)) + 3 * _DIGITS  # always above 125, where a length of two bytes begins
            self._head = bytes((0x81, 0xFE)) + size.to_bytes(2) + bytes(4) + parts[0]
            self._parts = parts[1:]

    def send(self, now: float) -> None:
        """Send the next message, or stop when the time is over."""
        run = self.run
        if now >= run.deadline:
            self.waiting = -1
            run.talking -= 1
            run.check_done()
            return
        index = len(run.sent)
        number = b"%d" % (_FIRST + index)
        self.waiting = index
        run.sent.append(now)
        run.left.append(self.readers)
        run.last_receipt.append(0.0)
        run.undelivered += self.readers > 0
        after_ref, after_content, after_key = self._parts
        self.write(b"%b%b%b%b%b%b%b" % (self._head, number, after_ref, number, after_content, number, after_key))

    def text(self, data: bytes, start: int, end: int, now: float) -> None:
        run = self.run
        if data.startswith(EVENT, start):
            place = data.find(b'"content":"1', start, end)
            if place < 0:
                run.others["event"] += 1
                return
            ident = data.find(b'"id":"', start, end) + 6
            this = data[ident : ident + 36]
            if this <= self.last:
                run.fail(f"{this!r} came after {self.last!r}")
                return
            self.last = this
            index = int(data[place + 11 : place + 11 + _DIGITS]) - _FIRST
            left = run.left[index] - 1
            run.left[index] = left
            run.deliveries += 1
            if left <= 0:
                if left < 0:
                    run.fail(f"message {index} came to more than follow its channel")
                    return
                run.last_receipt[index] = now
                run.undelivered -= 1
                if now >= run.deadline:
                    run.check_done()
        elif data.startswith(ACK, start):
            place = data.find(b'"ref":', start, end) + 6
            if int(data[place : place + _DIGITS]) - _FIRST != self.waiting:
                run.fail(f"an acknowledgement of something else: {data[start:end]!r}")
                return
            run.acked.append((run.sent[self.waiting], now))
            self.send(now)
        else:
            self._other(msgspec.json.decode(data[start:end]))

    def _other(self, message: dict[str, Any]) -> None:
        if message["op"] == "error":
            self.run.fail(f"refused: {message}")
        self.run.others[message["op"]] += 1

    def failed(self, error: str) -> None:
        self.run.fail(error)


async def chat(job: ChatJob) -> ChatResult:
    """Run the job in this process and event loop. Raises LiveError."""
    run = _Run(job)
    seats = [_Chatter(job, seat, run) for seat in job.seats]
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


def _summary(run: _Run, began: float, delivered: int, cpu: float) -> ChatResult:
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


async def _wait(run: _Run, until: float) -> None:
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
