"""A stand-in of Path of Exile's OAuth: no ID token, the profile is the proof."""

import base64
import hashlib
import html
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web
from msgspec import Struct

CLIENT_ID = "guildhall"
CLIENT_SECRET = "secret-of-the-sandbox"  # noqa: S105 (a stand-in's)
PEOPLE = {"Exile_One": "f0000000-0000-4000-8000-000000000001", "Exile_Two": "f0000000-0000-4000-8000-000000000002"}


class _Code(Struct):
    name: str
    redirect_uri: str
    challenge: str
    until: float


class PoeWorld:
    """The stand-in's codes and tokens."""

    def __init__(self) -> None:
        self.codes: dict[str, _Code] = {}
        self.tokens: dict[str, str] = {}


POE: web.AppKey[PoeWorld] = web.AppKey("poe", PoeWorld)


def make_poe(_: object = None) -> web.Application:
    """The stand-in, of both www.pathofexile.com and api.pathofexile.com."""
    app = web.Application()
    app[POE] = PoeWorld()
    app.router.add_get("/oauth/authorize", _authorize)
    app.router.add_post("/oauth/token", _token)
    app.router.add_get("/api/profile", _profile)
    return app


def poe_overrides(_: object, address: str) -> Mapping[str, str]:
    """The environment that leads here."""
    return {
        "GUILDHALL_IDENTITY_POE_URL": address,
        "GUILDHALL_IDENTITY_POE_API_URL": f"{address}/api",
        "GUILDHALL_IDENTITY_POE_CLIENT_ID": CLIENT_ID,
        "GUILDHALL_IDENTITY_POE_CLIENT_SECRET": CLIENT_SECRET,
    }


async def _authorize(request: web.Request) -> web.Response:
    query = request.query
    needed = ("client_id", "redirect_uri", "state", "code_challenge", "scope")
    if not all(query.get(name) for name in needed) or query.get("code_challenge_method") != "S256":
        return web.Response(status=400, text=f"needed: {', '.join(needed)}, code_challenge_method=S256")
    name = query.get("person")
    if name not in PEOPLE:
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(key)}" value="{html.escape(value)}">'
            for key, value in query.items()
            if key != "person"
        )
        buttons = "".join(f'<p><button name="person" value="{one}">Authorize {one}</button></p>' for one in PEOPLE)
        return web.Response(text=f"<!doctype html><form>{hidden}{buttons}</form>", content_type="text/html")
    code = secrets.token_urlsafe(24)
    request.app[POE].codes[code] = _Code(name, query["redirect_uri"], query["code_challenge"], time.time() + 30)
    raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")


async def _token(request: web.Request) -> web.Response:
    form, world = await request.post(), request.app[POE]
    if not request.headers.get("User-Agent", "").startswith("OAuth "):
        return web.json_response({"error": "invalid_request"}, status=403)
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        return web.json_response({"error": "invalid_client"}, status=401)
    code = world.codes.pop(str(form.get("code")), None)
    digest = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
    if (
        code is None
        or code.redirect_uri != form.get("redirect_uri")
        or code.challenge != digest.rstrip(b"=").decode()
        or time.time() > code.until
    ):
        return web.json_response({"error": "invalid_grant"}, status=400)
    token = secrets.token_hex(20)
    world.tokens[token] = code.name
    return web.json_response(
        {
            "access_token": token,
            "expires_in": 2_592_000,
            "token_type": "bearer",
            "scope": "account:profile",
            "username": code.name,
            "sub": PEOPLE[code.name],
            "refresh_token": secrets.token_hex(20),
        }
    )


async def _profile(request: web.Request) -> web.Response:
    name = request.app[POE].tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if name is None:
        return web.json_response({"error": {"code": 8, "message": "Unauthorized"}}, status=401)
    return web.json_response({"uuid": PEOPLE[name], "name": name, "locale": "en_US"})
