"""Server-sent events: the response of a route whose answer is a stream of them."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

from litestar import Response

from guildhall.web.streams import begin_stream

Send = Callable[[dict[str, Any]], Awaitable[None]]
Reader = TypeVar("Reader")

_END = {"type": "http.response.body", "body": b"", "more_body": False}
_SIGN_OF_LIFE = b": \n\n"


class Outlet:
    """The way to the reader of a stream. Sending raises TimeoutError when the reader takes nothing for `seconds`."""

    def __init__(self, send: Send, seconds: float, left: "asyncio.Task[Any]", leaving: "asyncio.Task[Any]") -> None:
        self._send = send
        self._seconds = seconds
        self._left = left
        self._leaving = leaving

    @property
    def closing(self) -> bool:
        """Return whether the reader has left, or the server leaves."""
        return self._left.done() or self._leaving.done()

    @property
    def server_leaves(self) -> bool:
        """Return whether the server leaves."""
        return self._leaving.done()

    async def say(self, text: bytes) -> None:
        """Send whole events."""
        await self.put({"type": "http.response.body", "body": text, "more_body": True})

    async def put(self, message: dict[str, Any]) -> None:
        """Send a message of ASGI."""
        async with asyncio.timeout(self._seconds):
            await self._send(message)

    async def wait(self, news: asyncio.Event, seconds: float) -> None:
        """Wait until there may be news or the stream is to end; send a sign of life when nothing came in `seconds`."""
        coming = asyncio.create_task(news.wait())
        try:
            done, _ = await asyncio.wait(
                {coming, self._left, self._leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            coming.cancel()
        if not done:
            await self.say(_SIGN_OF_LIFE)


class EventStream(Response[bytes], ABC, Generic[Reader]):
    """The response of a stream's route: server-sent events until the reader or the server leaves.

    A subclass lets its reader in with `joined` and sends in `tell`. `seconds` is the time in which the reader must take
    what is sent.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(content=b"", media_type="text/event-stream")
        self._seconds = seconds

    @abstractmethod
    def joined(self) -> AbstractAsyncContextManager[Reader]:
        """Let the reader in for as long as the stream lasts. Errors are raised before anything is sent."""

    @abstractmethod
    async def tell(self, reader: Reader, outlet: Outlet) -> None:
        """Send the events until the stream is over or the outlet is closing."""

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """An ASGI application that sends the events."""
        return self._respond

    async def _respond(self, scope: Any, receive: Any, send: Send) -> None:
        if scope["guildhall.head"]:
            await send(_start((b"content-length", b"0")))  # or the server would end a body that is not there
            await send(_END)
            return
        async with self.joined() as reader:
            left, leaving = asyncio.create_task(_left(receive)), asyncio.create_task(begin_stream(scope).wait())
            outlet = Outlet(send, self._seconds, left, leaving)
            try:
                with contextlib.suppress(TimeoutError):  # a reader who takes nothing
                    await outlet.put(_start())
                    await self.tell(reader, outlet)
                    await outlet.put(_END)
            finally:
                left.cancel()
                leaving.cancel()
                await asyncio.gather(left, leaving, return_exceptions=True)


def _start(*more: tuple[bytes, bytes]) -> dict[str, Any]:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *more,
    ]
    return {"type": "http.response.start", "status": 200, "headers": headers}


async def _left(receive: Any) -> None:
    """Return when the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
