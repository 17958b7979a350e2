"""The outermost layer of every request: id, limits, shortcut, headers, measures, log line."""

import asyncio
import os
import re
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from typing import Any

from guildhall.clock import Clock
from guildhall.errors import GuildhallError, PreconditionFailed, TimedOut, TooManyRequests, Unavailable
from guildhall.log import get_logger, log_with, request_line
from guildhall.web import problems
from guildhall.web.bodies import BodyLimits, bounded
from guildhall.web.connections import Connections
from guildhall.web.deadlines import Deadlines
from guildhall.web.lane import Answers, LaneProtocol, PlainGet
from guildhall.web.limits import PeopleLimits, TokenBuckets, TrustedProxies, network_of
from guildhall.web.origins import Origins
from guildhall.web.refusals import LANE_HEAD, problem_fields, refusal
from guildhall.web.reply import API_POLICY, SECURITY, Fields, Receive, Reply, Send
from guildhall.web.settings import WebSettings

Scope = dict[str, Any]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; upper bounds of the histogram of request times."""

_UNLIMITED = frozenset({"/healthz", "/readyz", "/metrics"})
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")

log = get_logger(__name__)


class Edge:
    """Wraps the application. Times are measured, and every request ends in one canonical log line."""

    def __init__(
        self,
        app: Any,
        answers: Answers,
        settings: WebSettings,
        clock: Clock,
        bodies: Mapping[str, int] | None = None,
        people: PeopleLimits | None = None,
    ) -> None:
        """`bodies` are the kilobytes of larger bodies, by the beginning of the paths that take them.

        `people` are the limits of people, where there are any.
        """
        self.application = app
        self._answers = answers
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._clock = clock
        self.connections = Connections(settings)
        self._bodies = BodyLimits(settings.body_kb, bodies or {})
        self._seconds = settings.request_seconds
        self._deadlines = Deadlines(settings.request_seconds)
        self._buckets = (
            TokenBuckets(settings.rate_per_minute, settings.rate_burst) if settings.rate_per_minute else None
        )
        self._people = people
        self._origins = Origins(settings.cors_origins)
        self._id_prefix = os.urandom(6).hex().encode()
        self._id_count = 0
        self.requests: dict[tuple[str, str, int], int] = defaultdict(int)
        """Requests by method, route and status."""
        self.times: dict[str, list[float]] = defaultdict(lambda: [0.0] * (len(BUCKETS) + 2))
        """Request times by route: a count for each bucket and one beyond, then their sum in seconds."""
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._handshake(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        began = time.perf_counter()
        method: str = scope["method"]
        path: str = scope["path"]
        headers = dict(scope["headers"])
        request_id = self._request_id(headers)
        extra: Fields = [(b"x-request-id", request_id)]
        if (origin := headers.get(b"origin")) is not None:
            extra += self._origins.fields(origin)
        now = self._clock.timestamp()
        if self._buckets is not None and path not in _UNLIMITED:
            client = scope["client"]
            left = self._buckets.take(network_of(client[0]) if client else "", began)
            extra.append((b"ratelimit-policy", self._buckets.policy))
            extra.append((b"ratelimit", self._buckets.header(left)))
            if left < 0:
                error = TooManyRequests(retry_after=-left)
                await self._refuse(scope, send, error, extra, request_id)
                self._done(method, "limited", 429, began, request_id, path.encode())
                return
        await self._through(scope, receive, send, headers, extra, request_id, began, now)

    def _request_id(self, headers: Mapping[bytes, bytes]) -> bytes:
        self._id_count += 1
        given = headers.get(b"x-request-id")
        if given is not None and _REQUEST_ID.fullmatch(given):
            return given
        return b"%s%08x" % (self._id_prefix, self._id_count)

    async def _handshake(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket's handshake counts as a request does; what comes after it has limits of its own."""
        began = time.perf_counter()
        path = scope["path"].encode()
        request_id = self._request_id(dict(scope["headers"]))
        scope["guildhall.request_id"] = request_id.decode()
        if self._buckets is not None:
            client = scope["client"]
            left = self._buckets.take(network_of(client[0]) if client else "", began)
            if left < 0:
                error = TooManyRequests(retry_after=-left)
                extra = [(b"x-request-id", request_id), (b"ratelimit", self._buckets.header(left))]
                await self._refuse(scope, send, error, extra, request_id, "websocket.http")
                self._done("GET", "limited", 429, began, request_id, path)
                return
        answered = False

        async def answer(message: dict[str, Any]) -> None:
            nonlocal answered
            if not answered:
                answered = True
                status = 101 if message["type"] == "websocket.accept" else message.get("status", 403)
                route = str(scope.get("path_template") or "unknown")
                self._done("GET", route, status, began, request_id, path)
            await send(message)

        await self.application(scope, receive, answer)

    def serve(self, connection: LaneProtocol, target: bytes, get: PlainGet) -> bool:
        """The fast lane: answer a plain GET from memory at once, or from its own route soon."""
        began = time.perf_counter()
        now = self._clock.timestamp()
        holder = None
        if get.authorization is None:
            answer = self._answers.remembered(target, now)
        elif (holder := self._answers.holder(get.authorization, now)) is None or (
            answer := self._answers.private(target, holder, now)
        ) is None:
            return False
        if answer is not None:
            if not self._answers.ready(answer, get.accept_encoding):
                return False
            finding = None
        else:
            finding = self._answers.route(target)
            if finding is None:
                return False
        tail = self._take_token(connection, get, began)
        if tail is not None and holder is not None and self._people is not None:
            mine = self._people.line(holder, "read", began)
            tail = None if mine is None else tail + mine
        if tail is None:
            if finding is not None:
                finding.close()
            return False  # the long way says 429, or asks how much is left
        self._id_count += 1
        request_id = get.request_id
        if request_id is None or not _REQUEST_ID.fullmatch(request_id):
            request_id = b"%s%08x" % (self._id_prefix, self._id_count)
        tail = b"%sx-request-id: %s\r\ndate: %s\r\n\r\n" % (tail, request_id, connection.date)
        if finding is not None:
            number = self._id_count
            task = connection.work(self._find(number, finding, target, get, tail, request_id, began, now))
            self._deadlines.begin(number, task, began)
            return True
        status, head, body = self._answers.wire(answer, get.accept_encoding, get.if_none_match, now)
        connection.reply(head + LANE_HEAD + tail + body)
        self._done("GET", self._answers.label(answer), status, began, request_id, target)
        return True

    def _take_token(self, connection: LaneProtocol, get: PlainGet, began: float) -> bytes | None:
        """The limit's header fields, or None when the client has used up what it may."""
        if self._buckets is None:
            return b""
        left = self._buckets.take(network_of(self._proxies.client(connection.peer, get.forwarded_for)), began)
        if left < 0:
            return None
        return b"ratelimit-policy: %s\r\nratelimit: %s\r\n" % (self._buckets.policy, self._buckets.header(left))

    async def _find(
        self,
        number: int,
        finding: Coroutine[Any, Any, Any],
        target: bytes,
        get: PlainGet,
        tail: bytes,
        request_id: bytes,
        began: float,
        now: float,
    ) -> bytes:
        """A whole answer of one of the lane's own routes, whatever becomes of it."""
        label, status = "lane", 500
        self.in_flight += 1
        try:
            answer = await finding
            label = self._answers.label(answer)
            # Without the coding in memory the body goes as it is: compressing is for answers that are asked often.
            coding = get.accept_encoding if self._answers.ready(answer, get.accept_encoding) else None
            status, head, body = self._answers.wire(answer, coding, get.if_none_match, now)
            return head + LANE_HEAD + tail + body
        except asyncio.CancelledError:
            if not self._deadlines.is_late(number) or (task := asyncio.current_task()) is None or task.uncancel():
                raise
            status, refused = refusal(self._late(), request_id, tail)
            return refused
        except GuildhallError as error:
            status, refused = refusal(error, request_id, tail)
            return refused
        except Exception as error:
            log.error("request_broken", path=target.decode(), request_id=request_id.decode(), exc_info=error)
            status, refused = refusal(GuildhallError(), request_id, tail)
            return refused
        finally:
            self.in_flight -= 1
            self._deadlines.end(number)
            self._done("GET", label, status, began, request_id, target)

    async def _through(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: dict[bytes, bytes],
        extra: Fields,
        request_id: bytes,
        began: float,
        now: float,
    ) -> None:
        """Through the application, with the limits on body and time."""
        scope["guildhall.request_id"] = request_id.decode()
        scope["guildhall.now"] = now
        scope["guildhall.extra"] = extra
        scope["guildhall.head"] = scope["method"] == "HEAD"
        reply = Reply(send, extra, headers.get(b"accept-encoding"), head=scope["guildhall.head"])
        self.in_flight += 1
        try:
            with log_with(request_id=scope["guildhall.request_id"]):
                if headers.get(b"if-match", b"*").strip() != b"*":
                    raise PreconditionFailed
                limit = self._bodies.require(scope["path"], headers.get(b"content-length", b"0"))
                async with asyncio.timeout(self._seconds) as scope["guildhall.limit"]:
                    await self.application(scope, bounded(receive, limit), reply)
        except TimeoutError:
            await self._refuse_late(scope, reply, self._late())
        except GuildhallError as error:
            await self._refuse_late(scope, reply, error)
        except asyncio.CancelledError:
            await self._refuse_late(scope, reply, Unavailable(detail="The server restarts."))
            raise
        except Exception as error:
            log.error("request_broken", path=scope["path"], request_id=scope["guildhall.request_id"], exc_info=error)
            await self._refuse_late(scope, reply, GuildhallError())
        finally:
            self.in_flight -= 1
            if (streaming := scope.get("guildhall.streaming")) is not None:
                began += time.perf_counter() - streaming.since  # a stream took as long to answer as to begin
            route = str(scope.get("path_template") or "unknown")
            self._done(scope["method"], route, reply.status, began, request_id, scope["path"].encode())

    def refusal(self, date: bytes, error: GuildhallError) -> bytes:
        """A whole answer to a request that the connection's protocol refuses (protocol.Refusals)."""
        began = time.perf_counter()
        request_id = self._request_id({})
        tail = b"x-request-id: %s\r\ndate: %s\r\nconnection: close\r\n\r\n" % (request_id, date)
        status, answer = refusal(error, request_id, tail)
        self._done("-", "refused", status, began, request_id, b"-")
        return answer

    def _late(self) -> TimedOut:
        return TimedOut(detail=f"The answer took more than {self._seconds:g} seconds.")

    async def _refuse_late(self, scope: Scope, reply: Reply, error: GuildhallError) -> None:
        if not reply.started:
            body = problems.encode(problems.problem_of(error, f"urn:request:{scope['guildhall.request_id']}"))
            fields = [*problem_fields(error), (b"content-length", b"%d" % len(body))]
            await reply({"type": "http.response.start", "status": error.status, "headers": fields})
            await reply({"type": "http.response.body", "body": body})

    async def _refuse(
        self, scope: Scope, send: Send, error: GuildhallError, extra: Fields, request_id: bytes, kind: str = "http"
    ) -> None:
        body = problems.encode(problems.problem_of(error, f"urn:request:{request_id.decode()}"))
        fields = [
            *problem_fields(error),
            (b"content-length", b"%d" % len(body)),
            *SECURITY,
            API_POLICY,
            *extra,
        ]
        await send({"type": f"{kind}.response.start", "status": error.status, "headers": fields})
        await send({"type": f"{kind}.response.body", "body": body if scope.get("method") != "HEAD" else b""})

    def _done(self, method: str, route: str, status: int, began: float, request_id: bytes, path: bytes) -> None:
        took = time.perf_counter() - began
        self.requests[method, route, status] += 1
        times = self.times[route]
        times[bisect_left(BUCKETS, took)] += 1
        times[-1] += took
        request_line(method, path, route, status, took, request_id)
