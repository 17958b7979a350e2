"""Prometheus metrics, read from plain counters only when they are asked for."""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from guildhall.errors import AuthenticationRequired
from guildhall.web import problems
from guildhall.web.edge import BUCKETS, Edge
from guildhall.web.exposition import Metric, Sample, exposition, histogram_samples
from guildhall.web.settings import WebSettings

Source = Callable[[], Iterable[Metric]]
"""Gives metrics as they stand now."""

Gather = Callable[[], Awaitable[Iterable[Metric]]]
"""Asks the database for metrics."""

MEDIA_TYPE = "text/plain; version=1.0.0"
"""The text format; the framework adds the charset."""


class MetricsTokenRequired(AuthenticationRequired):
    says = "Token required: the metrics want the configured bearer token."


def counter(name: str, words: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    """A counter from a dict of label values."""
    return Metric(name, "counter", words, _samples(labels, values))


def gauge(name: str, words: str, value: float) -> Metric:
    """A gauge without labels."""
    return Metric(name, "gauge", words, [Sample("", {}, value)])


def gauges(name: str, words: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    """A gauge from a dict of label values."""
    return Metric(name, "gauge", words, _samples(labels, values))


def _samples(labels: tuple[str, ...], values: Mapping[Any, float]) -> list[Sample]:
    return [Sample("", dict(zip(labels, key, strict=True)), value) for key, value in list(values.items())]


def edge_metrics(edge: Edge) -> Iterable[Metric]:
    """Requests, their times, and the process itself."""
    requests = {(m, r, str(s)): float(n) for (m, r, s), n in list(edge.requests.items())}
    yield counter("guildhall_requests", "Requests answered", ("method", "route", "status"), requests)
    times: list[Sample] = []
    for route, counts in list(edge.times.items()):
        buckets = zip((*map(str, BUCKETS), "+Inf"), counts[:-1], strict=True)
        times += histogram_samples({"route": route}, buckets, counts[-1])
    yield Metric("guildhall_request_seconds", "histogram", "Time to answer", times)
    yield gauge("guildhall_requests_in_flight", "Requests being answered", edge.in_flight)
    yield gauge("guildhall_connections", "Connections open", len(edge.connections))
    import psutil  # by whom asks for figures

    process = psutil.Process()
    yield gauge("process_resident_memory_bytes", "Memory in use", process.memory_info().rss)
    cpu = process.cpu_times()
    yield counter("process_cpu_seconds", "CPU time used", (), {(): cpu.user + cpu.system})


def metrics_route(
    sources: Callable[[], Iterable[Source]], gather: Gather, settings: Callable[[], WebSettings]
) -> HTTPRouteHandler:
    """/metrics in the text format; with a bearer token where one is configured.

    `sources` tell of this process, `gather` of what all processes share.
    """

    @get(
        "/metrics",
        summary="Prometheus metrics",
        media_type="text/plain",
        responses=problems.documented(401),
    )
    async def metrics(request: Request) -> Response[str]:  # type: ignore[type-arg]
        """Counters of requests, cache tiers, game API calls, jobs and the pool."""
        token = settings().metrics_token
        if token is not None:
            given = request.headers.get("authorization", "")
            wanted = f"Bearer {token.get_secret_value()}"
            if not hmac.compare_digest(given.encode(), wanted.encode()):
                raise MetricsTokenRequired
        families = [family for source in sources() for family in source()]
        families += await gather()
        return Response(exposition(families), media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})

    return metrics
