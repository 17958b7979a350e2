"""Trouble between a client and a stand-in: pauses, connections that hang or break."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

CLOSING = web.AppKey("CLOSING", asyncio.Event)
"""Set when the server shuts down, so that hanging and slow calls end."""
_POLL = 0.05


def end_with_server(app: web.Application) -> None:
    """Have the pauses and hanging calls of an application end when the server shuts down."""
    app[CLOSING] = asyncio.Event()
    app.on_shutdown.append(_release)


async def _release(app: web.Application) -> None:
    app[CLOSING].set()


async def pause(app: web.Application, seconds: float) -> None:
    """Wait, but not beyond the end of the server."""
    try:
        await asyncio.wait_for(app[CLOSING].wait(), seconds)
    except TimeoutError:
        return


async def hang(request: web.Request) -> None:
    """Keep a call waiting until the client leaves or the server ends; then close the connection."""
    closing = request.app[CLOSING]
    while not closing.is_set() and request.transport is not None and not request.transport.is_closing():
        await pause(request.app, _POLL)
    hang_up(request)


def hang_up(request: web.Request) -> None:
    """Close the connection."""
    if request.transport is not None:
        request.transport.close()


async def cut_off(request: web.Request, mode: str) -> tuple[web.Response, str] | None:
    """Lose a call as a network does, in the modes "dead" and "hang": the outcome; None for any other mode."""
    if mode == "hang":
        await hang(request)
    elif mode == "dead":
        hang_up(request)
    else:
        return None
    return web.Response(), mode


async def truncated(request: web.Request, status: int, headers: Mapping[str, str], body: bytes) -> web.StreamResponse:
    """Send half of an answer and close the connection."""
    broken = web.StreamResponse(status=status, headers=headers)
    broken.content_length = len(body) + 1
    await broken.prepare(request)
    await broken.write(body[: len(body) // 2 + 1])
    hang_up(request)
    return broken
