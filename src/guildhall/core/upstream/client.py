"""The one way to call a game API: budget, deadline, retries, revalidation, breaker, measures."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import TypeVar

import aiohttp
import msgspec
import stamina
from yarl import URL

from guildhall.clock import Clock
from guildhall.core.upstream.breaker import Breaker
from guildhall.core.upstream.budget import Budget
from guildhall.core.upstream.errors import (
    UpstreamDown,
    UpstreamLied,
    UpstreamLimited,
    UpstreamNotFound,
    UpstreamRefused,
    UpstreamResting,
)
from guildhall.core.upstream.rows import Found, NoSoundRow, Rows, without_nul
from guildhall.core.upstream.schemas import Call, Exchange, Limits, Response, UpstreamOptions
from guildhall.core.upstream.templates import query_of
from guildhall.core.upstream.validators import Validated, Validators
from guildhall.db.pool import Database
from guildhall.log import get_logger

log = get_logger(__name__)

Shape = TypeVar("Shape")

_REDIRECTS = 3
_ANSWERED = frozenset({200, 201, 202})
_DONE = frozenset({200, 201, 202, 204})
AWAY = frozenset({502, 503, 504})
"""Statuses that say that the API itself is away, and not that one question failed."""


class _Failed(Exception):
    """An attempt failed in a way that another may not."""


class UpstreamClient:
    """Calls one game API. One for each process; the budget is shared by all through PostgreSQL."""

    def __init__(self, options: UpstreamOptions, db: Database, clock: Clock) -> None:
        self.options = options
        self.budget = Budget(options, db, clock)
        self.breaker = Breaker()
        self.counts: dict[tuple[str, str], int] = defaultdict(int)
        """Attempts by route and outcome: ok, not_modified, not_found, limited, refused, lied, failed, no_budget."""
        self.odd_rows: dict[str, int] = defaultdict(int)
        """Rows of answers that were dropped because they cannot be true, by route."""
        self.seconds: dict[str, float] = defaultdict(float)
        """Time spent in attempts, by route."""
        self.db = db
        self.clock = clock
        self._base_url = options.base_url.rstrip("/")
        self._parameters = query_of(options.parameters.items())
        self._places = asyncio.Semaphore(options.concurrency)
        self._session: aiohttp.ClientSession | None = None
        self._validators = Validators()

    @property
    def limits(self) -> Limits:
        """The game API's limits, as settings or the API itself have told."""
        return self.budget.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.budget.limits = limits

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def ask(self, call: Call, target: str, *, interactive: bool, body: bytes | None = None) -> Response:
        """Send a call of a declared route, and return its JSON. `interactive` when somebody waits.

        `target` is path and query below the base address, encoded; `body` is JSON. A NUL in a text of the answer is
        dropped: no database stores it.

        Raises UpstreamNotFound for 404, and UpstreamDown, UpstreamLied, UpstreamLimited or UpstreamRefused,
        all Unavailable with the seconds after which to try again.
        """
        url = self._url(target)
        try:
            async with asyncio.timeout(self.options.deadline), self._places:
                async for attempt in stamina.retry_context(
                    on=_Failed, attempts=self.options.attempts if call.repeats else 1, timeout=self.options.deadline,
                    wait_initial=0.2, wait_max=2.0, wait_jitter=0.5,
                ):  # fmt: skip
                    with attempt:
                        return await self._attempt(call, url, interactive, body)
        except _Failed as error:
            raise UpstreamDown(
                detail=f"{self.options.name} does not answer.", retry_after=10, inner=str(error)
            ) from error
        except TimeoutError as error:
            self.breaker.failed()
            self.counts[call.name, "failed"] += 1
            raise UpstreamDown(detail=f"{self.options.name} does not answer in time.", retry_after=10) from error
        raise AssertionError("unreachable")

    async def exchange(
        self, route: str, target: str, *, headers: Mapping[str, str], method: str = "GET", body: bytes | None = None
    ) -> Exchange:
        """Send one request and return the answer as it came: for an API whose limits and caches the caller knows.

        `target` is path and query, encoded. The request is not counted against a budget, stored or repeated. `headers`
        go beside those of the options; a key in them is this request's alone.

        Raises UpstreamDown when there is no answer, and UpstreamLied for one that is too large.
        """
        wait = self.breaker.wait()
        if wait > 0:
            raise UpstreamResting(
                detail=f"{self.options.name} has been failing; it is left alone for a while.", retry_after=int(wait) + 1
            )
        told = False
        url = URL(self._base_url + target, encoded=True)
        try:
            async with self._places:
                began = time.perf_counter()
                try:
                    async with self._open_session().request(
                        method, url, headers={**self.options.headers, **headers}, data=body, allow_redirects=False
                    ) as answer:
                        content = b"" if answer.status == 304 else await self._body(route, answer)
                        if answer.status in AWAY:
                            self.breaker.failed()
                        else:
                            self.breaker.succeeded()
                        told = True
                        return Exchange(answer.status, answer.headers, content)
                except (aiohttp.ClientError, TimeoutError, OSError) as error:
                    self.breaker.failed()
                    told = True
                    self.counts[route, "failed"] += 1
                    raise UpstreamDown(
                        detail=f"{self.options.name} does not answer.",
                        retry_after=10,
                        inner=f"{type(error).__name__} {error}",
                    ) from error
                finally:
                    self.seconds[route] += time.perf_counter() - began
        finally:
            if not told:
                self.breaker.abandoned()

    def decode(self, route: str, response: Response, rows: Rows[Shape]) -> Shape:
        """The answer without its odd rows, which are counted. Raises UpstreamLied when there is no sound one."""
        try:
            return self.sound(route, rows.read(response.body))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, NoSoundRow) as error:
            raise self.lied(route, f"an unknown shape: {error}") from error

    def sound(self, route: str, found: Found[Shape]) -> Shape:
        """Return the value that was read of an answer; count and log the rows that were dropped."""
        if found.dropped:
            self.odd_rows[route] += found.dropped
            log.warning(
                "upstream_rows_dropped", upstream=self.options.name, route=route, rows=found.dropped,
                why=list(found.faults),
            )  # fmt: skip
        return found.value

    def lied(self, route: str, why: str) -> UpstreamLied:
        """The failure for an answer of the right shape that cannot be true."""
        self.counts[route, "lied"] += 1
        self._validators.forget_route(route)
        return UpstreamLied(detail=f"{self.options.name} answered {route} with {why}.")

    def _url(self, target: str) -> URL:
        """The address of a target, with the parameters that the options add to each call."""
        if self._parameters:
            target += ("&" if "?" in target else "?") + self._parameters
        return URL(self._base_url + target, encoded=True)

    async def _attempt(self, call: Call, url: URL, interactive: bool, body: bytes | None) -> Response:
        wait = self.breaker.wait()
        if wait > 0:
            raise UpstreamResting(
                detail=f"{self.options.name} has been failing; it is left alone for a while.", retry_after=int(wait) + 1
            )
        told = False
        try:
            if call.counted:
                await self._take_permit(call.name, interactive)
            began = time.perf_counter()
            try:
                response = await self._send(call, url, body)
            except (UpstreamNotFound, UpstreamLimited, UpstreamRefused):
                self.breaker.succeeded()
                told = True
                raise
            except (_Failed, UpstreamLied):
                self.breaker.failed()
                told = True
                raise
            finally:
                self.seconds[call.name] += time.perf_counter() - began
            self.breaker.succeeded()
            told = True
            return response
        finally:
            if not told:
                self.breaker.abandoned()

    async def _take_permit(self, route: str, interactive: bool) -> None:
        try:
            await self.budget.take(interactive)
        except UpstreamLimited:
            self.counts[route, "no_budget"] += 1
            raise

    async def _send(self, call: Call, url: URL, body: bytes | None) -> Response:
        """One exchange, its redirects on the same host included."""
        asked = str(url)
        known = self._validators.get(asked) if call.method == "GET" else None
        asked_at = self.budget.now()
        headers = dict(self.options.headers)
        if known is not None:
            headers["If-None-Match"] = known.etag
        if body is not None:
            headers["Content-Type"] = "application/json"
        session = self._open_session()
        try:
            for _ in range(_REDIRECTS + 1):
                async with session.request(
                    call.method, url, headers=headers, data=body, allow_redirects=False
                ) as answer:
                    if call.counted:
                        await self.budget.learn(answer.headers, asked_at)
                    if answer.status in (301, 302, 303, 307, 308):
                        url = self._same_host(call.name, url, answer)
                        continue
                    return await self._read(call, asked, answer, known)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.counts[call.name, "failed"] += 1
            raise _Failed(f"{type(error).__name__} {error}".strip()) from error
        raise self.lied(call.name, "redirects without end")

    def _same_host(self, route: str, url: URL, answer: aiohttp.ClientResponse) -> URL:
        try:
            target = url.join(URL(answer.headers.get("Location", "")))
            same = target.origin() == url.origin()
        except ValueError:
            same = False
        if not same:
            raise self.lied(route, "a redirect to another host")
        return target

    async def _read(self, call: Call, asked: str, answer: aiohttp.ClientResponse, known: Validated | None) -> Response:
        """Return the response, or raise the error, that a status and a body mean."""
        status, route = answer.status, call.name
        as_of = self.clock.now()
        if status == 304 and known is not None:
            self.counts[route, "not_modified"] += 1
            return Response(known.body, as_of, revalidated=True)
        if not call.read and status in _DONE:
            self.counts[route, "ok"] += 1
            return Response(b"", as_of)
        if status in _ANSWERED:
            if not answer.content_type.endswith("json"):
                raise self.lied(route, f"{answer.content_type or 'no content type'} instead of JSON")
            body = without_nul(await self._body(route, answer))
            if call.method == "GET":
                self._validators.remember(asked, route, answer.headers.get("ETag"), body)
            self.counts[route, "ok"] += 1
            return Response(body, as_of)
        if status == 404:
            self.counts[route, "not_found"] += 1
            raise UpstreamNotFound(route)
        if status in self.options.limit_statuses:
            self.counts[route, "limited"] += 1
            wait = await self.budget.block(answer.headers)
            raise UpstreamLimited(detail=f"{self.options.name} says that its limit is used up.", retry_after=wait)
        if status >= 500:
            self.counts[route, "failed"] += 1
            raise _Failed(f"status {status}")
        self.counts[route, "refused"] += 1
        raise UpstreamRefused(detail=f"{self.options.name} refused {route} with status {status}.")

    async def _body(self, route: str, answer: aiohttp.ClientResponse) -> bytes:
        declared = answer.content_length
        if declared is not None and declared > self.options.largest_bytes:
            raise self.lied(route, f"{declared} bytes")
        chunks: list[bytes] = []
        size = 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            if size > self.options.largest_bytes:
                raise self.lied(route, f"more than {self.options.largest_bytes} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.options.attempt_timeout, connect=5),
                connector=aiohttp.TCPConnector(limit=self.options.concurrency, ttl_dns_cache=60),
                headers={"User-Agent": "Guildhall/0.1", "Accept": "application/json"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session
