"""The control plane: time, faults, limits, counters, pilots and tokens of a running sandbox."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from aiohttp import web
from msgspec import UNSET, Struct, UnsetType

from guildhall.packs.eve.sandbox.answers import JSON_TYPE, encode
from guildhall.packs.eve.sandbox.clock import DAY, iso
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
from guildhall.packs.eve.sandbox.esi import ESI_ROUTES, STATES
from guildhall.packs.eve.sandbox.faults import Fault
from guildhall.packs.eve.sandbox.happenings import CHANGES, HAPPENINGS
from guildhall.packs.eve.sandbox.limits import LimitsChange
from guildhall.packs.eve.sandbox.minting import WantedToken, minted
from guildhall.packs.eve.sandbox.pilots import Pilot

_FURTHEST = 400 * DAY
_MOST_TOKEN_SECONDS = 600

Handler = Callable[[web.Request], Awaitable[web.Response]]


class ClockChange(Struct, forbid_unknown_fields=True):
    """How far to move the world on, in seconds, and whether the SSO moves with it; how wrong each clock is."""

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


class TokensChange(Struct, forbid_unknown_fields=True):
    """End a pilot's access tokens ("expire") or the refresh tokens too ("revoke")."""

    action: Literal["expire", "revoke"]


class Sale(Struct, forbid_unknown_fields=True):
    """A pilot gets another owner; with `tokens` "refresh" the old refresh tokens go on, for the new owner."""

    tokens: Literal["revoked", "refresh"] = "revoked"


class RouteStates(Struct, forbid_unknown_fields=True):
    """What /meta/status says of routes: {"GET /characters/{character_id}/mail": "Down"}; others are OK."""

    routes: dict[str, str]


