"""What goes wrong between a client and a server, before and while an answer is sent."""

import asyncio

from aiohttp import web

from guildhall.packs.eve.sandbox.answers import JSON_TYPE
from guildhall.packs.eve.sandbox.context import CLOSING
from guildhall.packs.eve.sandbox.faults import Fault, FaultMode, proxy_page

_POLL = 0.05


async def pause(app: web.Application, seconds: float) -> None:
    """Wait, but not beyond the end of the server."""
    try:
        await asyncio.wait_for(app[CLOSING].wait(), seconds)
    except TimeoutError:
        return


async def before_the_server(request: web.Request, fault: Fault | None) -> tuple[web.Response, str] | None:
    """Faults of the network and the proxy in front, with the outcome's name; None where the call gets through."""
    if fault is None:
        return None
    if fault.mode is FaultMode.DEAD:
        hang_up(request)
        return web.Response(), "dead"
    if fault.mode is FaultMode.HANG:
        closing = request.app[CLOSING]
        while not closing.is_set() and request.transport is not None and not request.transport.is_closing():
            await pause(request.app, _POLL)
        hang_up(request)
        return web.Response(), "hang"
    status = fault.answer_status
    if fault.mode is FaultMode.HTML:
        body = proxy_page(status)
        return web.Response(status=status, body=body, content_type="text/html", charset="utf-8"), str(status)
    if fault.mode is FaultMode.EMPTY:
        return web.Response(status=status, headers={"Content-Type": JSON_TYPE}), str(status)
    return None


async def truncated(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Send half of an answer and hang up."""
    body = response.body if isinstance(response.body, bytes) else b""
    broken = web.StreamResponse(status=response.status, headers=response.headers)
    broken.content_length = len(body) + 1
    await broken.prepare(request)
    await broken.write(body[: len(body) // 2 + 1])
    hang_up(request)
    return broken


def hang_up(request: web.Request) -> None:
    """Close the connection."""
    if request.transport is not None:
        request.transport.close()
