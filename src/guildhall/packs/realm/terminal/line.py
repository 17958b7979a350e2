"""The live part of the client: a WebSocket that comes back by itself and goes on behind what was seen last."""

import asyncio
import contextlib
import random
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import msgspec
from msgspec import Struct

from guildhall.packs.realm.terminal.addresses import why_not
from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.closing import Closed, closed_by
from guildhall.packs.realm.terminal.errors import NotLetIn, Unreachable
from guildhall.packs.realm.terminal.happenings import (
    Acknowledged,
    Connected,
    Disconnected,
    Ended,
    Happened,
    Happening,
    Joined,
    Left,
    NotSent,
    Present,
    Typed,
)
from guildhall.packs.realm.terminal.schemas import Frame

LIVE = "/api/v1/live"
_NEVER = UUID(int=2**128 - 1)
"""The id after everything: no event of a topic that is not followed is taken."""
BEGINNING = UUID(int=0)
"""The id before everything: to follow a topic from it is to get all that is kept."""
FRAME_MOST = 16_000
"""Bytes that a frame to a server may have; larger ones end the connection there."""
_HEARTBEAT = 20.0
_CONNECT = 8.0
_FIRST, _LONGEST = 0.25, 10.0
"""Seconds between attempts, at first and at last."""
_AGAIN_SOON = 1.0
"""Seconds until a message is tried again that a server had no place for."""


class _Unsent(Struct):
    """A message that is not acknowledged."""

    key: str
    channel: UUID
    content: str
    reply_to: UUID | None
    ref: int = 0
    held: bool = False
    """True if the message was refused, and waits for `again`."""


