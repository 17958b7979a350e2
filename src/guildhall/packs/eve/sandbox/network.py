"""Faults of the network and of the proxy in front of the server."""

from aiohttp import web

from guildhall.packs.eve.sandbox.faults import Fault, FaultMode
from guildhall.sandbox.answers import JSON_TYPE
from guildhall.sandbox.faults import error_page
from guildhall.sandbox.network import cut_off


async def before_the_server(request: web.Request, fault: Fault | None) -> tuple[web.Response, str] | None:
    """Faults of the network and the proxy in front, with the outcome's name; None where the call gets through."""
    if fault is None:
        return None
    lost = await cut_off(request, fault.mode)
    if lost is not None:
        return lost
    status = fault.answer_status
    if fault.mode is FaultMode.HTML:
        return web.Response(status=status, body=error_page(status), content_type="text/html", charset="utf-8"), str(
            status
        )
    if fault.mode is FaultMode.EMPTY:
        return web.Response(status=status, headers={"Content-Type": JSON_TYPE}), str(status)
    return None
