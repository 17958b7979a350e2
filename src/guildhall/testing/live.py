"""Live connections: all that one was told, and questions that wait for their answer."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

PATIENCE = 15.0
"""Seconds until what a test waits for is missed; the machine may be busy."""
_LATEST = 10
_LONGEST = 200


class Live:
    """A live connection: all that it was told, and questions that wait for their answer."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self._refs = itertools.count(1)
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            assert message.type is aiohttp.WSMsgType.TEXT, message
            self.frames.append(json.loads(message.data))
            self._news.set()
        self.code = self.socket.close_code
        self._news.set()

    async def until(
        self, true: Callable[[], Any], patience: float = PATIENCE, *, what: str = "what a test asks for"
    ) -> None:
        """Return when something holds of what was heard. Raises TimeoutError, with what was heard instead."""
        try:
            async with asyncio.timeout(patience):
                while not true():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TimeoutError(f"waited {patience:g} s for {what}; {self._told()}") from None

    def _told(self) -> str:
        """The latest that was heard, a frame in a line."""
        closed = "" if self.code is None else f"; closed with {self.code}"
        if not self.frames:
            return f"heard nothing{closed}"
        lines = [json.dumps(one)[:_LONGEST] for one in self.frames[-_LATEST:]]
        return "\n".join([f"heard {len(self.frames)}{closed}, at last:", *lines])

    def heard(self, op: str, **fields: Any) -> list[dict[str, Any]]:
        """The frames of an operation that have these values."""
        return [one for one in self.frames if one["op"] == op and fields.items() <= one.items()]

    async def hears(self, op: str, *, patience: float = PATIENCE, **fields: Any) -> dict[str, Any]:
        """The first such frame, as soon as it is there. Raises TimeoutError, with what was heard instead."""
        await self.until(lambda: self.heard(op, **fields), patience, what=_described(op, fields))
        return self.heard(op, **fields)[0]

    async def counts(self, number: int, op: str, **fields: Any) -> None:
        """Return when there are that many such frames."""
        await self.until(lambda: len(self.heard(op, **fields)) >= number, what=f"{number} of {_described(op, fields)}")

    async def send(self, op: str, **fields: Any) -> None:
        """Ask for something without waiting."""
        await self.socket.send_str(json.dumps({"op": op, **fields}))

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """The answer to an operation."""
        ref = fields.setdefault("ref", next(self._refs))
        await self.send(op, **fields)
        await self.until(
            lambda: self.code is not None or any(one.get("ref") == ref for one in self.frames),
            what=f"the answer to {_described(op, fields)}",
        )
        found = [one for one in self.frames if one.get("ref") == ref]
        assert found, f"closed with {self.code} before an answer"
        return found[0]

    async def follow(self, topic: str, after: str | None = None) -> dict[str, Any]:
        """Subscribe; the answer must be good."""
        told = await self.ask("subscribe", topic=topic, **({"after": after} if after else {}))
        assert told["op"] == "subscribed", told
        return told

    def events(self, topic: str | None = None) -> list[dict[str, Any]]:
        """The events of a topic, or of all."""
        return [one for one in self.frames if one["op"] == "event" and topic in (None, one["topic"])]

    def ids(self, topic: str | None = None) -> list[str]:
        """Their ids."""
        return [one["id"] for one in self.events(topic)]

    def said(self, topic: str | None = None) -> list[str]:
        """Return the texts of the messages in them."""
        return [one["data"]["content"] for one in self.events(topic) if one["kind"] == "message"]

    async def closes(self, patience: float = PATIENCE) -> int:
        """The close code, once the server has closed."""
        await self.until(lambda: self.code is not None, patience, what="the server to close")
        assert self.code is not None
        return self.code

    async def drop(self) -> None:
        """Cut the line without a word."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None
        response: Any = self.socket._response
        if response.connection is not None:
            response.connection.transport.abort()
        await self.socket.close()


def _described(op: str, fields: dict[str, Any]) -> str:
    """An operation and its fields, as a test asks for them."""
    return ", ".join([op, *(f"{name}={value!r}" for name, value in fields.items())])


@contextlib.asynccontextmanager
async def connected(at: Any, person: Any = None, *, welcome: bool = True, **options: Any) -> AsyncIterator[Live]:
    """A connection of somebody, who is welcome unless told otherwise.

    `at` has the address of a web process and a session of aiohttp's, `person` the headers of a sign-in; options are
    aiohttp's.
    """
    headers = {**(person.headers if person is not None else {}), **options.pop("headers", {})}
    socket = await at.session.ws_connect(
        f"{at.address}/api/v1/live", headers=headers, autoping=True, max_msg_size=0, **options
    )
    live = Live(socket)
    try:
        if welcome:
            await live.hears("welcome")
        yield live
    finally:
        await live.drop()
