"""Faults of the network and of the proxy in front of the server."""

from aiohttp import web

from guildhall.packs.eve.sandbox.faults import Fault, FaultMode, proxy_page
from guildhall.sandbox.answers import JSON_TYPE
from guildhall.sandbox.network import hang, hang_up


async def before_the_server(request: web.Request, fault: Fault | None) -> tuple[web.Response, str] | None:
    """Faults of the network and the proxy in front, with the outcome's name; None where the call gets through."""
    if fault is None:
        return None
    if fault.mode is FaultMode.DEAD:
        hang_up(request)
        return web.Response(), "dead"
    if fault.mode is FaultMode.HANG:
        await hang(request)
        return web.Response(), "hang"
    status = fault.answer_status
    if fault.mode is FaultMode.HTML:
        body = proxy_page(status)
        return web.Response(status=status, body=body, content_type="text/html", charset="utf-8"), str(status)
    if fault.mode is FaultMode.EMPTY:
        return web.Response(status=status, headers={"Content-Type": JSON_TYPE}), str(status)
    return None
