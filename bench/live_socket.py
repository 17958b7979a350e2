"""A WebSocket client that does as little as possible, so that a benchmark measures the server; ours by itself."""

import asyncio
import base64
import math
import os
import time
from array import array
from collections.abc import Sequence
from typing import Any, cast

import msgspec

PATH = "/api/v1/live"
EVENT = b'{"op":"event"'
ACK = b'{"op":"ack"'
_TEXT, _CLOSE, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_MASK = bytes(4)
"""A mask of zeros leaves the payload as it is; the server unmasks it like any other."""


class LiveError(Exception):
    """The server did not do what it must."""


class Seat(msgspec.Struct, frozen=True):
    """One connection: whose it is, what it follows, and the channel that it sends to, if any."""

    token: str
    topics: tuple[str, ...] = ()
    channel: str | None = None


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame, final and masked."""
    size = len(payload)
    if size < 126:
        return bytes((opcode, 0x80 | size)) + _MASK + payload
    return bytes((opcode, 0xFE)) + size.to_bytes(2) + _MASK + payload


def text_frame(message: object) -> bytes:
    """A message as a client's text frame."""
    return frame(_TEXT, msgspec.json.encode(message))


class LiveSocket(asyncio.Protocol):
    """One connection: shakes hands, follows its topics, answers pings, and hands text frames on.

    `ready` is done when every topic is followed. After that `text` gets each text frame that is neither a welcome nor
    an answer to a subscription. `failed` gets what went wrong, once. A subclass may speak to another server.
    """

    subprotocol = ""

    def __init__(self, host: str, port: int, seat: Seat) -> None:
        self.host = host
        self.port = port
        self.seat = seat
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pings = array("d")
        self._held = b""
        self._upgraded = False
        self._following = 0
        self._leaving = False
        self._broken = False
        self.write: Any = None

    async def connect(self, source: str | None = None) -> None:
        """Open the connection and wait until it follows everything. Raises LiveError, OSError."""
        loop = asyncio.get_running_loop()
        address = None if source is None else (source, 0)
        await loop.create_connection(lambda: self, self.host, self.port, local_addr=address)
        await self.ready

    def close(self) -> None:
        """Leave; what comes after is of no interest."""
        self._leaving = True
        if self.write is not None:
            self.write(frame(_CLOSE, (1000).to_bytes(2)))
            self.transport.close()

    def text(self, data: bytes, start: int, end: int, now: float) -> None:
        """A text frame, at `data[start:end]`, that was read at `now`."""

    def failed(self, error: str) -> None:
        """The connection is of no more use."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods of asyncio.Transport, not its type.
        self.transport = cast(asyncio.Transport, transport)
        self.write = self.transport.write
        key = base64.b64encode(os.urandom(16)).decode()
        subprotocol = f"Sec-WebSocket-Protocol: {self.subprotocol}\r\n" if self.subprotocol else ""
        self.write(
            f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{subprotocol}"
            f"Authorization: Bearer {self.seat.token}\r\n\r\n".encode()
        )

    @property
    def path(self) -> str:
        """The target of the handshake."""
        return PATH

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the connection was lost: {exc!r}")

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if self._held:
            data = self._held + data
        at, size = 0, len(data)
        if not self._upgraded:
            at = self._shake_hands(data)
            if at == 0:
                self._held = data
                return
        while size - at > 1:
            length = data[at + 1]
            start = at + 2
            if length > 125:
                start += 2 if length == 126 else 8
                if start > size:
                    break
                length = int.from_bytes(data[at + 2 : start])
            end = start + length
            if end > size:
                break
            if data[at] == _TEXT:
                if self._following < 0:
                    self.text(data, start, end, now)
                else:
                    self.greeted(data[start:end])
            else:
                self._control(data[at], data[start:end], now)
            at = end
        self._held = data[at:] if at else data

    def _shake_hands(self, data: bytes) -> int:
        """Where the frames begin; 0 when the answer is not whole yet."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101 "):
            self._fail(f"no WebSocket: {data[:500]!r}")
        self._upgraded = True
        return end + 4

    def greeted(self, text: bytes) -> None:
        """A text frame that came before everything is followed: the welcome, then an answer for each topic."""
        message = msgspec.json.decode(text)
        op = message["op"]
        if op == "welcome":
            if not self.seat.topics:
                self.followed()
            for ref, topic in enumerate(self.seat.topics, 1):
                self.write(text_frame({"op": "subscribe", "ref": ref, "topic": topic}))
        elif op == "subscribed":
            self.followed()
        elif op == "error":
            self.refused(text)

    def followed(self) -> None:
        """One topic more is followed; with no topics at all, the server is ready."""
        if self.seat.topics:
            self._following += 1
        if self._following == len(self.seat.topics):
            self._following = -1
            if not self.ready.done():
                self.ready.set_result(None)

    def refused(self, text: bytes) -> None:
        """The server says no."""
        self._fail(f"refused: {text!r}")

    def _control(self, opcode: int, payload: bytes, now: float) -> None:
        if opcode == _PING:
            self.pings.append(now)
            self.write(frame(_PONG, payload))
        elif opcode == _CLOSE:
            self._fail(f"closed by the server: {int.from_bytes(payload[:2])} {payload[2:].decode(errors='replace')}")
        else:
            self._fail(f"a frame that begins with {opcode:#x}")

    def _fail(self, error: str) -> None:
        if self._leaving or self._broken:
            return
        self._broken = True
        if not self.ready.done():
            self.ready.set_exception(LiveError(error))
        else:
            self.failed(error)
        self.transport.close()


async def connect_all(sockets: Sequence[LiveSocket], at_once: int = 64) -> None:
    """Connect all, so many at the same time. Raises LiveError, OSError."""
    gate = asyncio.Semaphore(at_once)

    async def one(socket: LiveSocket) -> None:
        async with gate:
            await socket.connect()

    async with asyncio.timeout(30 + len(sockets) / 20):
        await asyncio.gather(*map(one, sockets))


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """The value in milliseconds below or at which `share` of the values lie (nearest rank); 0 for no values."""
    if not seconds:
        return 0.0
    return sorted(seconds)[max(math.ceil(share * len(seconds)), 1) - 1] * 1000
