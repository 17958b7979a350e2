"""A stand-in of a game API, declared by its sources and its limit."""

from datetime import datetime

from aiohttp import web

from guildhall.sandbox.asking import Source
from guildhall.sandbox.calls import CallCounters
from guildhall.sandbox.clock import DAY, WorldClock
from guildhall.sandbox.context import CALLS, CLOCK, FAULTS, FRESH, LIMITS, SOURCES
from guildhall.sandbox.control import call_routes, clock_routes, fault_routes, limit_routes
from guildhall.sandbox.limits import Limit, Windows
from guildhall.sandbox.modes import Fault, Faults
from guildhall.sandbox.network import end_with_server
from guildhall.sandbox.serving import serve

_NO_LIMIT = Limit(None)


class StandIn:
    """Answers of `sources`, asked in their order, with faults and a `limit`; 404 for every other path.

    `fresh` are the seconds of `Cache-Control: max-age` for answers without one. The clock starts at `epoch`, or is the
    real one. Answers that are made up depend on `seed` alone. Raises ValueError for what makes no sense.
    """

    def __init__(
        self,
        *sources: Source,
        limit: Limit = _NO_LIMIT,
        fresh: int = 0,
        seed: int = 20,
        epoch: datetime | None = None,
    ) -> None:
        if not sources:
            raise ValueError("a stand-in needs a source of answers")
        if not 0 <= fresh <= DAY:
            raise ValueError(f"fresh must be between 0 and {DAY} seconds")
        if epoch is not None and epoch.utcoffset() is None:
            raise ValueError("epoch must be an aware datetime")
        self._sources = sources
        self._limit = limit
        self._fresh = fresh
        self._seed = seed
        self._epoch = epoch

    def make_app(self) -> web.Application:
        """Make an application with a state of its own, which may be mounted below any path. Raises Misread.

        Python code reaches the parts as app[FAULTS], app[CALLS], app[CLOCK] and app[LIMITS].
        """
        app = web.Application()
        app[SOURCES] = tuple(source.open(self._seed) for source in self._sources)
        app[CLOCK] = WorldClock(self._epoch)
        app[FAULTS] = Faults()
        app[LIMITS] = Windows(self._limit)
        app[CALLS] = CallCounters()
        app[FRESH] = self._fresh
        end_with_server(app)
        app.router.add_routes(
            [*fault_routes(FAULTS, Fault), *limit_routes(LIMITS), *clock_routes(CLOCK), *call_routes(CALLS)]
        )
        # Last, so that it takes only what nothing else did.
        app.router.add_route("*", "/{path:.*}", serve)
        return app
