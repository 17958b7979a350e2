"""The web application: routes of the packs and the core, behind the edge."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, cast

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import License
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from guildhall import __version__
from guildhall.boot.faults import blaming
from guildhall.boot.handlers import fast_path
from guildhall.boot.pack_metrics import pack_states, slice_sources
from guildhall.boot.routing import make_routers
from guildhall.boot.runtime import WebRuntime
from guildhall.core.cache.api import CacheLane, Find
from guildhall.core.cache.cache import Cache
from guildhall.core.fresh.queries.keys import counts as fresh_counts
from guildhall.core.fresh.schemas import Counted
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.jobs.queries import job_counts, worker_seen
from guildhall.core.limits.person_limits import PersonLimits
from guildhall.core.realtime.queries import ahead_of_clock
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.upstream import rules as budget_rules
from guildhall.core.upstream.queries import budgets
from guildhall.db import migrate
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured, Unavailable
from guildhall.pack import Slice
from guildhall.web import description, documentation, explanations, health, metrics, problems
from guildhall.web.edge import Edge
from guildhall.web.exposition import Metric
from guildhall.web.tags import TAGS


class Routes:
    """The framework's application of some slices, and the process whose objects its routes get.

    To make the application costs most of a second, so a process that serves one runtime after another (the tests'
    does) lends it to each by setting `runtime`.
    """

    runtime: WebRuntime
    sources: list[metrics.Source]
    """The sources of /metrics beside the database."""

    def __init__(self, runtime: WebRuntime) -> None:
        self.runtime = runtime
        self.sources = []
        self.application = _make_application(self, runtime.configuration.slices)


def make_app(runtime: WebRuntime, routes: Routes | None = None) -> Edge:
    """The ASGI application of a web process; of `routes` that were made for the same slices, where they are given."""
    routes = routes or Routes(runtime)
    routes.runtime = runtime
    authenticator = cast(Authenticator, runtime.provided[Authenticator])
    people = cast(PersonLimits, runtime.provided[PersonLimits])
    edge = Edge(
        _answering_head(routes.application),
        CacheLane(runtime.cache.memory, _lane_routes(runtime), authenticator.holder),
        runtime.configuration.web,
        runtime.clock,
        _larger_bodies(runtime),
        people if people.on else None,
    )
    routes.sources = [
        lambda: metrics.edge_metrics(edge),
        lambda: _cache_metrics(runtime.cache),
        lambda: _upstream_metrics(runtime),
        lambda: _pool_metrics(runtime.db),
        lambda: pack_states(runtime.configuration),
        *slice_sources(runtime),
    ]
    return edge


class _Application(Litestar):
    """The framework with its plugin for msgspec alone.

    It also loads one for pydantic wherever that is installed, with all of pydantic 1 beside 2: 5 MB and a tenth of a
    second of every start, for models that no route of ours has.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def _make_application(routes: Routes, slices: Sequence[Slice]) -> Litestar:
    app = _Application(
        route_handlers=[
            *make_routers(slices, lambda: routes.runtime),
            *health.health_routes(lambda: _checks(routes.runtime)),
            metrics.metrics_route(
                lambda: routes.sources,
                lambda: _shared_metrics(routes.runtime),
                lambda: routes.runtime.configuration.web,
            ),
            *documentation.documentation_routes(),
        ],
        exception_handlers=_handlers(routes.runtime),
        request_class=problems.JsonRequest,
        openapi_config=openapi_config(),
        logging_config=None,
        debug=False,
        on_app_init=[_plain],
    )
    description.describe(app)
    return app


def _handlers(runtime: WebRuntime) -> dict[Any, Any]:
    """The answers to errors. Raises Misconfigured where a production server would explain its code to everybody."""
    if not runtime.configuration.web.explain_errors:
        return problems.HANDLERS
    if runtime.configuration.main.environment == "production":
        raise Misconfigured("GUILDHALL_WEB_EXPLAIN_ERRORS shows code to everybody: it is for development only.")
    return explanations.HANDLERS


