"""A stand-in of a provider of OpenID Connect: everybody may sign in as anybody, and things go wrong on demand."""

import base64
import hashlib
import hmac
import html
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus, urlencode

import msgspec
from aiohttp import web
from joserfc.jwk import RSAKey
from msgspec import Struct

from guildhall.core.identity.sandbox.faults import Fault, Faults
from guildhall.core.identity.sandbox.id_tokens import CLIENT_ID, CLIENT_SECRET, PEOPLE, Forgery, make_id_token

_CODE_SECONDS = 300


class Control(Struct, forbid_unknown_fields=True):
    """A change of a running stand-in. `person` is signed in without being asked."""

    person: str | None = None
    forge: Forgery | None = None
    rotate_keys: bool = False
    drop_former_keys: bool = False
    fault: Fault | None = None
    heal: bool = False


class _Code(Struct):
    person: str
    redirect_uri: str
    challenge: str
    nonce: str
    scope: str
    until: float


class World:
    """The stand-in's keys, codes and tokens."""

    def __init__(self) -> None:
        self.keys: list[RSAKey] = []
        self.codes: dict[str, _Code] = {}
        self.spent: dict[str, list[str]] = {}
        self.access: dict[str, str] = {}
        self.refresh: dict[str, str] = {}
        self.person: str | None = None
        self.forge: Forgery = "none"
        self.faults = Faults()
        self.calls: dict[str, int] = {}

    @property
    def key(self) -> RSAKey:
        """The key that signs now; made when it is first needed."""
        if not self.keys:
            self.rotate()
        return self.keys[0]

    def rotate(self) -> None:
        """Sign by a new key from now on; the former ones are still told."""
        self.keys.insert(0, RSAKey.generate_key(2048, {"kid": secrets.token_hex(6), "use": "sig", "alg": "RS256"}))


WORLD: web.AppKey[World] = web.AppKey("world", World)


def make_oidc(_: object = None) -> web.Application:
    """The stand-in; may be mounted below any path. Python code reaches its parts as app[WORLD]."""
    app = web.Application(middlewares=[_counted])
    app[WORLD] = World()
    app.router.add_get("/.well-known/openid-configuration", _metadata)
    app.router.add_get("/authorize", _authorize)
    app.router.add_post("/token", _token)
    app.router.add_get("/jwks", _jwks)
    app.router.add_get("/userinfo", _userinfo)
    app.router.add_post("/revoke", _revoke)
    app.router.add_get("/_sandbox", _show)
    app.router.add_post("/_sandbox", _control)
    return app


