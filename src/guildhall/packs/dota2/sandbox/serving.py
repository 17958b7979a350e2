"""Steps of every API call: counting, faults, keys, limits, headers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from guildhall.packs.dota2.sandbox.answers import Answer, answer, error
from guildhall.packs.dota2.sandbox.context import CALLS, CLOCK, FAULTS, LIMITS
from guildhall.packs.dota2.sandbox.faults import Fault, FaultMode, cloudflare_page
from guildhall.packs.dota2.sandbox.limits import Counted, key_problem
from guildhall.sandbox.answers import JSON_TYPE
from guildhall.sandbox.clock import http_date
from guildhall.sandbox.conditional import has_tag
from guildhall.sandbox.network import cut_off, pause, truncated
from guildhall.sandbox.spoiled import spoiled

Build = Callable[[web.Request], Answer]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Nothing listens there: .invalid never resolves (RFC 2606).
_ELSEWHERE = "https://portal.invalid/login"
_Outcome = tuple[web.StreamResponse, str]


def endpoint(template: str, build: Build, limited: bool = True) -> Handler:
    """A handler for one API path; `template` is its name in the counters, `build` makes its answer."""

    async def handle(request: web.Request) -> web.StreamResponse:
        app = request.app
        calls, clock = app[CALLS], app[CLOCK]
        calls.begin_at(clock.now())
        outcome = "aborted"
        try:
            fault = app[FAULTS].hit(template.format(**request.match_info))
            if fault is not None and fault.mode == FaultMode.HANG:
                # Where the server cancels the handlers of clients that left, nothing below is reached.
                outcome = "hang"
            if fault is not None and fault.wait:
                await pause(app, fault.wait)
            early = await _before_the_server(request, fault)
            response, outcome = early or await _answered(request, build, fault, limited)
            response.headers["Date"] = http_date(clock.now())
        finally:
            calls.end(template, outcome)
        return response

    return handle


async def _before_the_server(request: web.Request, fault: Fault | None) -> _Outcome | None:
    """Faults of the network and the proxy in front: the server never sees such a call, nor counts it."""
    if fault is None:
        return None
    lost = await cut_off(request, fault.mode)
    if lost is not None:
        return lost
    status = fault.answer_status
    if fault.mode == FaultMode.HTML:
        headers = {"Server": "cloudflare", "CF-RAY": "8f1c2d3e4a5b6c7d-FRA", "Cache-Control": "no-store"}
        body = cloudflare_page(status)
        return web.Response(status=status, body=body, content_type="text/html", charset="utf-8", headers=headers), str(
            status
        )
    if fault.mode == FaultMode.REDIRECT:
        return web.Response(status=status, headers={"Location": _ELSEWHERE}), str(status)
    return None


async def _answered(request: web.Request, build: Build, fault: Fault | None, limited: bool) -> _Outcome:
    mode = FaultMode.OK if fault is None else fault.mode
    headers: dict[str, str] = {}
    refused = _admit(request, headers, mode) if limited else None
    if refused is not None:
        made = refused
    elif fault is not None and mode == FaultMode.ERROR:
        made = error(fault.answer_status, "Internal Server Error")
    elif fault is not None and mode == FaultMode.RATE_LIMITED:
        made = error(fault.answer_status, "minute rate limit exceeded")
    else:
        made = build(request)
    if fault is not None and refused is None and (body := spoiled(made.body, fault)) is not made.body:
        made = answer(body, made.status)
    if fault is not None and mode == FaultMode.EMPTY:
        made = answer(b"", fault.answer_status)
    if mode == FaultMode.TRUNCATED:
        headers |= {"Content-Type": JSON_TYPE, "Date": http_date(request.app[CLOCK].now())}
        return await truncated(request, made.status, headers, made.body), str(made.status)
    headers["ETag"] = made.etag
    if (
        made.status == 200
        and request.method in ("GET", "HEAD")
        and has_tag(request.headers.get("If-None-Match"), made.etag)
    ):
        return web.Response(status=304, headers=headers), "304"
    headers["Content-Type"] = JSON_TYPE
    return web.Response(status=made.status, body=made.body, headers=headers), str(made.status)


def _admit(request: web.Request, headers: dict[str, str], mode: FaultMode) -> Answer | None:
    """Check key and limits and write their headers; the answer of a refused call, None for a welcome one."""
    address = request.headers.get("CF-Connecting-IP") or request.remote or "127.0.0.1"
    authorization = request.headers.get("Authorization", "")
    key = request.query.get("api_key") or authorization.removeprefix("Bearer ").strip()
    if key and (problem := key_problem(key)):
        return error(400, problem.value)
    counted = request.app[LIMITS].count(key or address, bool(key), request.app[CLOCK].now())
    if mode == FaultMode.RATE_LIMITED:
        counted = Counted(min(counted.remaining_minute or -1, -1), counted.remaining_day, counted.refusal)
    headers["X-IP-Address"] = address
    if counted.remaining_minute is not None:
        headers["X-Rate-Limit-Remaining-Minute"] = str(counted.remaining_minute)
    if counted.remaining_day is not None:
        headers["X-Rate-Limit-Remaining-Day"] = str(counted.remaining_day)
    return None if counted.refusal is None else error(429, counted.refusal.value)
