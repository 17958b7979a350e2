"""The check of the API's description: each operation is told, and its failures are those that it has."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guildhall.core.fresh.errors import BadKey
from guildhall.core.identity.principals.errors import ScopeMissing, SessionEnded, TokenExpired, Unauthenticated
from guildhall.core.identity.sessions.errors import CrossSite
from guildhall.db.pages import BadCursor
from guildhall.errors import GuildhallError, Misconfigured
from guildhall.testing.checks.findings import require_none
from guildhall.testing.checks.modules import belongs, packages_of
from guildhall.testing.checks.raised import Raised
from guildhall.testing.client import Answer
from guildhall.testing.clock import MovableClock
from guildhall.testing.pack import PackUnderTest
from guildhall.testing.product import open_product
from guildhall.testing.settings import configuration
from guildhall.web.route import Route

_LIKELY_NEVER = frozenset({BadKey.code})
"""Codes of errors that the types of parameters may rule out, which the walk does not see: they may be named."""
_SIGN_IN = (Unauthenticated, SessionEnded, TokenExpired, CrossSite, ScopeMissing)
_TYPE = re.compile(r"\{(\w+):\w+\}")


def check_openapi(pack: PackUnderTest) -> None:
    """Check that the API's description has every route of the pack, with what a reader needs.

    A summary, a description of each parameter, an answer with a schema; and `raises` names the errors that the
    endpoint and what it calls can raise, no more and no fewer. An endpoint that is made elsewhere, from a declaration,
    may name more. Raises PackIsWrong.
    """
    require_none("API", pack.name, pack.clones.wait(_check(pack)))


async def _check(pack: PackUnderTest) -> list[str]:
    routes = [route for part in pack.manifest.web_parts() for route in part.routes]
    try:
        answer = await _description(pack)
    except Misconfigured as error:
        return [str(error)]
    if answer.status != 200:
        return [f"/openapi.json answers {answer.status}: {answer.body[:300]!r}"]
    document = answer.json
    packages = packages_of(pack)
    raised = Raised(packages)
    found: list[str] = []
    for route in routes:
        said = [*_place(route, pack), *differing_errors(raised, route, belongs(route.endpoint.__module__, packages))]
        if route.method != "WEBSOCKET":
            said += _told(route, document["paths"])
        found += [f"{route.method} {route.path}: {one}" for one in said]
    return found


async def _description(pack: PackUnderTest) -> Answer:
    name = await pack.clones.take()
    try:
        chosen = configuration(pack.together)
        async with open_product(chosen, pack.clones.url(name), MovableClock()) as product:
            return await product.get("/openapi.json")
    finally:
        await pack.clones.drop(name)


def _place(route: Route, pack: PackUnderTest) -> Iterator[str]:
    scope = route.token_scope
    if scope is not None and not scope.startswith(f"{pack.name}:"):
        yield f"the scope {scope!r} does not begin with {pack.name}: as in '{pack.name}:read'"


def _told(route: Route, paths: Mapping[str, Any]) -> Iterator[str]:
    operation = paths.get(_TYPE.sub(r"{\1}", route.path), {}).get(route.method.lower())
    if operation is None:
        yield "is not in the description"
        return
    if not (route.endpoint.__doc__ or "").strip():
        yield "the endpoint has no docstring; its first line is the summary"
    elif " " not in operation.get("summary", ""):
        yield f"the summary {operation.get('summary', '')!r} is one word"
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and not parameter.get("description"):
            yield f"the parameter {parameter['name']} has no description"
    good = [one for status, one in operation["responses"].items() if status.startswith("2")]
    if not good:
        yield "no answer of success is described"
    bodies = [content for one in good for content in one.get("content", {}).values()]
    if any(body.get("schema", {}) == {} for body in bodies):
        yield "the answer of success has no schema: annotate what the endpoint returns, or say cached="


def follows(route: Route, error: type[GuildhallError]) -> bool:
    """Return whether an error is described without being said: of any route, of a sign-in, of a list."""
    if error.status == 429 or error.status >= 500:
        return True
    if not route.public and error in _SIGN_IN:
        return True
    return route.pages is not None and error is BadCursor


def differing_errors(raised: Raised, route: Route, own: bool = True) -> Iterator[str]:
    """Yield how `raises` of a route differs from what its endpoint raises; one that is not `own` may name more."""
    can = {error.code for error in raised.of(route.endpoint) if not follows(route, error)}
    said = {error.code for error in route.raises}
    yield from (f"raises {code}, which raises= does not name" for code in sorted(can - said - _LIKELY_NEVER))
    if own:
        yield from (f"raises= names {code}, which it never raises" for code in sorted(said - can))
