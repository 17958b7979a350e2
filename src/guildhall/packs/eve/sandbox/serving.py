"""Steps of every call of ESI: counting, faults, authorization, limits, caching, headers."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import msgspec
from aiohttp import web

from guildhall.packs.eve.sandbox.answers import Page, Refused, Representation, etag
from guildhall.packs.eve.sandbox.authorization import authorized
from guildhall.packs.eve.sandbox.clock import in_downtime, next_eleven_five
from guildhall.packs.eve.sandbox.context import (
    CALLS,
    CHARACTER,
    CLOCK,
    FAULTS,
    LIMITS,
    OPTIONS,
    REPRESENTATIONS,
    SWITCHES,
)
from guildhall.packs.eve.sandbox.faults import (
    TEXTS,
    Fault,
    FaultMode,
    no_lower,
    without_dates,
)
from guildhall.packs.eve.sandbox.network import before_the_server
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.routes import Ask, Route
from guildhall.sandbox.answers import JSON_TYPE, encode
from guildhall.sandbox.clock import HOUR, http_date
from guildhall.sandbox.conditional import has_tag
from guildhall.sandbox.network import pause, truncated
from guildhall.sandbox.spoiled import spoiled

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LANGUAGES = frozenset({"en", "de", "fr", "ja", "ru", "zh", "ko", "es"})
_NO_PAGE = "Requested page does not exist!"
_MONOLITH = "Undefined 429 response. Original message: Too many errors.You have been temporarily throttled."


def esi_endpoint(route: Route) -> Handler:
    """A handler for one route of ESI."""

    async def handle(request: web.Request) -> web.StreamResponse:
        app = request.app
        calls, outcome = app[CALLS], "aborted"
        calls.begin()
        character = _character(request)
        try:
            fault = app[FAULTS].hit(request.method, f"/esi{route.path.format(**request.match_info)}", character)
            if fault is not None and fault.mode is FaultMode.HANG:
                # Where the server cancels the handlers of clients that left, nothing below is reached.
                outcome = "hang"
            if fault is not None and fault.wait:
                await pause(app, fault.wait)
            early = await before_the_server(request, fault)
            if early is not None:
                response, outcome = early
                return response
            answered = await _Answering(request, route, fault).run()
            character = request.get(CHARACTER, character)
            outcome = str(answered.status)
            answered.headers["Date"] = http_date(app[CLOCK].now())
            if fault is not None and fault.mode is FaultMode.TRUNCATED:
                body = answered.body if isinstance(answered.body, bytes) else b""
                return await truncated(request, answered.status, answered.headers, body)
            return answered
        finally:
            calls.end_for(character, route.name, outcome)

    return handle


def _character(request: web.Request) -> int | None:
    text = request.match_info.get("character_id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class _Answering:
    """One call of ESI on its way to an answer."""

    def __init__(self, request: web.Request, route: Route, fault: Fault | None) -> None:
        self.request = request
        self.route = route
        self.fault = fault
        self.mode = None if fault is None else fault.mode
        self.app = request.app
        self.now = request.app[CLOCK].now()
        self.address = request.remote or "127.0.0.1"
        self.who = self.address
        self.pilot: Pilot | None = None
        self.headers: dict[str, str] = {}

    async def run(self) -> web.Response:
        """The answer with all its headers."""
        try:
            self._fail()
            response = await self._succeed()
        except Refused as refused:
            headers = {**self.headers, "Content-Type": JSON_TYPE}
            response = web.Response(status=refused.status, body=refused.body, headers=headers)
        if self.route.language:
            wanted = self.request.headers.get("Accept-Language", "en")[:2]
            response.headers["Content-Language"] = wanted if wanted in _LANGUAGES else "en"
        response.headers["X-Compatibility-Date"] = self.route.since
        response.headers["X-Request-Id"] = self._request_id()
        response.headers.update(self._limit_headers(response.status))
        return response

    def _fail(self) -> None:
        """Faults in force, the error limit and the downtime: what comes before a look at the call."""
        fault, limits = self.fault, self.app[LIMITS]
        match self.mode:
            case FaultMode.ERROR if fault is not None:
                status = fault.answer_status
                raise Refused(status, fault.text or TEXTS.get(status, "Internal server error"))
            case FaultMode.RATE_LIMITED if fault is not None:
                self.headers["Retry-After"] = str(fault.retry_after or 60)
                raise Refused(429, fault.text or TEXTS[429])
            case FaultMode.THROTTLED:
                raise Refused(429, "Too many errors. You have been temporarily throttled.")
            case FaultMode.MONOLITH:
                raise Refused(500, _MONOLITH)
            case FaultMode.SSO_TROUBLE:
                raise Refused(403, "unexpected end of JSON input", sso_status=401)
            case FaultMode.TOO_FAR:
                raise Refused(403, "token expiry is too far in the future")
            case FaultMode.FORBIDDEN:
                raise Refused(403, "Forbidden")
        if self.mode is FaultMode.ERROR_LIMITED or limits.errors.exceeded(self.address, self.now):
            raise Refused(420, TEXTS[420])
        if self.app[SWITCHES].downtime and in_downtime(self.now) and not self.route.awake:
            raise Refused(503, TEXTS[503])

    async def _succeed(self) -> web.Response:
        self._check_compatibility_date()
        found = authorized(self.request, self.route)
        if found is not None:
            self.pilot, application = found
            self.who = f"{application}:{self.pilot.id}"
            self.request[CHARACTER] = self.pilot.id
        group, limits = self.route.group, self.app[LIMITS]
        if group is not None and (wait := limits.buckets.wait(group, self.who, self.now)) is not None:
            self.headers["Retry-After"] = str(wait)
            raise Refused(429, TEXTS[429])
        ask = Ask(self.request, self.pilot, await self.request.read())
        if self.route.method == "GET":
            return self._kept(ask)
        page = self.route.build(ask)
        if page.status == 204:
            return web.Response(status=204)
        body = encode(page.value)
        headers = {"Content-Type": JSON_TYPE, "Cache-Control": "no-cache", "ETag": etag(body, weak=True)}
        return web.Response(status=page.status, body=body, headers=headers)

    def _check_compatibility_date(self) -> None:
        text = self.request.headers.get("X-Compatibility-Date") or self.request.query.get("compatibility_date")
        if text is None:
            return
        try:
            wanted = date.fromisoformat(text)
        except ValueError:
            raise Refused(400, "Invalid compatibility date") from None
        # The day of ESI begins when the downtime does.
        today = (datetime.fromtimestamp(self.now, UTC) - timedelta(hours=11)).date()
        if wanted > today:
            raise Refused(400, "Compatibility date is in the future")

    def _kept(self, ask: Ask) -> web.Response:
        """A page of the representation that holds until it expires, or 304 for one who has it."""
        key = self._key()
        number = self._page_number(ask)
        calls = self.app[CALLS]
        url = f"{key}#{number}"
        calls.ask(self.who, url, None if self.pilot is None else self.pilot.id, self.now)
        made = self._representation(ask, key)
        pages = len(made.bodies)
        if self.mode is FaultMode.FEWER_PAGES and number > 1:
            pages = max(1, pages - 1)
        if number > pages:
            raise Refused(404, _NO_PAGE)
        body = self._spoilt(made.bodies[number - 1])
        tag = etag(body, self.route.weak)
        modified = made.modified + (number - 1 if self.mode is FaultMode.MIXED_PAGES else 0)
        headers = {"ETag": tag, "Last-Modified": http_date(modified), "Content-Type": JSON_TYPE}
        access = "private" if self.route.scope is not None else "public"
        if self.route.event:
            age = self.route.seconds
            headers["Cache-Control"] = f"{access}, max-age={age}, must-revalidate, stale-if-error=900"
        else:
            headers["Cache-Control"] = access
            # A fault that the true server had: an expiry before the answer's own date.
            headers["Expires"] = http_date(self.now - HOUR if self.mode is FaultMode.EXPIRED else made.expires)
        if self.route.rows is not None:
            headers["X-Pages"] = str(pages)
        calls.answered(self.who, url, self.now if self.mode is FaultMode.EXPIRED else made.expires)
        if self._has(tag, modified):
            del headers["Content-Type"]
            return web.Response(status=304, headers=headers)
        return web.Response(status=200, body=body, headers=headers)

    def _key(self) -> str:
        query = "&".join(
            f"{name}={value}"
            for name, value in sorted(self.request.query.items())
            if name not in ("page", "compatibility_date", "user_agent", "datasource", "token", "language")
        )
        language = self.request.headers.get("Accept-Language", "") if self.route.language else ""
        path = self.route.path.format(**self.request.match_info)
        own = "" if self.pilot is None or "character_id" in self.request.match_info else f"|{self.pilot.id}"
        return f"{path}?{query}|{language}{own}"

    def _page_number(self, ask: Ask) -> int:
        if self.route.rows is None:
            return 1
        number = ask.query_number("page")
        if number is None:
            return 1
        if number < 1:
            raise Refused(400, "Invalid value for parameter page")
        return number

    def _representation(self, ask: Ask, key: str) -> Representation:
        kept = self.app[REPRESENTATIONS].get(key)
        if kept is not None and not self.route.event and self.now < kept.expires:
            return kept
        page = self.route.build(ask)
        bodies = self._bodies(page)
        if kept is not None and kept.bodies == bodies:
            modified = kept.modified
        else:
            modified = int(self.now if page.changed is None else min(page.changed, self.now))
        made = Representation(bodies, modified, self._expires())
        self.app[REPRESENTATIONS].keep(key, made)
        return made

    def _bodies(self, page: Page) -> tuple[bytes, ...]:
        rows = self.route.rows
        if rows is None or not isinstance(page.value, list) or not page.value:
            return (encode(page.value),)
        rows = self.app[OPTIONS].page_rows or rows
        return tuple(encode(page.value[start : start + rows]) for start in range(0, len(page.value), rows))

    def _expires(self) -> int:
        seconds = self.route.seconds
        if seconds == "daily":
            return next_eleven_five(self.now)
        return int(self.now) + (seconds if seconds is not None else HOUR)

    def _spoilt(self, body: bytes) -> bytes:
        match self.mode:
            case FaultMode.NO_DATES:
                return encode(without_dates(msgspec.json.decode(body)))
            case FaultMode.EMPTY_LIST:
                return b"[]"
            case FaultMode.NO_LOWER if (asked := self.request.query.get("from_id")) is not None:
                return encode(no_lower(msgspec.json.decode(body), "transaction_id", int(asked)))
            case FaultMode.NO_LOWER if (asked := self.request.query.get("last_mail_id")) is not None:
                return encode(no_lower(msgspec.json.decode(body), "mail_id", int(asked)))
        return body if self.fault is None else spoiled(body, self.fault)

    def _has(self, tag: str, modified: int) -> bool:
        wanted = self.request.headers.get("If-None-Match")
        if wanted is not None:
            return has_tag(wanted, tag)
        return self.request.headers.get("If-Modified-Since") == http_date(modified)

    def _limit_headers(self, status: int) -> dict[str, str]:
        """The headers of one of the two limits, never of both."""
        limits, group = self.app[LIMITS], self.route.group
        if self.mode is FaultMode.THROTTLED or not limits.buckets.enabled:
            return {}
        if status == 420 or group is None or self.mode is FaultMode.MONOLITH:
            if status != 420:
                limits.errors.count(self.address, self.now, status)
            headers = limits.errors.headers(self.address, self.now)
            if self.mode is FaultMode.ERROR_LIMITED:
                headers["X-ESI-Error-Limit-Remain"] = "0"
            return headers
        headers = limits.buckets.spend(group, self.who, self.now, status)
        if self.mode is FaultMode.RATE_LIMITED:
            headers["X-Ratelimit-Remaining"] = "0"
        return headers

    def _request_id(self) -> str:
        digest = sha256(f"{self.now}{self.request.path_qs}".encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
