"""Errors as problem+json (RFC 9457), rendered in this one place."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta, Struct

from guildhall.errors import (
    BadRequest,
    GuildhallError,
    MethodNotAllowed,
    NotFound,
    PermissionDenied,
    RangeNotSatisfiable,
    TooLarge,
)
from guildhall.log import get_logger
from guildhall.web.examples import examples_of

log = get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class HandshakeRefused(GuildhallError):
    status = 426
    says = "Handshake refused: it asks for another protocol than WebSocket."


_KINDS: dict[int, type[GuildhallError]] = {
    kind.status: kind for kind in (BadRequest, NotFound, MethodNotAllowed, TooLarge)
}
"""The errors that the framework's own answers are told as."""
_HANDSHAKES: dict[int, type[GuildhallError]] = {
    kind.status: kind for kind in (BadRequest, PermissionDenied, HandshakeRefused)
}
"""The errors that a refused handshake is told as."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """The body of a failed request. `code` is stable, for programs (see docs/errors.md); `detail` is for people."""

    status: Annotated[int, Meta(examples=[404])]
    code: Annotated[str, Meta(examples=["dota2.player_not_found"])]
    title: Annotated[str, Meta(examples=["Player not found"])]
    detail: str = ""
    type: str = "about:blank"
    instance: str = ""
    errors: list[dict[str, str]] = []
    facts: dict[str, Any] = {}
    """Facts of the failure for programs, of errors that have some: the versions of a thing that was edited twice."""


MEANINGS = {
    400: "A parameter, a cursor or the body is not what this endpoint takes.",
    401: "A token is missing or wrong.",
    403: "The viewer does not have the permission.",
    404: "There is no such thing.",
    409: "The state of the thing does not allow this now.",
    410: "There was such a thing, and it is gone for good.",
    413: "The body is too large.",
    415: "The body is of another media type than this endpoint takes.",
    416: "There are no such bytes; Content-Range says how many there are.",
    422: "What the body says is understood, and refused.",
    429: "Too many requests; Retry-After says when to come back.",
    503: "Something that the answer needs is down, with nothing older to stand in; Retry-After says when to try again.",
}


_SPECS = {
    status: ResponseSpec(
        Problem, generate_examples=False, description=meaning, media_type=MEDIA_TYPE, examples=examples_of(status)
    )
    for status, meaning in MEANINGS.items()
}


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the failures of a route for the API's description; 429 and 503 are possible for every route."""
    return {status: _SPECS[status] for status in sorted({*statuses, 429, 503})}


def problem_of(error: GuildhallError, instance: str = "") -> Problem:
    """Return the problem of an error; its inner facts go to the log."""
    if error.inner:
        log.warning("refused", code=error.code, why=error.inner, instance=instance)
    facts = {name: getattr(error, name) for name in error.shown}
    return Problem(error.status, error.code, error.title, str(error), instance=instance, facts=facts)


def refused_handshake(status: int, words: str) -> Problem:
    """The problem of a WebSocket's handshake that does not become one."""
    kind = _HANDSHAKES.get(status)
    if kind is None:
        return problem_of(GuildhallError())
    return Problem(status, kind.code, kind.title, words.strip() or "This is no address for a WebSocket of yours.")


def encode(problem: Problem) -> bytes:
    """The problem's JSON; `type` is always there, as readers expect."""
    return msgspec.json.encode({**msgspec.to_builtins(problem), "type": problem.type})


def headers_of(error: GuildhallError) -> dict[str, str]:
    """Retry-After where the error knows when it may be better, the size of what has no such range; never stored."""
    headers = {"cache-control": "no-store"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, RangeNotSatisfiable):
        headers["content-range"] = f"bytes */{error.size}"
    return headers


def _respond(problem: Problem, headers: dict[str, str]) -> Response[bytes]:
    return Response(encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _instance(request: Request[Any, Any, Any]) -> str:
    return f"urn:request:{request.scope.get('guildhall.request_id', '')}"


def on_guildhall_error(request: Request[Any, Any, Any], error: GuildhallError) -> Response[bytes]:
    """Ours: the error says itself what it is."""
    return _respond(problem_of(error, _instance(request)), headers_of(error))


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """The framework's: unknown routes, methods, parameters that do not parse."""
    kind = _KINDS.get(error.status_code)
    if kind is None:
        return on_bug(request, error)
    details: list[dict[str, str]] = []
    detail = error.detail
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        detail = "A parameter or the body is not what this endpoint takes." if extra else error.detail
        details = [
            {"at": str(item.get("key", "")), "why": str(item.get("message", ""))}
            for item in extra
            if isinstance(item, dict)
        ]
    elif error.status_code == 404:
        detail = "There is nothing at this address."
    elif error.status_code == 405:
        detail = str(MethodNotAllowed(method=request.method))
    headers = {"cache-control": "no-store"}
    if error.headers and "allow" in {name.lower() for name in error.headers}:
        allow = next(value for name, value in error.headers.items() if name.lower() == "allow")
        headers["allow"] = allow.replace("GET", "GET, HEAD")  # every GET answers HEAD too
    return _respond(
        Problem(error.status_code, kind.code, kind.title, detail, instance=_instance(request), errors=details), headers
    )


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Log any other exception, a bug of ours, with its traceback; answer without it."""
    log.error("request_broken", path=request.url.path, exc_info=error)
    return on_guildhall_error(request, GuildhallError())


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON may be nested deeper than a parser follows: that is no JSON for us, and no bug."""

    async def json(self) -> Any:
        """Return the body. Raises SerializationException, which becomes a 400."""
        try:
            return await super().json()
        except RecursionError as error:
            raise SerializationException("The JSON is nested too deeply.") from error


HANDLERS: dict[Any, Any] = {
    GuildhallError: on_guildhall_error,
    HTTPException: on_http_error,
    Exception: on_bug,
}
