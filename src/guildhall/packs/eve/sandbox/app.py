"""The sandbox as an aiohttp application: SSO under /sso, ESI under /esi, the control plane under /_sandbox."""

from aiohttp import web

from guildhall.packs.eve.sandbox import sso
from guildhall.packs.eve.sandbox.answers import Representations
from guildhall.packs.eve.sandbox.authorize import authorize
from guildhall.packs.eve.sandbox.calls import Calls
from guildhall.packs.eve.sandbox.clock import WorldClock
from guildhall.packs.eve.sandbox.context import (
    CALLS,
    CLOCK,
    FAULTS,
    GRANTS,
    LIMITS,
    OPTIONS,
    REPRESENTATIONS,
    SWITCHES,
    WORLD,
)
from guildhall.packs.eve.sandbox.control import control_routes
from guildhall.packs.eve.sandbox.esi import ESI_ROUTES
from guildhall.packs.eve.sandbox.faults import Fault, Faults
from guildhall.packs.eve.sandbox.grants import Grants
from guildhall.packs.eve.sandbox.limits import Limits
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.serving import esi_endpoint
from guildhall.packs.eve.sandbox.sso_serving import SsoHandler, sso_endpoint
from guildhall.packs.eve.sandbox.switches import Switches
from guildhall.packs.eve.sandbox.world import World
from guildhall.sandbox.answers import encode
from guildhall.sandbox.network import end_with_server

_DEFAULTS = SandboxOptions()


def make_app(options: SandboxOptions = _DEFAULTS) -> web.Application:
    """A sandbox of its own world, clock, limits and faults; may be mounted below any path.

    Python code reaches the parts as app[FAULTS], app[CLOCK], app[LIMITS], app[CALLS], app[WORLD], app[GRANTS]
    and app[SWITCHES].
    """
    app = web.Application()
    clock = WorldClock(options.epoch)
    app[OPTIONS] = options
    app[CLOCK] = clock
    app[WORLD] = World(options, clock)
    app[FAULTS] = Faults()
    app[LIMITS] = Limits(options.limits)
    app[CALLS] = Calls()
    app[GRANTS] = Grants(options)
    app[SWITCHES] = Switches(downtime=options.downtime)
    app[REPRESENTATIONS] = Representations()
    end_with_server(app)
    app.router.add_routes(control_routes())
    app.router.add_routes(_sso_routes())
    app.router.add_routes(_esi_routes())
    return app


async def _authorize(request: web.Request, _: Fault | None) -> web.Response:
    return await authorize(request)


def _sso_routes() -> list[web.RouteDef]:
    answers: dict[str, SsoHandler] = {
        "GET /.well-known/oauth-authorization-server": sso.metadata,
        "GET /oauth/jwks": sso.jwks,
        "GET /v2/oauth/authorize": _authorize,
        "POST /v2/oauth/token": sso.token,
        "POST /v2/oauth/revoke": sso.revoke,
    }
    routes = []
    for name, answer in answers.items():
        method, _, path = name.partition(" ")
        routes.append(web.route(method, f"/sso{path}", sso_endpoint(name, answer)))
    return routes


async def _unknown(_: web.Request) -> web.Response:
    return web.Response(status=404, body=encode({"error": "Not found"}), content_type="application/json")


def _esi_routes() -> list[web.RouteDef]:
    known = [web.route(route.method, f"/esi{route.path}", esi_endpoint(route)) for route in ESI_ROUTES]
    # Last, so that it takes only what nothing else did.
    return [*known, web.route("*", "/esi/{path:.*}", _unknown)]