async def show_clock(request: web.Request) -> web.Response:
    """GET: the world's time."""
    clock = request.app[CLOCK]
    now = clock.now()
    return _json(
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
    if not 0 <= change.advance_seconds <= _FURTHEST:
        raise ValueError(f"advance_seconds must be between 0 and {_FURTHEST}")
    clock = request.app[CLOCK]
    clock.advance(change.advance_seconds, change.sso)
    if change.offset_seconds is not None:
        clock.offset = change.offset_seconds
    if change.sso_offset_seconds is not None:
        clock.sso_offset = change.sso_offset_seconds
    return await show_clock(request)


async def show_faults(request: web.Request) -> web.Response:
    """GET: the faults in force and their counters."""
    return _json(request.app[FAULTS].view())


async def add_fault(request: web.Request) -> web.Response:
    """POST: put one more fault in force; its number."""
    fault = msgspec.json.decode(await request.read(), type=Fault)
    return _json({"id": request.app[FAULTS].add(fault)})


async def clear_faults(request: web.Request) -> web.Response:
    """DELETE: everything works again."""
    request.app[FAULTS].clear()
    return _json([])


async def remove_fault(request: web.Request) -> web.Response:
    """DELETE: end one fault."""
    request.app[FAULTS].remove(_number(request, "fault_id"))
    return _json(request.app[FAULTS].view())


async def show_limits(request: web.Request) -> web.Response:
    """GET: the limits in force."""
    return _json(request.app[LIMITS].view())


async def change_limits(request: web.Request) -> web.Response:
    """POST: change limits, or forget what was used of them."""
    limits = request.app[LIMITS]
    limits.change(msgspec.json.decode(await request.read(), type=LimitsChange))
    return _json(limits.view())


async def show_calls(request: web.Request) -> web.Response:
    """GET: what has been asked for."""
    return _json(request.app[CALLS].view())


async def reset_calls(request: web.Request) -> web.Response:
    """DELETE: count from zero."""
    request.app[CALLS].reset()
    return _json(request.app[CALLS].view())


async def drop_representations(request: web.Request) -> web.Response:
    """DELETE: ESI forgets its answers, so that changes show at once and asking again is welcome."""
    request.app[REPRESENTATIONS].clear()
    request.app[CALLS].forget_freshness()
    return _json({})


async def show_switches(request: web.Request) -> web.Response:
    """GET: the switches."""
    app = request.app
    switches = app[SWITCHES]
    return _json(
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
    return _json({"routes": states})


async def rotate_keys(request: web.Request) -> web.Response:
    """POST: sign with a new key."""
    change = msgspec.json.decode(await request.read() or b"{}", type=KeyChange)
    keys = request.app[GRANTS].keys
    keys.rotate(change.keep)
    return _json({"signing": keys.current.id, "published": [key.id for key in keys.published]})


async def show_pilots(request: web.Request) -> web.Response:
    """GET: the pilots."""
    return _json([_shown(pilot) for pilot in request.app[WORLD].pilots.values()])


async def change_tokens(request: web.Request) -> web.Response:
    """POST: end a pilot's tokens."""
    pilot = _pilot(request)
    change = msgspec.json.decode(await request.read(), type=TokensChange)
    pilot.access_generation += 1
    if change.action == "revoke":
        pilot.generation += 1
    return _json(_shown(pilot))


async def sell(request: web.Request) -> web.Response:
    """POST: a pilot gets another owner."""
    pilot = _pilot(request)
    sale = msgspec.json.decode(await request.read() or b"{}", type=Sale)
    pilot.owners += 1
    if sale.tokens == "revoked":
        pilot.generation += 1
        pilot.access_generation += 1
    return _json(_shown(pilot))


async def delete_pilot(request: web.Request) -> web.Response:
    """DELETE: the character is gone."""
    pilot = _pilot(request)
    pilot.deleted = True
    return _json(_shown(pilot))


async def happen(request: web.Request) -> web.Response:
    """POST: something happens to a pilot."""
    pilot, happening = _pilot(request), HAPPENINGS.get(request.match_info["what"])
    if happening is None:
        raise LookupError(f"what may happen: {', '.join(HAPPENINGS)}")
    return _json(happening(request.app[WORLD], pilot, await request.read() or b"{}"))


async def change_thing(request: web.Request) -> web.Response:
    """POST: something happens to one thing of a pilot."""
    pilot, change = _pilot(request), CHANGES.get(request.match_info["what"])
    if change is None:
        raise LookupError(f"what may change: {', '.join(CHANGES)}")
    return _json(change(request.app[WORLD], pilot, _number(request, "thing_id"), await request.read() or b"{}"))


async def mint(request: web.Request) -> web.Response:
    """POST: an access token, right or wrong."""
    wanted, app = msgspec.json.decode(await request.read(), type=WantedToken), request.app
    pilot = app[WORLD].pilots.get(wanted.character_id)
    if pilot is None:
        raise LookupError(f"no pilot {wanted.character_id}")
    base = app[OPTIONS].address
    if base is None:
        base = f"{request.url.origin()}{request.path[: request.path.rindex('/_sandbox/')]}"
    token = minted(app[GRANTS], pilot, wanted, f"{base.rstrip('/')}/sso", app[CLOCK].sso_now())
    return _json({"access_token": token})


def control_routes() -> list[web.RouteDef]:
    """The routes of the control plane."""
    one = "/_sandbox/pilots/{character_id}"
    return [
        web.get("/_sandbox/clock", _checked(show_clock)),
        web.post("/_sandbox/clock", _checked(change_clock)),
        web.get("/_sandbox/faults", _checked(show_faults)),
        web.post("/_sandbox/faults", _checked(add_fault)),
        web.delete("/_sandbox/faults", _checked(clear_faults)),
        web.delete("/_sandbox/faults/{fault_id}", _checked(remove_fault)),
        web.get("/_sandbox/limits", _checked(show_limits)),
        web.post("/_sandbox/limits", _checked(change_limits)),
        web.get("/_sandbox/calls", _checked(show_calls)),
        web.delete("/_sandbox/calls", _checked(reset_calls)),
        web.delete("/_sandbox/representations", _checked(drop_representations)),
        web.get("/_sandbox/switches", _checked(show_switches)),
        web.post("/_sandbox/switches", _checked(change_switches)),
        web.post("/_sandbox/routes", _checked(set_route_states)),
        web.post("/_sandbox/keys", _checked(rotate_keys)),
        web.post("/_sandbox/tokens", _checked(mint)),
        web.get("/_sandbox/pilots", _checked(show_pilots)),
        web.delete(one, _checked(delete_pilot)),
        web.post(f"{one}/tokens", _checked(change_tokens)),
        web.post(f"{one}/sale", _checked(sell)),
        web.post(f"{one}/{{what}}", _checked(happen)),
        web.post(f"{one}/{{what}}/{{thing_id}}", _checked(change_thing)),
    ]


def _checked(handler: Handler) -> Handler:
    """Answer 400 with the reason where a body makes no sense, 404 for what does not exist."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (msgspec.DecodeError, ValueError) as error:
            return _json({"error": str(error)}, status=400)
        except LookupError as error:
            return _json({"error": str(error.args[0])}, status=404)

    return handle


def _pilot(request: web.Request) -> Pilot:
    pilot = request.app[WORLD].pilots.get(_number(request, "character_id"))
    if pilot is None:
        raise LookupError(f"no pilot {request.match_info['character_id']}")
    return pilot


def _number(request: web.Request, name: str) -> int:
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit()):
        raise LookupError(f"no {name} {text}")
    return int(text)


def _shown(pilot: Pilot) -> dict[str, object]:
    return {
        "id": pilot.id,
        "name": pilot.name,
        "corporation_id": pilot.corporation_id,
        "corporation": pilot.corporation,
        "owner": pilot.owner,
        "account": f"pilot{pilot.account + 1}",
        "deleted": pilot.deleted,
    }


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encode(body), headers={"Content-Type": JSON_TYPE})
