"""A stand-in of Steam's OpenID 2.0."""

import html
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from aiohttp import web

_NS = "http://specs.openid.net/auth/2.0"
PEOPLE = ("76561198000000001", "76561198000000002")


class SteamWorld:
    """The assertions that were made and not confirmed yet."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, str]] = {}


STEAM: web.AppKey[SteamWorld] = web.AppKey("steam", SteamWorld)


def make_steam(_: object = None) -> web.Application:
    """The stand-in."""
    app = web.Application()
    app[STEAM] = SteamWorld()
    app.router.add_get("/openid/login", _login)
    app.router.add_post("/openid/login", _confirm)
    return app


def steam_overrides(_: object, address: str) -> Mapping[str, str]:
    """The environment that leads here."""
    return {"GUILDHALL_IDENTITY_STEAM": "true", "GUILDHALL_IDENTITY_STEAM_URL": f"{address}/openid/login"}


async def _login(request: web.Request) -> web.Response:
    query = request.query
    if query.get("openid.mode") != "checkid_setup" or not query.get("openid.return_to"):
        return web.Response(status=400, text="openid.mode=checkid_setup and openid.return_to are needed")
    if not query["openid.return_to"].startswith(query.get("openid.realm", "?")):
        return web.Response(status=400, text="openid.return_to is outside of openid.realm")
    person = query.get("person")
    if person not in PEOPLE:
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(key)}" value="{html.escape(value)}">'
            for key, value in query.items()
            if key != "person"
        )
        buttons = "".join(f'<p><button name="person" value="{one}">Sign in as {one}</button></p>' for one in PEOPLE)
        return web.Response(text=f"<!doctype html><form>{hidden}{buttons}</form>", content_type="text/html")
    who = f"https://steamcommunity.com/openid/id/{person}"
    assertion = {
        "openid.ns": _NS,
        "openid.mode": "id_res",
        "openid.op_endpoint": str(request.url.origin()) + request.path,
        "openid.claimed_id": who,
        "openid.identity": who,
        "openid.return_to": query["openid.return_to"],
        "openid.response_nonce": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}{secrets.token_hex(8)}",
        "openid.assoc_handle": "1234567890",
        "openid.signed": "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle",
        "openid.sig": secrets.token_urlsafe(20),
    }
    request.app[STEAM].made[assertion["openid.sig"]] = assertion
    back = query["openid.return_to"]
    raise web.HTTPFound(f"{back}{'&' if '?' in back else '?'}{urlencode(assertion)}")


async def _confirm(request: web.Request) -> web.Response:
    """check_authentication: true once, for exactly what was asserted."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    made = request.app[STEAM].made.pop(form.get("openid.sig", ""), None)
    asked = {**form, "openid.mode": "id_res"}
    valid = form.get("openid.mode") == "check_authentication" and made is not None and asked == made
    return web.Response(text=f"ns:{_NS}\nis_valid:{'true' if valid else 'false'}\n")
