"""The stand-in as an aiohttp application: OAuth under /oauth, the API under /api, the control plane."""

from aiohttp import web

from guildhall.packs.poe2.sandbox.ggg.api import ApiSource
from guildhall.packs.poe2.sandbox.ggg.context import GRANTS, POLICIES, WORLD
from guildhall.packs.poe2.sandbox.ggg.control import control_routes
from guildhall.packs.poe2.sandbox.ggg.grants import Grants
from guildhall.packs.poe2.sandbox.ggg.limits import Policies
from guildhall.packs.poe2.sandbox.ggg.oauth import OAuthSource
from guildhall.packs.poe2.sandbox.ggg.options import GggOptions
from guildhall.packs.poe2.sandbox.ggg.world import World
from guildhall.sandbox.calls import CallCounters
from guildhall.sandbox.clock import WorldClock
from guildhall.sandbox.context import CALLS, CLOCK, FAULTS, FRESH, LIMITS, SOURCES
from guildhall.sandbox.limits import Limit, Windows
from guildhall.sandbox.modes import Faults
from guildhall.sandbox.network import end_with_server
from guildhall.sandbox.serving import serve

_DEFAULTS = GggOptions()


def make_app(options: GggOptions = _DEFAULTS) -> web.Application:
    """A stand-in with a world, a clock, limits and faults of its own; may be mounted below any path.

    Python code reaches the parts as app[WORLD], app[GRANTS], app[POLICIES], and app[CLOCK], app[FAULTS], app[CALLS] of
    all stand-ins.
    """
    app = web.Application()
    app[CLOCK] = WorldClock(options.epoch)
    app[WORLD] = World(options, app[CLOCK])
    app[GRANTS] = Grants(options, app[WORLD])
    app[POLICIES] = Policies(options.policies)
    app[SOURCES] = (
        OAuthSource(app[WORLD], app[GRANTS]),
        ApiSource(app[WORLD], app[GRANTS], app[POLICIES]),
    )
    app[FAULTS] = Faults()
    app[LIMITS] = Windows(Limit(None))  # the API's own limits are those of its policies
    app[CALLS] = CallCounters()
    app[FRESH] = 0
    end_with_server(app)
    app.router.add_routes(control_routes())
    # Last, so that it takes only what nothing else did.
    app.router.add_route("*", "/{path:.*}", serve)
    return app