def _answering_head(app: Litestar) -> Any:
    """HEAD is answered as GET is (RFC 9110, 9.3.2); the edge leaves the body away."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return
        scope["method"] = "GET"
        try:
            await app(scope, receive, send)
        finally:
            scope["method"] = "HEAD"

    return answer


def openapi_config() -> OpenAPIConfig:
    """Return the head of the API's description."""
    document = documentation.Description(path="/")
    return OpenAPIConfig(
        title="Guildhall",
        version=__version__,
        summary="The backend that game-companion apps need.",
        description=(
            "Answers say how old they are: `Age` in seconds, and `Cache-Status` with the tier they came from. "
            "Errors are problem+json with a stable `code`; docs/errors.md in the repository lists them. "
            "Lists are pages: pass `next` as `after`.\n\n"
            "To write from this page, sign in at `/api/v1/auth/{provider}/start?return_to=/docs`, or enter a token "
            "behind *Authorize*."
        ),
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        path=documentation.SCHEMA,
        render_plugins=[document],
        openapi_router=document.router(documentation.SCHEMA),
        use_handler_docstrings=True,
        tags=list(TAGS),
        components=description.COMPONENTS,
        operation_id_creator=description.operation_id,
    )


def _plain(config: AppConfig) -> AppConfig:
    """Switch off the parts of the framework that the edge does already."""
    config.compression_config = None
    config.cors_config = None
    return config


def _larger_bodies(runtime: WebRuntime) -> dict[str, int]:
    """The bodies that are larger than others may be, in kilobytes by the beginning of their paths."""
    found: dict[str, int] = {}
    for one, part in runtime.configuration.owned_web_parts:
        if part.larger_bodies is not None:
            with blaming(one, "does not start"):
                found |= part.larger_bodies(runtime.configuration.of_slices[one.name])
    return found


def _lane_routes(runtime: WebRuntime) -> dict[bytes, Find]:
    """The routes of the fast path, by the path before their parameter."""
    found: dict[bytes, Find] = {}
    for one, part in runtime.configuration.owned_web_parts:
        with blaming(one, "has a route that cannot be served"):
            found |= dict(fast_path(route, runtime.provided) for route in part.routes if route.lane)
    return found


def _checks(runtime: WebRuntime) -> dict[str, health.Check]:
    """Return the checks of /readyz."""
    silence = timedelta(seconds=runtime.configuration.web.worker_silence)
    allowed = cast(RealtimeSettings, runtime.configuration.of_slices["realtime"]).ahead_seconds

    async def database() -> str | None:
        return await runtime.db.trouble()

    async def migrations() -> str | None:
        async with runtime.db.read() as tx:
            states = await migrate.status(tx.connection, runtime.configuration.branches)
        pending = [name for state in states for name in state.pending]
        return f"pending: {', '.join(pending)}" if pending else None

    async def worker() -> str | None:
        async with runtime.db.read() as tx:
            seen = await worker_seen.one(tx)
        if seen is None:
            return "no worker has been seen"
        age = runtime.clock.now() - seen
        return f"last seen {int(age.total_seconds())} s ago" if age > silence else None

    async def clock() -> str | None:
        async with runtime.db.read() as tx:
            ahead = await ahead_of_clock.one(tx)
        if ahead <= allowed:
            return None
        return f"ok, but the order of messages is {ahead:.0f} s ahead of the clock: guildhall realm mend"

    async def packs() -> str | None:
        left_out = ", ".join(fault.pack for fault in runtime.configuration.left_out)
        return f"ok, but left out as broken: {left_out}; guildhall packs list" if left_out else None

    checks: dict[str, health.Check] = {
        "database": database, "migrations": migrations, "clock": clock, "packs": packs,
    }  # fmt: skip
    if runtime.configuration.web.require_worker:
        checks["worker"] = worker
    return checks


