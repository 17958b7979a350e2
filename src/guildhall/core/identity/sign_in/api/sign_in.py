"""Signing in at a provider."""

import base64
import hashlib
import re
from typing import Annotated, Any, TypeVar

from litestar import Request, Response
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct, structs

from guildhall.core.identity.principals.errors import SessionEnded, Unauthenticated
from guildhall.core.identity.principals.schemas import Principal, ShortName
from guildhall.core.identity.principals.tokens import random_token, token_hash
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.answers import session_answer
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.errors import AccountSuspended
from guildhall.core.identity.sessions.schemas import Device, DeviceType, IdentityView, PushToken, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.actions.flows import App, Flows, Outcome, Wish
from guildhall.core.identity.sign_in.errors import (
    BadReturn,
    BadState,
    LinkedElsewhere,
    MixedUp,
    OtherBrowser,
    ProviderUnknown,
    SignInDenied,
    TooManyIdentities,
)
from guildhall.core.identity.sign_in.oauth.errors import (
    GrantRefused,
    ProofExpired,
    ProofForged,
    ProofForOthers,
    ProofOfOtherIssuer,
    ProofRefused,
    ProofReplayed,
)
from guildhall.core.identity.sign_in.providers import Providers
from guildhall.core.identity.sign_in.rules import is_app, require_return, with_query
from guildhall.core.identity.sign_in.schemas import ProviderView
from guildhall.errors import GuildhallError
from guildhall.text import LINE
from guildhall.web.route import PEOPLE, PUBLIC, Routes

Body = TypeVar("Body")

routes = Routes("/api/v1")

_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")
_CHALLENGE = r"^[A-Za-z0-9_-]{43}$"
_FIELDS_OF_ANSWER = 40
_EXAMPLE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The challenge of RFC 7636, appendix B."""

ProviderName = Annotated[
    str,
    PathParameter(
        description="One of /api/v1/auth/providers",
        pattern=r"^[a-z][a-z0-9_-]{0,39}$",
        examples=[Example(value="eve")],
    ),
]


class StartRequest(Struct, frozen=True):
    """The beginning of an app's sign-in.

    `return_to` is where it leads in the end; without one the callback answers with JSON. For an app's own scheme
    `code_challenge` is needed: base64url(sha256(verifier)) of a random verifier that the app shows at the end.
    """

    return_to: Annotated[str, Meta(max_length=2000, examples=["/docs"])] = ""
    code_challenge: Annotated[str, Meta(pattern=_CHALLENGE, examples=[_EXAMPLE])] | None = None
    device_name: ShortName | None = None
    device_type: DeviceType | None = None


class Started(Struct, frozen=True):
    """The URL to which the browser goes now."""

    authorize_url: str


class CompleteRequest(Struct, frozen=True):
    """The parameters that came to the app's own scheme (`answer`: all of them), and the verifier of the beginning."""

    answer: Annotated[dict[str, Annotated[str, Meta(max_length=4096)]], Meta(max_length=_FIELDS_OF_ANSWER)]
    code_verifier: Annotated[str, Meta(min_length=43, max_length=128)]
    device_token: PushToken | None = None


class Linked(Struct, frozen=True):
    """The identity that was linked to the account of the session."""

    identity: IdentityView


@routes.get("/auth/providers", scope=PUBLIC)
async def get_providers(providers: Providers) -> list[ProviderView]:
    """The sign-ins that are on."""
    return [ProviderView(one.name, one.title) for one in providers]


@routes.get(
    "/auth/{provider:str}/start",
    scope=PUBLIC,
    status=302,
    raises=(BadReturn, ProviderUnknown),
    empty="The browser goes to the provider.",
)
async def get_start(
    provider: ProviderName,
    request: Request[Any, Any, Any],
    settings: IdentitySettings,
    flows: Flows,
    page_cookies: Cookies,
    return_to: Annotated[
        str, QueryParameter(name="return_to", max_length=2000, description="Where the browser goes in the end")
    ] = "/",
    code_challenge: Annotated[
        str | None,
        QueryParameter(
            name="code_challenge", pattern=_CHALLENGE, required=False, description="With an app's own scheme: S256"
        ),
    ] = None,
    device_name: Annotated[
        str | None,
        QueryParameter(
            name="device_name",
            min_length=1,
            max_length=100,
            pattern=LINE,
            required=False,
            description="The device's name, for people",
        ),
    ] = None,
    device_type: Annotated[
        DeviceType | None, QueryParameter(name="device_type", required=False, description="What kind of device it is")
    ] = None,
) -> Response[None]:
    """Send a browser to the provider."""
    wanted = StartRequest(return_to, code_challenge, device_name, device_type)
    binding, browser = binding_of(wanted, request, settings, page_cookies)
    address = await flows.begin(Wish(provider, binding, wanted.return_to, Device(device_name, device_type)))
    answer = Response(None, status_code=302, headers={"location": address, "cache-control": "no-store"})
    return remembered(answer, browser, page_cookies, settings)


