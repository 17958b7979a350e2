"""The control plane of a stand-in: how it reads what it is told, and answers."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from guildhall.sandbox.answers import reply
from guildhall.sandbox.calls import CallCounters
from guildhall.sandbox.clock import DAY, WorldClock
from guildhall.sandbox.faults import BaseFault
from guildhall.sandbox.limits import LimitChange

FURTHEST = 400 * DAY
"""Seconds by which a world's clock may be moved on at once."""

Handler = Callable[[web.Request], Awaitable[web.Response]]


def checked(handler: Handler) -> Handler:
    """Answer 400 with the reason where a body makes no sense, 404 for what does not exist."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (msgspec.DecodeError, ValueError) as error:
            return reply({"error": str(error)}, status=400)
        except LookupError as error:
            return reply({"error": str(error.args[0])}, status=404)

    return handle


def asked_number(request: web.Request, name: str) -> int:
    """Return a number of the path. Raises LookupError for text."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit()):
        raise LookupError(f"no {name} {text}")
    return int(text)


def require_step(seconds: float) -> None:
    """Raise ValueError for a step of a world's clock that goes back or too far."""
    if not 0 <= seconds <= FURTHEST:
        raise ValueError(f"advance_seconds must be between 0 and {FURTHEST}")


class ClockChange(Struct, forbid_unknown_fields=True):
    """The seconds by which to advance the world's time."""

    advance_seconds: float


def fault_routes(key: web.AppKey[Any], kind: type[BaseFault]) -> list[web.RouteDef]:
    """Return the routes that show, add and end the faults of a FaultList."""

    async def show(request: web.Request) -> web.Response:
        """GET: the faults in force and their counters."""
        return reply(request.app[key].view())

    async def add(request: web.Request) -> web.Response:
        """POST: put one more fault in force; its number."""
        return reply({"id": request.app[key].add(msgspec.json.decode(await request.read(), type=kind))})

    async def clear(request: web.Request) -> web.Response:
        """DELETE: everything works again."""
        request.app[key].clear()
        return reply([])

    async def remove(request: web.Request) -> web.Response:
        """DELETE: end one fault."""
        request.app[key].remove(asked_number(request, "fault_id"))
        return reply(request.app[key].view())

    return [
        web.get("/_sandbox/faults", checked(show)),
        web.post("/_sandbox/faults", checked(add)),
        web.delete("/_sandbox/faults", checked(clear)),
        web.delete("/_sandbox/faults/{fault_id}", checked(remove)),
    ]


def call_routes(key: web.AppKey[Any]) -> list[web.RouteDef]:
    """Return the routes that show the counters of calls, and start them again."""

    async def show(request: web.Request) -> web.Response:
        """GET: the calls so far."""
        calls: CallCounters = request.app[key]
        return reply(calls.view())

    async def reset(request: web.Request) -> web.Response:
        """DELETE: count from zero."""
        request.app[key].reset()
        return await show(request)

    return [web.get("/_sandbox/calls", checked(show)), web.delete("/_sandbox/calls", checked(reset))]


def clock_routes(key: web.AppKey[WorldClock]) -> list[web.RouteDef]:
    """Return the routes that show the time, and move it on with the windows of limits."""

    async def show(request: web.Request) -> web.Response:
        """GET: the world's time."""
        now = request.app[key].now()
        return reply({"now": datetime.fromtimestamp(now, UTC), "unix": now})

    async def advance(request: web.Request) -> web.Response:
        """POST: move the world's time on."""
        seconds = msgspec.json.decode(await request.read(), type=ClockChange).advance_seconds
        require_step(seconds)
        request.app[key].advance(seconds)
        return await show(request)

    return [web.get("/_sandbox/clock", checked(show)), web.post("/_sandbox/clock", checked(advance))]


def limit_routes(key: web.AppKey[Any], kind: type[Struct] = LimitChange) -> list[web.RouteDef]:
    """Return the routes that show and change the limits of an object with `view` and `change`, told as a `kind`."""

    async def show(request: web.Request) -> web.Response:
        """GET: the limit in force."""
        return reply(request.app[key].view())

    async def change(request: web.Request) -> web.Response:
        """POST: change the limit, or forget the calls so far."""
        request.app[key].change(msgspec.json.decode(await request.read(), type=kind))
        return await show(request)

    return [web.get("/_sandbox/limits", checked(show)), web.post("/_sandbox/limits", checked(change))]