def _cache_metrics(cache: Cache) -> Iterable[Metric]:
    counts = {key: float(value) for key, value in list(cache.counts.items())}
    yield metrics.counter("guildhall_cache_lookups", "Look-ups by tier", ("kind", "tier", "outcome"), counts)
    waited: dict[tuple[str, ...], float] = {
        (kind, tier): seconds for (kind, tier), seconds in list(cache.waited.items())
    }
    yield metrics.counter("guildhall_cache_wait_seconds", "Time spent in look-ups", ("kind", "tier"), waited)
    yield metrics.gauge("guildhall_cache_memory_bytes", "Bytes in the memory tier", cache.memory.size)
    yield metrics.gauge("guildhall_cache_memory_entries", "Answers in the memory tier", len(cache.memory))
    yield metrics.counter("guildhall_cache_memory_evicted", "Answers pushed out", (), {(): cache.memory.evicted})


def _upstream_metrics(runtime: WebRuntime) -> Iterable[Metric]:
    calls: dict[tuple[str, ...], float] = {}
    seconds: dict[tuple[str, ...], float] = {}
    odd: dict[tuple[str, ...], float] = {}
    for client in runtime.clients.plain:
        name = client.options.name
        calls |= {(name, route, outcome): count for (route, outcome), count in list(client.counts.items())}
        seconds |= {(name, route): total for route, total in list(client.seconds.items())}
        odd |= {(name, route): rows for route, rows in list(client.odd_rows.items())}
    yield metrics.counter("guildhall_upstream_calls", "Calls to game APIs", ("upstream", "route", "outcome"), calls)
    yield metrics.counter(
        "guildhall_upstream_odd_rows", "Rows of answers that were dropped", ("upstream", "route"), odd
    )
    yield metrics.counter("guildhall_upstream_seconds", "Time in calls to game APIs", ("upstream", "route"), seconds)


async def _shared_metrics(runtime: WebRuntime) -> list[Metric]:
    """Return the metrics that all processes share: jobs, calls used of game APIs' windows, keys that are kept fresh.

    A database that is away is a gauge of its own; nothing else is known of it then.
    """
    families: list[Metric] = []
    try:
        async with runtime.db.read(timeout=2) as tx:
            jobs = {(row.job_type, row.status): float(row.jobs) for row in await job_counts.many(tx)}
            used = await budgets.many(tx)
            kept = await fresh_counts.many(tx, tx.now)
            now = tx.now
    except Unavailable:
        return [metrics.gauge("guildhall_database_up", "Whether the database answers", 0)]
    families.append(metrics.gauge("guildhall_database_up", "Whether the database answers", 1))
    families.append(metrics.gauges("guildhall_jobs", "Jobs remembered, by state", ("type", "status"), jobs))
    calls: dict[tuple[str, ...], float] = {}
    for row in used:
        calls[row.upstream, "minute"] = row.minute_used if row.minute_start >= budget_rules.minute_of(now) else 0
        calls[row.upstream, "day"] = row.day_used if row.day_start >= budget_rules.day_of(now) else 0
    words = "Calls used of the present window, by all processes"
    families.append(metrics.gauges("guildhall_upstream_window_used", words, ("upstream", "window"), calls))
    return [*families, *_fresh_metrics(kept)]


def _fresh_metrics(rows: Sequence[Counted]) -> Iterable[Metric]:
    figures: tuple[tuple[str, str, Callable[[Counted], float]], ...] = (
        ("keys", "Keys that are kept fresh", lambda row: row.kept),
        ("due", "Keys that are due", lambda row: row.due),
        ("failing", "Keys whose last refresh failed", lambda row: row.failing),
        ("late_seconds", "Delay of the key that has been due for longest", lambda row: row.late_seconds),
    )
    for name, words, figure in figures:
        values: dict[tuple[str, ...], float] = {(row.name,): figure(row) for row in rows}
        yield metrics.gauges(f"guildhall_fresh_{name}", words, ("declaration",), values)


def _pool_metrics(db: Database) -> Iterable[Metric]:
    for name, value in db.statistics.items():
        yield metrics.gauge(f"guildhall_pool_connections_{name}", "Database connections", value)
