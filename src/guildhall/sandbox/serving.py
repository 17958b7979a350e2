"""Steps of every call of a stand-in: counting, faults, the limit, the answer, entity tags."""

import re
from urllib.parse import unquote

from aiohttp import web
from multidict import CIMultiDict

from guildhall.sandbox.answers import encode
from guildhall.sandbox.asking import Answer, Ask, Found, Refused, as_answer
from guildhall.sandbox.clock import http_date
from guildhall.sandbox.conditional import has_tag, strong_tag
from guildhall.sandbox.context import CALLS, CLOCK, FAULTS, FRESH, LIMITS, SOURCES
from guildhall.sandbox.faults import error_page
from guildhall.sandbox.modes import Fault, FaultMode
from guildhall.sandbox.network import cut_off, pause, truncated
from guildhall.sandbox.spoiled import spoiled

UNKNOWN = "(unknown)"
"""The name, in the counters, of all paths that a stand-in does not have."""
# Nothing listens there: .invalid never resolves (RFC 2606).
_ELSEWHERE = "https://elsewhere.invalid/"
_RATE = re.compile(r"rate-?limit", re.IGNORECASE)
_Outcome = tuple[web.StreamResponse, str]


async def serve(request: web.Request) -> web.StreamResponse:
    """Answer a call."""
    app = request.app
    calls, clock = app[CALLS], app[CLOCK]
    calls.begin()
    route, outcome = UNKNOWN, "aborted"
    try:
        ask = await _ask(request)
        found = next((one for one in (source.find(ask) for source in app[SOURCES]) if one is not None), None)
        if found is not None:
            route = found.route
        fault = app[FAULTS].hit(request.method, unquote(ask.path))
        if fault is not None and fault.mode is FaultMode.HANG:
            # Where the server cancels the handlers of clients that left, nothing below is reached.
            outcome = "hang"
        if fault is not None and fault.wait:
            await pause(app, fault.wait)
        early = None if fault is None else await _before_the_server(request, fault)
        response, outcome = early or await _answered(request, ask, found, fault)
        if not response.prepared:
            response.headers["Date"] = http_date(clock.now())
        return response
    finally:
        calls.end(route, outcome)


async def _ask(request: web.Request) -> Ask:
    resource = request.match_info.route.resource
    mounted = "" if resource is None else resource.canonical.removesuffix("/{path}")
    method = "GET" if request.method == "HEAD" else request.method
    path = request.rel_url.raw_path.removeprefix(mounted)
    base = f"{request.scheme}://{request.host}{mounted}"
    return Ask(method, path, request.query, request.headers, await request.read(), request.app[CLOCK].now(), base)


async def _before_the_server(request: web.Request, fault: Fault) -> _Outcome | None:
    """Answer as the network or a proxy does: the server never sees such a call, nor counts it against its limit."""
    lost = await cut_off(request, fault.mode)
    if lost is not None:
        return lost
    status = fault.answer_status
    if fault.mode is FaultMode.HTML:
        return web.Response(status=status, body=error_page(status), content_type="text/html"), str(status)
    if fault.mode is FaultMode.REDIRECT:
        return web.Response(status=status, headers={"Location": _ELSEWHERE}), str(status)
    return None


async def _answered(request: web.Request, ask: Ask, found: Found | None, fault: Fault | None) -> _Outcome:
    mode = None if fault is None else fault.mode
    caller = request.headers.get("Authorization") or request.remote or ""
    welcome, limit_headers = request.app[LIMITS].count(caller, ask.now, mode is FaultMode.RATE_LIMITED)
    too_many = None if welcome else request.app[LIMITS].limit.status
    if fault is not None and mode is FaultMode.RATE_LIMITED:
        too_many = request.app[LIMITS].limit.status if fault.status is None else fault.status
    made = _made(ask, found, fault, too_many)
    headers = CIMultiDict(made.headers)
    if limit_headers:
        for name in [name for name in headers if _RATE.search(name)]:
            del headers[name]
        headers.update(limit_headers)
    if fault is not None and fault.retry_after is not None and mode in (FaultMode.ERROR, FaultMode.RATE_LIMITED):
        headers["Retry-After"] = str(fault.retry_after)
    body, status = made.body, made.status
    if fault is not None and status < 400 and "json" in headers.get("Content-Type", ""):
        body = spoiled(body, fault)
    if fault is not None and mode is FaultMode.EMPTY:
        body, status = b"", fault.answer_status
    if mode is FaultMode.TRUNCATED:
        return await truncated(request, status, headers, body), str(status)
    if status == 200 and ask.method == "GET" and mode is not FaultMode.EMPTY:
        tag = headers.get("ETag") if body is made.body else None
        headers["ETag"] = tag = tag or strong_tag(body)
        if fresh := request.app[FRESH]:
            headers.setdefault("Cache-Control", f"max-age={fresh}")
        if has_tag(request.headers.get("If-None-Match"), tag):
            headers.pop("Content-Type", None)
            return web.Response(status=304, headers=headers), "304"
    return web.Response(status=status, body=body, headers=headers), str(status)


def _made(ask: Ask, found: Found | None, fault: Fault | None, too_many: int | None) -> Answer:
    if fault is not None and fault.mode is FaultMode.ERROR:
        return as_answer({"error": "Internal server error"}, fault.answer_status)
    if too_many is not None:
        return _too_many(too_many)
    if found is None:
        return Answer(encode({"error": "Not found"}), 404)
    try:
        return found.make()
    except Refused as refused:
        return refused.answer


def _too_many(status: int) -> Answer:
    made = as_answer({"error": "Too many requests"}, status)
    return Answer(made.body, status, {**made.headers, "Retry-After": "60"})
