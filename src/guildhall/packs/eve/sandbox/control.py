"""The control plane: time, faults, limits, counters and switches of a running sandbox."""

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType

from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.context import (
    CALLS,
    CLOCK,
    FAULTS,
    GRANTS,
    LIMITS,
    REPRESENTATIONS,
    SWITCHES,
    WORLD,
)
from guildhall.packs.eve.sandbox.control_pilots import pilot_routes
from guildhall.packs.eve.sandbox.esi import ESI_ROUTES, STATES
from guildhall.packs.eve.sandbox.faults import Fault
from guildhall.packs.eve.sandbox.limits import LimitsChange
from guildhall.sandbox.answers import reply
from guildhall.sandbox.control import call_routes, checked, fault_routes, limit_routes, require_step

_MOST_TOKEN_SECONDS = 600


class ClockChange(Struct, forbid_unknown_fields=True):
    """The seconds by which to advance the world, whether the SSO moves with it, and the error of each clock."""

    advance_seconds: float = 0.0
    sso: bool = True
    offset_seconds: float | None = None
    sso_offset_seconds: float | None = None


class SwitchesChange(Struct, forbid_unknown_fields=True):
    """Changes of the switches; null approves nobody, absent ones stay. `rotate` is about refresh tokens."""

    approve: int | UnsetType | None = UNSET
    token_seconds: float | UnsetType = UNSET
    downtime: bool | UnsetType = UNSET
    vip: bool | UnsetType = UNSET
    rotate: bool | UnsetType = UNSET


class KeyChange(Struct, forbid_unknown_fields=True):
    """A new signing key; without `keep` tokens of the former one are worth nothing."""

    keep: bool = True


class RouteStates(Struct, forbid_unknown_fields=True):
    """The states of routes in /meta/status: {"GET /characters/{character_id}/mail": "Down"}; others are OK."""

    routes: dict[str, str]


async def show_clock(request: web.Request) -> web.Response:
    """GET: the world's time."""
    clock = request.app[CLOCK]
    now = clock.now()
    return reply(
        {
            "epoch": iso(clock.epoch),
            "now": iso(now),
            "unix": now,
            "offset_seconds": clock.offset,
            "sso_offset_seconds": clock.sso_offset,
        }
    )


async def change_clock(request: web.Request) -> web.Response:
    """POST: move the world's time on, rate-limit windows with it, or make a clock wrong."""
    change = msgspec.json.decode(await request.read(), type=ClockChange)
    require_step(change.advance_seconds)
    clock = request.app[CLOCK]
    clock.advance(change.advance_seconds, change.sso)
    if change.offset_seconds is not None:
        clock.offset = change.offset_seconds
    if change.sso_offset_seconds is not None:
        clock.sso_offset = change.sso_offset_seconds
    return await show_clock(request)


async def drop_representations(request: web.Request) -> web.Response:
    """DELETE: ESI forgets its answers, so that changes show at once and asking again is welcome."""
    request.app[REPRESENTATIONS].clear()
    request.app[CALLS].forget_freshness()
    return reply({})


async def show_switches(request: web.Request) -> web.Response:
    """GET: the switches."""
    app = request.app
    switches = app[SWITCHES]
    return reply(
        {
            "approve": switches.approve,
            "token_seconds": switches.token_seconds,
            "downtime": switches.downtime,
            "vip": app[WORLD].vip,
            "rotate": app[GRANTS].rotate,
        }
    )


async def change_switches(request: web.Request) -> web.Response:
    """POST: change switches."""
    change = msgspec.json.decode(await request.read(), type=SwitchesChange)
    app = request.app
    switches = app[SWITCHES]
    if isinstance(change.approve, int) and change.approve not in app[WORLD].pilots:
        raise LookupError(f"no pilot {change.approve}")
    if change.approve is not UNSET:
        switches.approve = change.approve
    if change.token_seconds is not UNSET:
        if not 0 <= change.token_seconds <= _MOST_TOKEN_SECONDS:
            raise ValueError(f"token_seconds must be between 0 and {_MOST_TOKEN_SECONDS}")
        switches.token_seconds = change.token_seconds
    if change.downtime is not UNSET:
        switches.downtime = change.downtime
    if change.vip is not UNSET:
        app[WORLD].vip = change.vip
    if change.rotate is not UNSET:
        app[GRANTS].rotate = change.rotate
    return await show_switches(request)


async def set_route_states(request: web.Request) -> web.Response:
    """POST: what /meta/status says."""
    states = msgspec.json.decode(await request.read(), type=RouteStates).routes
    names = {route.name for route in ESI_ROUTES}
    for name, state in states.items():
        if name not in names:
            raise LookupError(f"no route {name}")
        if state not in STATES:
            raise ValueError(f"a route's state is one of {', '.join(STATES)}")
    request.app[WORLD].route_states = states
    return reply({"routes": states})


async def rotate_keys(request: web.Request) -> web.Response:
    """POST: sign with a new key."""
    change = msgspec.json.decode(await request.read() or b"{}", type=KeyChange)
    keys = request.app[GRANTS].keys
    keys.rotate(change.keep)
    return reply({"signing": keys.current.id, "published": [key.id for key in keys.published]})


def control_routes() -> list[web.RouteDef]:
    """The routes of the control plane."""
    return [
        web.get("/_sandbox/clock", checked(show_clock)),
        web.post("/_sandbox/clock", checked(change_clock)),
        web.delete("/_sandbox/representations", checked(drop_representations)),
        web.get("/_sandbox/switches", checked(show_switches)),
        web.post("/_sandbox/switches", checked(change_switches)),
        web.post("/_sandbox/routes", checked(set_route_states)),
        web.post("/_sandbox/keys", checked(rotate_keys)),
        *fault_routes(FAULTS, Fault),
        *limit_routes(LIMITS, LimitsChange),
        *call_routes(CALLS),
        *pilot_routes(),
    ]
