"""The sandbox as an aiohttp application: the API under /api, the control plane under /_sandbox."""

from aiohttp import web

from guildhall.packs.dota2.sandbox import players, routes
from guildhall.packs.dota2.sandbox.answers import AnswerCache
from guildhall.packs.dota2.sandbox.calls import Calls
from guildhall.packs.dota2.sandbox.context import (
    ANSWERS,
    CALLS,
    CLOCK,
    FAULTS,
    LIMITS,
    RECORDINGS,
    WORLD,
)
from guildhall.packs.dota2.sandbox.control import control_routes
from guildhall.packs.dota2.sandbox.faults import Faults
from guildhall.packs.dota2.sandbox.limits import Limits
from guildhall.packs.dota2.sandbox.options import SandboxOptions
from guildhall.packs.dota2.sandbox.player_answers import BUILDERS
from guildhall.packs.dota2.sandbox.recordings import Recordings
from guildhall.packs.dota2.sandbox.serving import endpoint
from guildhall.packs.dota2.sandbox.world import World
from guildhall.sandbox.clock import WorldClock
from guildhall.sandbox.network import end_with_server

_DEFAULTS = SandboxOptions()


def make_app(options: SandboxOptions = _DEFAULTS) -> web.Application:
    """A sandbox of its own world, clock, limits and faults; may be mounted below any path.

    Python code reaches the parts as app[FAULTS], app[CLOCK], app[LIMITS], app[CALLS] and app[WORLD].
    """
    app = web.Application()
    clock = WorldClock(options.epoch)
    app[CLOCK] = clock
    app[WORLD] = World(options, clock)
    app[RECORDINGS] = Recordings(options.recordings)
    app[FAULTS] = Faults()
    app[LIMITS] = Limits(options.minute_limit, options.day_limit)
    app[CALLS] = Calls()
    app[ANSWERS] = AnswerCache()
    end_with_server(app)
    app.router.add_routes(control_routes())
    app.router.add_routes(_api_routes())
    return app


def _api_routes() -> list[web.RouteDef]:
    one = "/players/{account_id}"
    builds = {**routes.BUILDS, "/search": players.search, one: players.profile}
    builds |= {f"{one}/{name}": players.player_endpoint(name) for name in BUILDERS}
    api = [web.get(f"/api{path}", endpoint(path, build)) for path, build in builds.items()]
    api.append(web.get("/api/metadata", endpoint("/metadata", routes.metadata, limited=False)))
    api.append(web.post(f"/api{one}/refresh", endpoint(f"{one}/refresh", players.refresh)))
    # Last, so that it takes only what nothing else did.
    api.append(web.route("*", "/api/{path:.*}", endpoint("/{path}", routes.not_found)))
    return api