@routes.post("/auth/{provider:str}/start", scope=PUBLIC, status=200, raises=(BadReturn, ProviderUnknown))
async def post_start(
    provider: ProviderName,
    data: StartRequest,
    request: Request[Any, Any, Any],
    settings: IdentitySettings,
    flows: Flows,
    page_cookies: Cookies,
) -> Response[Started]:
    """Begin a sign-in and say where the browser goes."""
    binding, browser = binding_of(data, request, settings, page_cookies)
    device = Device(data.device_name, data.device_type)
    address = await flows.begin(Wish(provider, binding, data.return_to, device))
    answer = Response(Started(address), headers={"cache-control": "no-store"})
    return remembered(answer, browser, page_cookies, settings)


@routes.get(
    "/auth/{provider:str}/callback",
    scope=PUBLIC,
    raises=(
        BadState,
        GrantRefused,
        MixedUp,
        ProofExpired,
        ProofForOthers,
        ProofForged,
        ProofOfOtherIssuer,
        ProofRefused,
        ProofReplayed,
        SessionEnded,
        Unauthenticated,
        AccountSuspended,
        OtherBrowser,
        SignInDenied,
        ProviderUnknown,
        LinkedElsewhere,
        TooManyIdentities,
    ),
)
async def get_callback(
    provider: ProviderName, request: Request[Any, Any, Any], flows: Flows, page_cookies: Cookies, caller: Caller
) -> Response[SessionTokens | Linked | None]:
    """Take the browser back from the provider. An app's answer is handed on to it; it completes the sign-in itself."""
    fields = _answer(request)
    state = fields.get("state", "")
    if not 1 <= len(state) <= 200:
        raise BadState
    place = await flows.return_of(provider, state)
    if place is not None and is_app(place):
        return _redirect(with_query(place, fields))
    browser = request.cookies.get(page_cookies.flow, "")
    flow = await flows.take(provider, state, token_hash(browser) if _BROWSER.fullmatch(browser) else None, caller)
    try:
        outcome = await flows.finish(flow, fields, None, caller)
    except GuildhallError as error:
        if not flow.return_to or error.status >= 500:
            raise
        return _redirect(with_query(flow.return_to, {"error": error.code}))
    if not flow.return_to:
        return _completed(outcome, page_cookies)
    answer = _redirect(flow.return_to)
    if outcome.tokens is not None:
        for cookie in page_cookies.of_session(outcome.tokens):
            answer.set_cookie(cookie)
    return answer


@routes.post(
    "/auth/{provider:str}/complete",
    scope=PEOPLE,
    status=200,
    raises=(
        BadState,
        GrantRefused,
        MixedUp,
        ProofExpired,
        ProofForOthers,
        ProofForged,
        ProofOfOtherIssuer,
        ProofRefused,
        ProofReplayed,
        AccountSuspended,
        OtherBrowser,
        SignInDenied,
        ProviderUnknown,
        LinkedElsewhere,
        TooManyIdentities,
    ),
)
async def post_complete(
    provider: ProviderName,
    data: CompleteRequest,
    visitor: Principal | None,
    flows: Flows,
    page_cookies: Cookies,
    caller: Caller,
) -> Response[SessionTokens | Linked]:
    """Complete what an app has begun: it shows what came back to it, and the verifier that only it knows."""
    state = data.answer.get("state", "")
    if not 1 <= len(state) <= 200:
        raise BadState
    app = App(visitor.session if visitor is not None else None)
    flow = await flows.take(provider, state, hashlib.sha256(data.code_verifier.encode()).digest(), caller, app)
    return _completed(await flows.finish(flow, data.answer, data.device_token, caller), page_cookies)


def binding_of(
    wanted: StartRequest, request: Request[Any, Any, Any], settings: IdentitySettings, cookies: Cookies
) -> tuple[bytes, str | None]:
    """The hash of what the end must show: the verifier of an app, or the browser's cookie, which is given too.

    Raises BadReturn.
    """
    if wanted.return_to:
        require_return(wanted.return_to, settings)
    if is_app(wanted.return_to):
        if wanted.code_challenge is None:
            raise BadReturn(detail="A sign-in that returns to an app needs a code_challenge.")
        return base64.urlsafe_b64decode(wanted.code_challenge + "="), None
    browser = request.cookies.get(cookies.flow, "")
    if not _BROWSER.fullmatch(browser):
        browser = random_token()
    return token_hash(browser), browser


def remembered(
    answer: Response[Body], browser: str | None, cookies: Cookies, settings: IdentitySettings
) -> Response[Body]:
    """Return the answer with the cookie by which the browser is known again; an app needs none."""
    if browser is not None:
        answer.set_cookie(cookies.cookie(cookies.flow, browser, int(settings.flow_minutes * 60)))
    return answer


def _answer(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the parameters that the browser brings from a provider. Raises BadState if one occurs twice."""
    fields = list(request.query_params.multi_items())
    found = dict(fields)
    if len(found) != len(fields) or len(found) > _FIELDS_OF_ANSWER:
        raise BadState
    return {name: str(value) for name, value in found.items()}


def _redirect(place: str) -> Response[Any]:
    return Response(
        None,
        status_code=302,
        headers={"location": place, "cache-control": "no-store", "referrer-policy": "no-referrer"},
    )


def _completed(outcome: Outcome, cookies: Cookies) -> Response[Any]:
    """The tokens beside the identity that has signed in, or the identity alone where it was linked."""
    if outcome.tokens is None:
        return Response(Linked(outcome.identity), headers={"cache-control": "no-store"})
    return session_answer(structs.replace(outcome.tokens, identity=outcome.identity), page=False, cookies=cookies)
