"""The control plane of a stand-in: how it reads what it is told, and answers."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from guildhall.sandbox.answers import reply
from guildhall.sandbox.clock import DAY

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