def oidc_overrides(_: object, address: str) -> Mapping[str, str]:
    """The environment that leads here."""
    provider = {
        "name": "oidc",
        "title": "Sandbox",
        "issuer": address,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    return {"GUILDHALL_IDENTITY_OIDC": msgspec.json.encode([provider]).decode()}


@web.middleware
async def _counted(request: web.Request, handler: Any) -> web.StreamResponse:
    world = request.app[WORLD]
    name = request.path.rpartition("/")[2]
    world.calls[name] = world.calls.get(name, 0) + 1
    if name != "_sandbox" and (answer := await world.faults.answer(name)) is not None:
        return answer
    found: web.StreamResponse = await handler(request)
    return found


def _issuer(request: web.Request, ending: str) -> str:
    return str(request.url.origin()) + request.path.removesuffix(ending)


async def _metadata(request: web.Request) -> web.Response:
    issuer = _issuer(request, "/.well-known/openid-configuration")
    return web.json_response(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "revocation_endpoint": f"{issuer}/revoke",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


async def _authorize(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
    wrong = [name for name, value in wanted.items() if query.get(name) != value]
    wrong += [name for name in ("redirect_uri", "state", "code_challenge") if not query.get(name)]
    if wrong:
        return web.Response(status=400, text=f"wrong or missing: {', '.join(wrong)}")
    back = {"state": query["state"], "iss": _issuer(request, "/authorize")}
    person = query.get("person") or world.person
    if person is None:
        return _page(request)
    if person not in PEOPLE:
        answer = {"error": "access_denied", **back}
    else:
        code = secrets.token_urlsafe(24)
        world.codes[code] = _Code(
            person, query["redirect_uri"], query["code_challenge"], query.get("nonce", ""), query.get("scope", ""),
            time.time() + _CODE_SECONDS,
        )  # fmt: skip
        answer = {"code": code, **back}
    raise web.HTTPFound(f"{query['redirect_uri']}{'&' if '?' in query['redirect_uri'] else '?'}{urlencode(answer)}")


def _page(request: web.Request) -> web.Response:
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in request.query.items()
    )
    buttons = "".join(
        f'<p><button name="person" value="{key}">Sign in as {html.escape(name)}</button></p>'
        for key, name in {**PEOPLE, "nobody": "nobody (refuse)"}.items()
    )
    page = f"<!doctype html><title>Sandbox</title><h1>Sandbox</h1><form>{hidden}{buttons}</form>"
    return web.Response(text=page, content_type="text/html")


async def _token(request: web.Request) -> web.Response:
    world, form = request.app[WORLD], await request.post()
    if request.content_type != "application/x-www-form-urlencoded":
        return _error("invalid_request")
    if _client(request, form) != (CLIENT_ID, CLIENT_SECRET):
        return _error("invalid_client", 401)
    issuer = _issuer(request, "/token")
    if form.get("grant_type") == "refresh_token":
        person = world.refresh.pop(str(form.get("refresh_token")), None)
        return _error("invalid_grant") if person is None else web.json_response(_tokens(world, person))
    if form.get("grant_type") != "authorization_code":
        return _error("unsupported_grant_type")
    text = str(form.get("code"))
    code = world.codes.pop(text, None)
    if code is None:
        for token in world.spent.pop(text, []):  # a replayed code takes along what it gave
            world.refresh.pop(token, None)
            world.access.pop(token, None)
        return _error("invalid_grant")
    digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
    proven = hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), code.challenge)
    if not proven or form.get("redirect_uri") != code.redirect_uri or time.time() > code.until:
        return _error("invalid_grant")
    tokens = _tokens(world, code.person)
    world.spent[text] = [str(tokens["refresh_token"]), str(tokens["access_token"])]
    tokens["id_token"] = make_id_token(world.key, issuer, code.person, code.nonce, world.forge)
    return web.json_response(tokens, headers={"Cache-Control": "no-store"})


def _client(request: web.Request, form: Mapping[str, Any]) -> tuple[str, str]:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return unquote_plus(name), unquote_plus(secret)
    return str(form.get("client_id")), str(form.get("client_secret"))


def _tokens(world: World, person: str) -> dict[str, Any]:
    access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    world.access[access] = world.refresh[refresh] = person
    return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 1200}


async def _jwks(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    _ = world.key
    return web.json_response({"keys": [key.as_dict(private=False) for key in world.keys]})


async def _userinfo(request: web.Request) -> web.Response:
    person = request.app[WORLD].access.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if person is None:
        return web.Response(status=401)
    return web.json_response({"sub": person, "name": PEOPLE[person]})


async def _revoke(request: web.Request) -> web.Response:
    form = await request.post()
    if _client(request, form) != (CLIENT_ID, CLIENT_SECRET):
        return _error("invalid_client", 401)
    request.app[WORLD].refresh.pop(str(form.get("token")), None)
    return web.Response()


async def _show(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return web.json_response(
        {
            "people": PEOPLE,
            "person": world.person,
            "forge": world.forge,
            "keys": [key.kid for key in world.keys],
            "calls": world.calls,
        }
    )


async def _control(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    try:
        change = msgspec.json.decode(await request.read(), type=Control)
    except msgspec.DecodeError as error:
        return web.json_response({"error": str(error)}, status=400)
    world.person = change.person if change.person is not None else world.person
    world.forge = change.forge if change.forge is not None else world.forge
    if change.rotate_keys:
        world.rotate()
    if change.drop_former_keys:
        del world.keys[1:]
    if change.fault is not None:
        world.faults.set(change.fault)
    if change.heal:
        world.faults.clear()
    return await _show(request)


def _error(code: str, status: int = 400) -> web.Response:
    return web.json_response({"error": code}, status=status)
