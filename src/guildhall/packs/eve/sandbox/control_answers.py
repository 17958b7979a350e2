"""How the control plane reads what it is told and answers."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from guildhall.packs.eve.sandbox.answers import JSON_TYPE, encode
from guildhall.packs.eve.sandbox.context import WORLD
from guildhall.packs.eve.sandbox.pilots import Pilot

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


def asked_pilot(request: web.Request) -> Pilot:
    """The pilot of the path; LookupError for an unknown one."""
    pilot = request.app[WORLD].pilots.get(asked_number(request, "character_id"))
    if pilot is None:
        raise LookupError(f"no pilot {request.match_info['character_id']}")
    return pilot


def asked_number(request: web.Request, name: str) -> int:
    """A number of the path; LookupError for text."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit()):
        raise LookupError(f"no {name} {text}")
    return int(text)


def reply(body: object, status: int = 200) -> web.Response:
    """An answer in JSON."""
    return web.Response(status=status, body=encode(body), headers={"Content-Type": JSON_TYPE})
