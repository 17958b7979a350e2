"""The SSO's machine-read routes: metadata, keys, tokens, revocation."""

import binascii
from base64 import b64decode
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import parse_qsl

from aiohttp import web

from guildhall.packs.eve.sandbox.context import CALLS, CHARACTER, CLOCK, GRANTS, OPTIONS, SWITCHES, WORLD
from guildhall.packs.eve.sandbox.faults import Fault, FaultMode
from guildhall.packs.eve.sandbox.grants import MISSING, Code, GrantRefused, RefreshToken, read
from guildhall.packs.eve.sandbox.keys import to_text
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.sandbox.answers import encode
from guildhall.sandbox.network import pause

_METADATA = "/.well-known/oauth-authorization-server"
_FORM = "application/x-www-form-urlencoded"


def address(request: web.Request) -> str:
    """Return the SSO's address: the set one, or that of this request."""
    base = request.app[OPTIONS].address
    if base is not None:
        return f"{base.rstrip('/')}/sso"
    return f"{request.url.origin()}{request.path[: request.path.rindex('/sso/')]}/sso"


async def metadata(request: web.Request, _: Fault | None) -> web.Response:
    """GET the metadata."""
    base = address(request)
    methods = ["client_secret_basic", "client_secret_post", "client_secret_jwt"]
    return _json(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/v2/oauth/authorize",
            "token_endpoint": f"{base}/v2/oauth/token",
            "response_types_supported": ["code", "token"],
            "jwks_uri": f"{base}/oauth/jwks",
            "revocation_endpoint": f"{base}/v2/oauth/revoke",
            "subject_types_supported": ["public"],
            "revocation_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_methods_supported": methods,
            "id_token_signing_alg_values_supported": ["HS256"],
            "token_endpoint_auth_signing_alg_values_supported": ["HS256"],
            "code_challenge_methods_supported": ["S256"],
        },
        headers={"Cache-Control": "public, max-age=300"},
    )


async def jwks(request: web.Request, _: Fault | None) -> web.Response:
    """GET the public keys."""
    keys = [key.public for key in request.app[GRANTS].keys.published]
    return _json({"SkipUnresolvedJsonWebKeys": True, "keys": keys}, headers={"Cache-Control": "public, max-age=300"})


async def token(request: web.Request, fault: Fault | None) -> web.Response:
    """POST a code or a refresh token for tokens; a form and nothing else."""
    if request.content_type != _FORM:
        return _refusal(400, "invalid_request", "The content type must be application/x-www-form-urlencoded")
    form = dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
    client_id, public = _client(request, form)
    if client_id is None or (fault is not None and fault.mode is FaultMode.INVALID_CLIENT):
        return _refusal(401, "invalid_client")
    if fault is not None and fault.mode is FaultMode.INVALID_GRANT:
        return _refusal(400, "invalid_grant", fault.text or MISSING)
    match form.get("grant_type"):
        case "authorization_code":
            return _with_code(request, form, client_id, public)
        case "refresh_token":
            return await _with_refresh_token(request, form, client_id)
    return _refusal(400, "unsupported_grant_type", "The grant type is not supported")


async def revoke(request: web.Request, _: Fault | None) -> web.Response:
    """POST a token to end it; 200 whether it was known or not."""
    form = dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
    client_id, _public = _client(request, form)
    if client_id is None:
        return _refusal(401, "invalid_client")
    known = read(request.app[OPTIONS], form.get("token", ""))
    if known is not None and known.client_id == client_id:
        request.app[GRANTS].kill(known)
    return web.Response(status=200)


def _client(request: web.Request, form: dict[str, str]) -> tuple[str | None, bool]:
    """The client and whether it comes without a secret; None for a wrong one."""
    options = request.app[OPTIONS]
    header = request.headers.get("Authorization")
    if header is not None:
        kind, _, text = header.partition(" ")
        try:
            name, _, secret = b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None, False
        right = kind.lower() == "basic" and compare_digest(secret.encode(), options.client_secret.encode())
        return (name if right and name == options.client_id else None), False
    if form.get("client_id") != options.client_id:
        return None, False
    secret_sent = form.get("client_secret")
    if secret_sent is not None:
        right = compare_digest(secret_sent.encode(), options.client_secret.encode())
        return (options.client_id if right else None), False
    return options.client_id, True


def _with_code(request: web.Request, form: dict[str, str], client_id: str, public: bool) -> web.Response:
    grants, now = request.app[GRANTS], request.app[CLOCK].sso_now()
    try:
        code = grants.redeem(form.get("code", ""), client_id, now)
        _check_proof(code, form, public)
    except GrantRefused as refused:
        return _refusal(400, refused.error, refused.description)
    return _tokens(request, code.pilot, code.scopes, client_id, grants.first_token(code, now))


def _check_proof(code: Code, form: dict[str, str], public: bool) -> None:
    if code.challenge is None:
        if public:
            raise GrantRefused("invalid_grant", "A code challenge is required for a client without a secret")
        return
    verifier = form.get("code_verifier", "")
    if not compare_digest(to_text(sha256(verifier.encode()).digest()), code.challenge):
        raise GrantRefused("invalid_grant", "The code verifier does not match the code challenge")


async def _with_refresh_token(request: web.Request, form: dict[str, str], client_id: str) -> web.Response:
    app = request.app
    known = read(app[OPTIONS], form.get("refresh_token", ""))
    if known is None:
        return _refusal(400, "invalid_grant", MISSING)
    calls, outcome = app[CALLS], "refused"
    request[CHARACTER] = known.character_id
    calls.begin_refresh(known.character_id)
    try:
        if app[SWITCHES].token_seconds:
            await pause(app, app[SWITCHES].token_seconds)
        response = _refreshed(request, known, form, client_id)
        outcome = "refreshed"
    except GrantRefused as refused:
        outcome = "superseded" if refused.superseded else "refused"
        return _refusal(400, refused.error, refused.description)
    finally:
        calls.end_refresh(known.character_id, outcome)
    return response


def _refreshed(request: web.Request, known: RefreshToken, form: dict[str, str], client_id: str) -> web.Response:
    app = request.app
    scopes = tuple(known.scopes.split())
    fewer = tuple(form.get("scope", "").split())
    if not set(fewer) <= set(scopes):
        raise GrantRefused("invalid_scope", "The requested scope exceeds the scope granted by the resource owner")
    pilot = app[WORLD].pilots.get(known.character_id)
    pilot, following = app[GRANTS].refresh(known, pilot, client_id, app[CLOCK].sso_now())
    return _tokens(request, pilot, fewer or scopes, client_id, following)


def _tokens(
    request: web.Request, pilot: Pilot, scopes: tuple[str, ...], client_id: str, refresh_token: str | None
) -> web.Response:
    app = request.app
    grants = app[GRANTS]
    request[CHARACTER] = pilot.id
    claims = grants.claims(pilot, scopes, client_id, address(request), app[CLOCK].sso_now())
    return _json(
        {
            "access_token": grants.keys.current.sign(claims),
            "expires_in": app[OPTIONS].access_seconds - 1,
            "token_type": "Bearer",
            "refresh_token": refresh_token,
        },
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )


def _refusal(status: int, error: str, description: str | None = None) -> web.Response:
    body = {"error": error} if description is None else {"error": error, "error_description": description}
    return _json(body, status)


def _json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    response = web.Response(status=status, body=encode(body), headers=headers)
    response.content_type = "application/json"
    response.charset = "utf-8"
    return response
