"""Steps of every call of the SSO: counting and faults."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import web

from guildhall.packs.eve.sandbox.context import CALLS, CHARACTER, CLOCK, FAULTS, OPTIONS
from guildhall.packs.eve.sandbox.faults import TEXTS, Fault, FaultMode
from guildhall.packs.eve.sandbox.grants import read
from guildhall.packs.eve.sandbox.network import before_the_server
from guildhall.sandbox.answers import JSON_TYPE, encode
from guildhall.sandbox.clock import http_date
from guildhall.sandbox.network import pause, truncated
from guildhall.sandbox.spoiled import spoiled

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SsoHandler = Callable[[web.Request, Fault | None], Awaitable[web.Response]]


def sso_endpoint(name: str, answer: SsoHandler) -> Handler:
    """A handler for one route of the SSO; `name` is "POST /v2/oauth/token"."""

    async def handle(request: web.Request) -> web.StreamResponse:
        app = request.app
        calls, outcome = app[CALLS], "aborted"
        calls.begin()
        try:
            method, _, path = name.partition(" ")
            fault = app[FAULTS].hit(method, f"/sso{path}", await _refreshed_character(request))
            if fault is not None and fault.mode is FaultMode.HANG:
                outcome = "hang"
            if fault is not None and fault.wait:
                await pause(app, fault.wait)
            early = await before_the_server(request, fault)
            if early is not None:
                response, outcome = early
                return response
            error = _sso_error(fault)
            answered = error if error is not None else await answer(request, fault)
            outcome = str(answered.status)
            answered.headers["Date"] = http_date(app[CLOCK].sso_now())
            if fault is not None and fault.mode is FaultMode.TRUNCATED:
                body = answered.body if isinstance(answered.body, bytes) else b""
                return await truncated(request, answered.status, answered.headers, body)
            if fault is not None and isinstance(answered.body, bytes):
                answered.body = spoiled(answered.body, fault)
            return answered
        finally:
            calls.end_for(request.get(CHARACTER), f"SSO {name}", outcome)

    return handle


def _sso_error(fault: Fault | None) -> web.Response | None:
    if fault is None or fault.mode not in (FaultMode.ERROR, FaultMode.RATE_LIMITED, FaultMode.THROTTLED):
        return None
    status = fault.answer_status if fault.mode is FaultMode.ERROR else 429
    headers = {"Content-Type": JSON_TYPE}
    if fault.mode is FaultMode.RATE_LIMITED:
        headers["Retry-After"] = str(fault.retry_after or 30)
    text = fault.text or TEXTS.get(status, "server_error")
    return web.Response(status=status, body=encode({"error": text}), headers=headers)


async def _refreshed_character(request: web.Request) -> int | None:
    """Return the character of a call's refresh token; it is read only while there are faults."""
    if request.method != "POST" or not request.app[FAULTS].view():
        return None
    form = dict(parse_qsl((await request.read()).decode("utf-8", "replace")))
    known = read(request.app[OPTIONS], form.get("refresh_token", ""))
    return None if known is None else known.character_id
