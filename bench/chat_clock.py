"""How ingest is measured on every side: who sends, what counts, what is told."""

import argparse
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.live_socket import percentile_ms
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, ServerId


class Speaker(Struct, frozen=True):
    """Somebody who sends one message after the other."""

    user: UserId
    server: ServerId
    channel: ChannelId


class Ingested(Struct, frozen=True):
    """Messages that were acknowledged in the time that counts, and how late, in milliseconds; and all of them."""

    messages: int
    seconds: float
    p50_ms: float
    p99_ms: float
    in_all: int

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


class Clock:
    """Notes when each message was sent and acknowledged, and says when it is enough."""

    def __init__(self, seconds: float, warmup: float) -> None:
        self._began = time.perf_counter() + warmup
        self._end = self._began + seconds
        self._seconds = seconds
        self._waits: list[float] = []
        self._in_all = 0

    def acknowledged(self, sent: float) -> bool:
        """A message that was sent at `sent` is acknowledged now; whether to send another."""
        now = time.perf_counter()
        self._in_all += 1
        if self._began <= now < self._end:
            self._waits.append(now - sent)
        return now < self._end

    def tell(self) -> None:
        """Print what was measured, as JSON."""
        waits = self._waits
        told = Ingested(
            len(waits), self._seconds, percentile_ms(waits, 0.5), percentile_ms(waits, 0.99), self._in_all
        )  # fmt: skip
        print(msgspec.json.encode(told).decode())


class Arguments(Struct, frozen=True):
    """What every side is started with."""

    senders: list[Speaker]
    seconds: float
    warmup: float
    keyed: bool
    follow: bool

    def clock(self) -> Clock:
        """A clock that starts now."""
        return Clock(self.seconds, self.warmup)


def read_arguments() -> Arguments:
    """The command line: a file of senders, and seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--senders", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--warmup", type=float, required=True)
    parser.add_argument("--keyed", action="store_true", help="send each message under a key, which is claimed with it")
    parser.add_argument("--follow", action="store_true", help="count and index what is written, as a web process does")
    given = parser.parse_args()
    senders = msgspec.json.decode(given.senders.read_bytes(), type=list[Speaker])
    return Arguments(senders, given.seconds, given.warmup, given.keyed, given.follow)
