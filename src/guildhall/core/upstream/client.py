"""The one way to call a game API: budget, deadline, retries, revalidation, breaker, measures."""

import asyncio
import contextlib
import time
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import aiohttp
import msgspec
import stamina
import structlog
from msgspec import Struct
from yarl import URL

from guildhall.clock import Clock
from guildhall.core.upstream import queries, rules
from guildhall.core.upstream.breaker import Breaker
from guildhall.core.upstream.errors import (
    UpstreamDown,
    UpstreamLied,
    UpstreamLimited,
    UpstreamNotFound,
    UpstreamRefused,
)
from guildhall.core.upstream.schemas import Limits, Response, UpstreamOptions
from guildhall.db.pool import Database

log = structlog.get_logger(__name__)

Shape = TypeVar("Shape")

_VALIDATORS_BYTES = 8_000_000
_VALIDATOR_LARGEST = 256_000
_REDIRECTS = 3


class _Failed(Exception):
    """An attempt failed in a way that another may not."""


class _Validated(Struct, frozen=True):
    etag: str
    body: bytes


class UpstreamClient:
    """Calls one game API. One for each process; the budget is shared by all through PostgreSQL."""

    def __init__(self, options: UpstreamOptions, db: Database, clock: Clock) -> None:
        self.options = options
        self.limits = Limits(options.minute_limit, options.day_limit)
        self.breaker = Breaker()
        self.counts: dict[tuple[str, str], int] = defaultdict(int)
        """Attempts by route and outcome: ok, not_modified, not_found, limited, refused, lied, failed."""
        self.seconds: dict[str, float] = defaultdict(float)
        """Time spent in attempts, by route."""
        self._db = db
        self._clock = clock
        self._base = URL(options.base_url.rstrip("/") + "/")
        self._places = asyncio.Semaphore(options.concurrency)
        self._session: aiohttp.ClientSession | None = None
        self._skew = timedelta(0)
        self._validators: OrderedDict[str, _Validated] = OrderedDict()
        self._validators_size = 0

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def get(
        self,
        route: str,
        path: str,
        query: Mapping[str, str | int] | None = None,
        *,
        interactive: bool,
        limited: bool = True,
        method: str = "GET",
    ) -> Response:
        """Ask for JSON. `route` is the path's template, for measures; `interactive` when somebody waits.

        Raises UpstreamNotFound for 404, and UpstreamDown, UpstreamLied, UpstreamLimited or UpstreamRefused,
        all Unavailable with the seconds after which to try again.
        """
        url = self._base.join(URL(path.lstrip("/"))).with_query({**self.options.parameters, **(query or {})})
        try:
            async with asyncio.timeout(self.options.deadline), self._places:
                async for attempt in stamina.retry_context(
                    on=_Failed, attempts=self.options.attempts, timeout=self.options.deadline,
                    wait_initial=0.2, wait_max=2.0, wait_jitter=0.5,
                ):  # fmt: skip
                    with attempt:
                        return await self._attempt(method, route, url, interactive, limited)
        except _Failed as error:
            raise UpstreamDown(f"{self.options.name} does not answer: {error}", 10) from error
        except TimeoutError as error:
            raise UpstreamDown(f"{self.options.name} does not answer in time.", 10) from error
        raise AssertionError("unreachable")

    def decode(self, route: str, response: Response, decoder: "msgspec.json.Decoder[Shape]") -> Shape:
        """The answer as a struct. Raises UpstreamLied when it does not fit."""
        try:
            return decoder.decode(response.body)
        except msgspec.MsgspecError as error:
            self.counts[route, "lied"] += 1
            raise UpstreamLied(f"{self.options.name} answered {route} in an unknown shape: {error}", 30) from error

    def lied(self, route: str, why: str) -> UpstreamLied:
        """The failure for an answer of the right shape that cannot be true."""
        self.counts[route, "lied"] += 1
        return UpstreamLied(f"{self.options.name} answered {route} with {why}.", 30)

    async def _attempt(self, method: str, route: str, url: URL, interactive: bool, limited: bool) -> Response:
        wait = self.breaker.wait()
        if wait > 0:
            raise UpstreamDown(f"{self.options.name} has been failing.", int(wait) + 1)
        told = False
        try:
            if limited:
                await self._take_permit(interactive)
            began = time.perf_counter()
            try:
                response = await self._send(method, route, url, limited)
            except (UpstreamNotFound, UpstreamLimited, UpstreamRefused):
                self.breaker.succeeded()
                told = True
                raise
            except (_Failed, UpstreamLied):
                self.breaker.failed()
                told = True
                raise
            finally:
                self.seconds[route] += time.perf_counter() - began
            self.breaker.succeeded()
            told = True
            return response
        finally:
            if not told:
                self.breaker.abandoned()

    async def _take_permit(self, interactive: bool) -> None:
        """One call out of the shared budget. Raises UpstreamLimited with the time until there is room."""
        if self.limits.minute is None and self.limits.day is None:
            return
        now = self._clock.now() + self._skew
        allowed = rules.caps(self.limits, self.options.reserve, interactive, now)
        async with self._db.write() as tx:
            row = None
            if allowed.minute != 0 and allowed.day != 0:
                row = await queries.permit.one_or_none(
                    tx,
                    self.options.name,
                    rules.minute_of(now),
                    rules.day_of(now),
                    allowed.minute,
                    allowed.day,
                    now,
                )
            if row is not None:
                return
            used = await queries.budget.one_or_none(tx, self.options.name)
        again = (
            rules.retry_at(used, allowed, self.limits, self.options.reserve, interactive, now)
            if used is not None
            else now + timedelta(hours=1)
        )
        self.counts["-", "no_budget"] += 1
        raise UpstreamLimited(
            f"The budget of calls to {self.options.name} is used up.",
            max(1, int((again - now).total_seconds()) + 1),
        )

    async def _send(self, method: str, route: str, url: URL, limited: bool) -> Response:
        """One exchange, its redirects on the same host included."""
        known = self._validators.get(str(url)) if method == "GET" else None
        headers = dict(self.options.headers)
        if known is not None:
            headers["If-None-Match"] = known.etag
        session = self._open_session()
        try:
            for _ in range(_REDIRECTS + 1):
                async with session.request(method, url, headers=headers, allow_redirects=False) as answer:
                    if limited:
                        await self._learn(answer)
                    if answer.status in (301, 302, 303, 307, 308):
                        url = self._same_host(route, url, answer)
                        continue
                    return await self._read(route, url, answer, known)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.counts[route, "failed"] += 1
            raise _Failed(f"{type(error).__name__} {error}".strip()) from error
        raise self.lied(route, "redirects without end")

    def _same_host(self, route: str, url: URL, answer: aiohttp.ClientResponse) -> URL:
        target = url.join(URL(answer.headers.get("Location", "")))
        if target.origin() != url.origin():
            raise self.lied(route, "a redirect to another host")
        return target

    async def _read(self, route: str, url: URL, answer: aiohttp.ClientResponse, known: _Validated | None) -> Response:
        """What a status and a body mean."""
        status = answer.status
        as_of = self._clock.now()
        if status == 304 and known is not None:
            self.counts[route, "not_modified"] += 1
            return Response(known.body, as_of, revalidated=True)
        if status == 200:
            if not answer.content_type.endswith("json"):
                raise self.lied(route, f"{answer.content_type or 'no content type'} instead of JSON")
            body = await self._body(route, answer)
            self._remember(str(url), answer.headers.get("ETag"), body)
            self.counts[route, "ok"] += 1
            return Response(body, as_of)
        if status == 404:
            self.counts[route, "not_found"] += 1
            raise UpstreamNotFound(route)
        if status == 429:
            self.counts[route, "limited"] += 1
            wait = await self._limited(answer)
            raise UpstreamLimited(f"{self.options.name} says that its limit is used up.", wait)
        if status >= 500:
            self.counts[route, "failed"] += 1
            raise _Failed(f"status {status}")
        self.counts[route, "refused"] += 1
        raise UpstreamRefused(f"{self.options.name} refused {route} with status {status}.", 60)

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

    async def _learn(self, answer: aiohttp.ClientResponse) -> None:
        """Take over what the headers say about the server's clock and what is left of the windows."""
        if (date := answer.headers.get("Date")) is not None:
            with contextlib.suppress(ValueError, TypeError):
                said = parsedate_to_datetime(date)
                skew = said.replace(tzinfo=said.tzinfo or UTC) - self._clock.now()
                # Whole seconds and the way here make a second or two; only a clock that is off counts.
                self._skew = skew if abs(skew) > timedelta(seconds=2) else timedelta(0)
        if self.limits.minute is None and self.limits.day is None:
            return
        minute = _number(answer, "X-Rate-Limit-Remaining-Minute")
        day = _number(answer, "X-Rate-Limit-Remaining-Day")
        if minute is None and day is None:
            return
        now = self._clock.now() + self._skew
        minute_used = None if minute is None else rules.used_by_header(self.limits.minute, minute)
        day_used = None if day is None else rules.used_by_header(self.limits.day, day)
        async with self._db.write() as tx:
            await queries.learn_usage.run(
                tx, self.options.name, rules.minute_of(now), minute_used, rules.day_of(now), day_used
            )

    async def _limited(self, answer: aiohttp.ClientResponse) -> int:
        """A 429: nobody calls before the window that is used up has passed. Seconds until then."""
        now = self._clock.now() + self._skew
        day = _number(answer, "X-Rate-Limit-Remaining-Day")
        minute = _number(answer, "X-Rate-Limit-Remaining-Minute")
        retry_after = _number(answer, "Retry-After")
        if day is not None and day < 0:
            until = rules.day_of(now) + rules.DAY
        elif retry_after is not None:
            until = now + timedelta(seconds=min(max(1, retry_after), 3600))
        elif minute is not None and minute < 0:
            until = rules.minute_of(now) + rules.MINUTE + timedelta(seconds=1)
        else:
            until = now + timedelta(seconds=60)
        async with self._db.write() as tx:
            await queries.block.run(tx, self.options.name, until)
        log.warning("upstream_limited", upstream=self.options.name, until=until)
        return max(1, int((until - now).total_seconds()) + 1)

    def _remember(self, url: str, etag: str | None, body: bytes) -> None:
        """Keep a body with its validator, so that asking again costs a 304."""
        old = self._validators.pop(url, None)
        if old is not None:
            self._validators_size -= len(old.body)
        if etag is None or len(body) > _VALIDATOR_LARGEST:
            return
        self._validators[url] = _Validated(etag, body)
        self._validators_size += len(body)
        while self._validators_size > _VALIDATORS_BYTES:
            _, gone = self._validators.popitem(last=False)
            self._validators_size -= len(gone.body)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.options.attempt_timeout, connect=5),
                connector=aiohttp.TCPConnector(limit=self.options.concurrency, ttl_dns_cache=60),
                headers={"User-Agent": "Guildhall/0.1", "Accept": "application/json"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _number(answer: Any, header: str) -> int | None:
    """A header that holds a whole number, perhaps negative."""
    text = answer.headers.get(header)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None