class Line:
    """A live connection. Use it as an async context manager: it connects and stays connected until the end.

    `happenings` is the queue of events. A message is kept until it is acknowledged, and sent again over the next
    connection under the same key, so that it is sent once. A topic continues after the last id that came, whatever
    server it comes from.
    """

    def __init__(self, client: ChatClient) -> None:
        self._client = client
        self.happenings: asyncio.Queue[Happening] = asyncio.Queue()
        self.connected = False
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._last: dict[str, UUID | None] = {}
        self._unsent: dict[str, _Unsent] = {}
        self._by_ref: dict[int, _Unsent] = {}
        self._topic_refs: dict[int, str] = {}
        self._ref = 0
        self._was_connected = False
        self._fruitless = 0
        self._task: asyncio.Task[None] | None = None
        self._later: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Line":
        self._task = asyncio.create_task(self._run(), name="line")
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (self._task, *self._later):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    # -- what one wants -------------------------------------------------------------------------------------------

    async def follow(self, topic: str, after: UUID | None = None) -> None:
        """Follow a topic, from now on or after an id, and over every new connection."""
        self._last[topic] = after
        await self._subscribe(topic)

    async def unfollow(self, topic: str) -> None:
        """Stop following a topic."""
        if topic in self._last:
            del self._last[topic]
            await self._say({"op": "unsubscribe", "topic": topic})

    async def send(self, channel: UUID, content: str, *, key: str | None = None, reply_to: UUID | None = None) -> str:
        """Send a message; return the key that Acknowledged or NotSent will have."""
        message = _Unsent(key or uuid4().hex, channel, content, reply_to)
        self._unsent[message.key] = message
        await self._transmit(message)
        return message.key

    async def again(self, key: str) -> bool:
        """Try an unsent message again; False if there is none of that key."""
        message = self._unsent.get(key)
        if message is None:
            return False
        message.held = False
        await self._transmit(message)
        return True

    def give_up(self, key: str) -> None:
        """Do not try this message again."""
        message = self._unsent.pop(key, None)
        if message is not None:
            self._by_ref.pop(message.ref, None)

    async def type(self, topic: str) -> None:
        """Show the others that one is typing."""
        await self._say({"op": "typing", "topic": topic})

    # -- frames out -----------------------------------------------------------------------------------------------

    def _next_ref(self) -> int:
        self._ref += 1
        return self._ref

    async def _say(self, operation: dict[str, Any]) -> None:
        """Send a frame if the line is up; if it is not, the next connection begins with what it needs."""
        if self._socket is not None and self.connected:
            with contextlib.suppress(ConnectionError, RuntimeError, aiohttp.ClientError):
                await self._socket.send_str(msgspec.json.encode(operation).decode())

    async def _subscribe(self, topic: str) -> None:
        if topic not in self._last:
            return
        ref = self._next_ref()
        self._topic_refs[ref] = topic
        operation: dict[str, Any] = {"op": "subscribe", "topic": topic, "ref": ref}
        if self._last[topic] is not None:
            operation["after"] = self._last[topic]
        await self._say(operation)

    async def _transmit(self, message: _Unsent) -> None:
        self._by_ref.pop(message.ref, None)
        message.ref = self._next_ref()
        frame: dict[str, Any] = {
            "op": "realm.send", "ref": message.ref, "channel": message.channel, "content": message.content,
            "key": message.key,
        }  # fmt: skip
        if message.reply_to is not None:
            frame["reply_to"] = message.reply_to
        if len(msgspec.json.encode(frame)) > FRAME_MOST:
            message.held = True
            self._tell(NotSent(message.key, 413, "too_large", "That is too long for one message.", None))
            return
        self._by_ref[message.ref] = message
        await self._say(frame)

    # -- the connection -------------------------------------------------------------------------------------------

    def _tell(self, happening: Happening) -> None:
        self.happenings.put_nowait(happening)

    async def _run(self) -> None:
        while True:
            address = self._client.addresses.current
            try:
                await self._talk(address)
            except Closed as end:
                if end.for_good:
                    self._tell(Ended(NotLetIn(str(end))))
                    return
                why, seconds = str(end), end.seconds
            except (aiohttp.ClientError, OSError) as error:
                why, seconds = f"{address}: {why_not(error)}", None
            except msgspec.MsgspecError as error:
                self._tell(Ended(Unreachable(f"What answers at {address} speaks another protocol: {error}.")))
                return
            finally:
                self.connected = False
                self._socket = None
            self._client.addresses.leave(address)
            if seconds is None or len(self._client.addresses) > 1:
                # Each address once without delay, then all of them ever slower.
                round_ = self._fruitless // len(self._client.addresses)
                seconds = min(_LONGEST, _FIRST * 2**round_) * random.uniform(0.5, 1.0)  # noqa: S311 (spreads load)
            self._fruitless += 1
            self._tell(Disconnected(why, seconds))
            await asyncio.sleep(seconds)

    async def _talk(self, address: str) -> None:
        """Connect, and read until the connection ends.

        Raises Closed when the server closes, aiohttp's errors when it is gone.
        """
        try:
            async with asyncio.timeout(_CONNECT):
                socket = await self._client.session.ws_connect(
                    address + LIVE, heartbeat=_HEARTBEAT, max_msg_size=4_194_304, autoclose=True
                )
        except aiohttp.WSServerHandshakeError as error:
            raise Closed(f"{address} does not take live connections ({error.status})") from error
        try:
            bye: float | None = None
            while True:
                message = await socket.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    frame = msgspec.json.decode(message.data, type=Frame)
                    if frame.op == "bye":
                        bye = frame.retry_ms / 1000
                    elif frame.op == "welcome":
                        await self._welcomed(socket, address)
                    else:
                        await self._heard(frame)
                elif message.type is aiohttp.WSMsgType.CLOSE:
                    raise closed_by(
                        int(message.data or 1005), str(message.extra or ""), welcomed=self.connected, bye=bye
                    )
                elif message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR):
                    raise Closed(f"the line to {address} broke", bye)
        finally:
            await socket.close()

    async def _welcomed(self, socket: aiohttp.ClientWebSocketResponse, address: str) -> None:
        """A new connection: follow again what was followed, say again what is not acknowledged, in order."""
        self._socket, self.connected = socket, True
        self._fruitless = 0
        self._topic_refs.clear()
        self._by_ref.clear()
        self._tell(Connected(address, self._was_connected))
        self._was_connected = True
        for topic in list(self._last):
            await self._subscribe(topic)
        for message in list(self._unsent.values()):
            if not message.held:
                await self._transmit(message)

    async def _heard(self, frame: Frame) -> None:
        match frame.op:
            case "event":
                last = self._last.get(frame.topic, _NEVER)
                if frame.id is not None and (last is None or frame.id > last):
                    self._last[frame.topic] = frame.id
                    self._tell(Happened(frame.topic, frame.id, frame.kind, frame.data))
            case "ack":
                message = self._by_ref.pop(frame.ref, None) if isinstance(frame.ref, int) else None
                if message is not None and frame.id is not None and frame.at is not None:
                    self._unsent.pop(message.key, None)
                    self._tell(Acknowledged(message.key, frame.id, frame.at))
            case "error":
                self._refused(frame)
            case "subscribed":
                if isinstance(frame.ref, int):
                    self._topic_refs.pop(frame.ref, None)
                if frame.topic in self._last:
                    if self._last[frame.topic] is None:
                        self._last[frame.topic] = frame.position
                    whole = frame.complete is not False
                    self._tell(Joined(frame.topic, frame.present, frame.present_count, whole))
            case "unsubscribed":
                if frame.code and frame.topic in self._last:
                    del self._last[frame.topic]
                    self._tell(Left(frame.topic, frame.code, frame.detail))
            case "resync":  # we were too slow, or there is more than is told at once
                if frame.topic in self._last:
                    await self._subscribe(frame.topic)
            case "presence" if frame.user is not None:
                self._tell(Present(frame.topic, frame.user, frame.state))
            case "typing" if frame.user is not None:
                self._tell(Typed(frame.topic, frame.user))

    def _refused(self, frame: Frame) -> None:
        if not isinstance(frame.ref, int):
            return
        passing = frame.status == 503  # the server's trouble, not ours
        topic = self._topic_refs.pop(frame.ref, None)
        if topic is not None and topic in self._last:
            if passing:
                self._soon(self._subscribe(topic))
            else:
                del self._last[topic]
                self._tell(Left(topic, frame.code, frame.detail))
        message = self._by_ref.pop(frame.ref, None)
        if message is not None:
            if passing:
                self._soon(self._retry(message))  # under its key it is said once
            else:
                message.held = True
                detail = frame.detail or frame.title
                self._tell(NotSent(message.key, frame.status, frame.code, detail, frame.retry_after))

    def _soon(self, action: Coroutine[Any, Any, None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(_AGAIN_SOON)
            await action

        task = asyncio.create_task(wait(), name="line-again")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _retry(self, message: _Unsent) -> None:
        if self._unsent.get(message.key) is message and message.ref not in self._by_ref:
            await self._transmit(message)
