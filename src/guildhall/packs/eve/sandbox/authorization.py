"""Authorization of ESI's calls."""

from typing import Any

from aiohttp import web

from guildhall.packs.eve.sandbox.answers import Refused
from guildhall.packs.eve.sandbox.context import CLOCK, GRANTS, WORLD
from guildhall.packs.eve.sandbox.grants import is_dead
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.routes import Route

_LONGEST_TOKEN = 4096
_SUBJECT = "CHARACTER:EVE:"


def authorized(request: web.Request, route: Route) -> tuple[Pilot, str] | None:
    """The pilot and the application of a call of a private route; None for a public one.

    Raises Refused: 401 without a good token, 403 without its scope or for another character's things.
    """
    if route.scope is None:
        return None
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Refused(401, "authorization not provided")
    # Longer tokens never reach ESI's own check.
    claims = request.app[GRANTS].keys.claims(token.strip()) if len(token) <= _LONGEST_TOKEN else None
    if claims is None:
        raise Refused(401, "token is not valid", sso_status=401)
    pilot = _pilot(request, claims)
    granted = claims.get("scp", ())
    if route.scope not in ([granted] if isinstance(granted, str) else granted):
        raise Refused(403, f"token is not valid for scope: {route.scope}")
    wanted = request.match_info.get("character_id")
    if wanted is not None and wanted != str(pilot.id):
        raise Refused(403, "token is not valid for this character")
    return pilot, str(claims.get("azp"))


def _pilot(request: web.Request, claims: dict[str, Any]) -> Pilot:
    app = request.app
    expires = claims.get("exp")
    if not isinstance(expires, int) or expires <= app[CLOCK].sso_now():
        raise Refused(401, "token is expired", sso_status=401)
    subject = str(claims.get("sub", ""))
    text = subject.removeprefix(_SUBJECT)
    pilot = app[WORLD].pilots.get(int(text)) if text.isascii() and text.isdigit() else None
    if pilot is None or pilot.deleted or is_dead(pilot, claims):
        raise Refused(401, "token is expired", sso_status=401)
    return pilot
