"""The framework's handlers, made of the routes that the slices declare."""

import inspect
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

from litestar import Request, WebSocket
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler, WebsocketRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import UNSET, Struct

from guildhall.boot.runtime import WebRuntime
from guildhall.core.cache.api import HOLDER, Cached
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.limits.declaration import Limits
from guildhall.core.limits.errors import LimitUsedUp
from guildhall.core.limits.person_limits import PersonLimits
from guildhall.core.upstream.parameters import without_normal
from guildhall.db.pages import BadCursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.errors import Miswired
from guildhall.ids import UserId
from guildhall.instants import utc
from guildhall.web.description import SIGNED_IN
from guildhall.web.failures import failures
from guildhall.web.parameters import framework_type, has_times
from guildhall.web.reply import Fields
from guildhall.web.route import Asked, Pages, Read, Route, Write

Now = Callable[[], WebRuntime]
"""The runtime at the time of a request."""
Given = Callable[[Request[Any, Any, Any], Mapping[type[Any], Any]], object]
"""Makes an object for a request, from it and the process's objects."""
OfRequest = Mapping[type[Any], Given]

_PRINCIPAL = "guildhall.principal"
_PLACE = re.compile(r"\{(\w+)")
_ANY_PATH_TYPE = re.compile(r"\{(\w+):\w+\}")


class _Plan(Struct, frozen=True):
    """The parameters of an endpoint by where they come from."""

    framework: dict[str, inspect.Parameter]
    """Parameters of the path, the query and the header, the body, and the connection."""
    times: list[str]
    """The framework's parameters that are times, or lists of times."""
    objects: list[tuple[str, type[Any]]]
    of_request: list[tuple[str, Given]]
    transaction: str | None
    """The parameter's name."""
    writes: bool
    page: str | None
    optional: bool
    """The endpoint also answers somebody who is not signed in, and wants to know who is."""
    body: bool
    connection: str | None
    normal: dict[str, Callable[[Any], object]]
    """The functions that give the one spelling of a parameter."""


def handler_of(route: Route, now: Now, of_request: OfRequest) -> BaseRouteHandler:
    """The framework's handler of a route. Raises Miswired for parameters that it cannot give."""
    plan = _plan(route, of_request)
    for name, kind in plan.objects:
        if kind not in now().provided:
            raise Miswired(f"{route.method} {route.path} asks for {name}: {kind.__name__}, which nothing provides.")
    endpoint = _endpoint(route, plan, now)
    _sign(endpoint, route, plan)
    if route.method == "WEBSOCKET":
        return WebsocketRouteHandler(route.path)(endpoint)
    title, _, rest = (inspect.getdoc(route.endpoint) or "").partition("\n\n")
    handler = HTTPRouteHandler(
        route.path,
        http_method=cast(Any, route.method),
        status_code=route.status,
        media_type=route.media_type,
        summary=" ".join(title.split()).rstrip("."),
        description=rest.strip() or None,
        responses=_answers(route, plan),
        security=_security(route, plan),
        before_request=None if route.public and not plan.optional else _authenticating(route, plan, now),
        **route.options,
    )
    return cast(BaseRouteHandler, handler(endpoint))


def fast_path(
    route: Route, provided: Mapping[type[Any], Any]
) -> tuple[bytes, Callable[[str], Coroutine[Any, Any, Any]]]:
    """The beginning of a lane route's path, and the finding of the answer for its one parameter."""
    [parameter] = _ANY_PATH_TYPE.findall(route.path)
    objects = {name: provided[kind] for name, kind in _plan(route, {}).objects}

    def find(text: str) -> Coroutine[Any, Any, Any]:
        return cast("Coroutine[Any, Any, Any]", route.endpoint(**{parameter: text}, **objects))

    return route.path.partition("{")[0].encode(), find


def _plan(route: Route, of_request: OfRequest) -> _Plan:
    hints = get_type_hints(route.endpoint, include_extras=True)
    places = _PLACE.findall(route.path)
    framework: dict[str, inspect.Parameter] = {}
    objects: list[tuple[str, type[Any]]] = []
    made: list[tuple[str, Given]] = []
    normals: dict[str, Callable[[Any], object]] = {}
    times: list[str] = []
    transaction = page = connection = None
    writes = optional = body = False
    for name, parameter in inspect.signature(route.endpoint).parameters.items():
        hint = hints[name]
        plain, normal = without_normal(hint)
        if normal is not None:
            normals[name] = normal
        if hint in (Read, Write):
            transaction, writes = name, hint == Write
        elif get_origin(hint) is Asked or hint is Asked:
            page = name
        elif name == "data":
            body = True
            wrapped = plain if get_origin(plain) is Annotated else cast(Any, JSONBody)[plain]
            framework[name] = parameter.replace(annotation=wrapped, kind=inspect.Parameter.KEYWORD_ONLY)
        elif get_origin(hint) is Annotated or name in places:
            wrapped = _wrapped(route, parameter, plain, in_path=name in places)
            framework[name] = parameter.replace(annotation=wrapped, kind=inspect.Parameter.KEYWORD_ONLY)
            if has_times(wrapped):
                times.append(name)
        elif hint is Request or get_origin(hint) is Request or hint is WebSocket or get_origin(hint) is WebSocket:
            connection = name
        elif hint == Principal | None:
            optional = True
            made.append((name, lambda request, _: request.scope[_PRINCIPAL]))  # type: ignore[literal-required]
        elif hint in (Principal, Viewer) and route.public:
            raise Miswired(f"{route.method} {route.path} asks for {name}, and answers people who did not sign in.")
        elif hint is Principal:
            made.append((name, lambda request, _: request.scope[_PRINCIPAL]))  # type: ignore[literal-required]
        elif hint is Viewer:
            made.append((name, lambda request, _: request.scope[_PRINCIPAL].viewer))  # type: ignore[literal-required]
        elif hint in of_request:
            made.append((name, of_request[hint]))
        elif inspect.isclass(hint):
            objects.append((name, hint))
        else:
            raise Miswired(f"{route.method} {route.path} asks for {name}: {hint}, which no request has.")
    if ignored := [name for name in places if name not in framework]:
        raise Miswired(f"{route.method} {route.path} names {', '.join(ignored)}, which its endpoint does not take.")
    if (page is None) != (route.pages is None):
        raise Miswired(f"{route.method} {route.path}: `pages=` and a parameter of type Asked go together.")
    if route.lane and normals:
        raise Miswired(f"{route.method} {route.path}: `lane=True` goes past the Normal of {', '.join(normals)}.")
    return _Plan(framework, times, objects, made, transaction, writes, page, optional, body, connection, normals)


def _wrapped(route: Route, parameter: inspect.Parameter, hint: Any, *, in_path: bool) -> Any:
    """Return the framework's type of a parameter. Raises Miswired for bounds or a place that it cannot have."""
    name = parameter.name
    if not in_path and any(isinstance(one, PathParameter) for one in get_args(hint)[1:]):
        raise Miswired(f"{route.method} {route.path} does not name {name}, which its endpoint takes from the path.")
    of = PathParameter if in_path else QueryParameter
    try:
        return framework_type(hint, of, name, required=parameter.default is inspect.Parameter.empty)
    except TypeError as error:
        raise Miswired(f"{route.method} {route.path} asks for {name} with a bound it cannot have: {error}.") from error


def _endpoint(route: Route, plan: _Plan, now: Now) -> Callable[..., Awaitable[Any]]:
    """The function that the framework calls: it adds what the request does not bring, and opens the transaction."""
    run, connection = route.endpoint, plan.connection
    given, objects, normals = tuple(plan.of_request), tuple(plan.objects), tuple(plan.normal.items())
    times = tuple(plan.times)

    async def endpoint(**values: Any) -> Any:
        request = values.pop("socket" if route.method == "WEBSOCKET" else "request")
        for name in times:
            values[name] = _utc(values[name])
        for name, normal in normals:
            if (value := values.get(name)) is not None:
                values[name] = normal(value)
        runtime = now()
        provided = runtime.provided
        for name, kind in objects:
            values[name] = provided[kind]
        for name, give in given:
            values[name] = give(request, provided)
        if connection is not None:
            values[connection] = request
        if plan.page is not None:
            values[plan.page] = _asked(cast(Pages, route.pages), values.pop("after"), values.pop("limit"))
        if plan.transaction is None:
            found = await run(**values)
        else:
            viewer = None if route.public else request.scope[_PRINCIPAL].viewer
            db: Database = runtime.db
            async with db.write(viewer) if plan.writes else db.read(viewer) as tx:
                found = await run(**values, **{plan.transaction: tx})
        return found if route.cached is UNSET else Cached(found, runtime.cache.memory)

    return endpoint


def _utc(value: Any) -> Any:
    """Return a parameter's times in UTC. Raises BadInstant for one without an offset."""
    if isinstance(value, list | tuple):
        return [_utc(one) for one in value]
    return utc(value) if isinstance(value, datetime) else value


def _asked(pages: Pages, after: str | None, limit: int) -> Asked[Any]:
    """Raises BadCursor."""
    return Asked(pages.cursor.decode_or_none(after), limit, after)


def _authenticating(route: Route, plan: _Plan, now: Now) -> Callable[[Request[Any, Any, Any]], Awaitable[None]]:
    scope, optional = route.token_scope, plan.optional

    group = route.limit_group
    if group not in cast(Limits, now().provided[Limits]).by_name:
        raise Miswired(f"{route.method} {route.path} has the limit '{group}', which no slice declares.")

    async def authenticate(request: Request[Any, Any, Any]) -> None:
        provided = now().provided
        authenticator = cast(Authenticator, provided[Authenticator])
        found = await (authenticator.visitor(request, scope) if optional else authenticator.principal(request, scope))
        limits = cast(PersonLimits, provided[PersonLimits])
        if found is not None and limits.on:
            await _require_room(request.scope, limits, found.viewer.id, group)
        request.scope[_PRINCIPAL] = found  # type: ignore[literal-required]

    return authenticate


async def _require_room(scope: Any, limits: PersonLimits, user_id: UserId, group: str) -> None:
    """Count a person's request, and have the answer tell what is left. Raises LimitUsedUp."""
    extra: Fields = scope["guildhall.extra"]
    try:
        extra += await limits.require(user_id, group)
    except LimitUsedUp:
        extra += limits.fields(user_id, group)
        raise
    if group != "read":
        scope.pop(HOLDER, None)  # what the fast path answers counts as a request that reads


def _sign(endpoint: Callable[..., Awaitable[Any]], route: Route, plan: _Plan) -> None:
    """Give the function the signature that the framework reads: what a request brings."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = list(plan.framework.values())
    if route.pages is not None:
        described = "The `next` of the page before"
        after = QueryParameter(name="after", description=described, max_length=600, required=False)
        usual = [Example(value=route.pages.usual)]
        limit = QueryParameter(
            name="limit", ge=1, le=route.pages.largest, description="Items on a page", examples=usual
        )
        parameters += [
            inspect.Parameter("after", keyword, annotation=Annotated[str | None, after], default=None),
            inspect.Parameter("limit", keyword, annotation=Annotated[int, limit], default=route.pages.usual),
        ]
    if route.method == "WEBSOCKET":
        parameters.append(inspect.Parameter("socket", keyword, annotation=WebSocket[Any, Any, Any]))
    else:
        parameters.append(inspect.Parameter("request", keyword, annotation=Request[Any, Any, Any]))
    returned = get_type_hints(route.endpoint, include_extras=True)["return"]
    if route.cached is not UNSET:
        returned = Cached[route.cached]  # type: ignore[name-defined]
    signature = inspect.Signature(parameters, return_annotation=returned)
    endpoint.__signature__ = signature  # type: ignore[attr-defined]
    endpoint.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": returned}
    endpoint.__name__ = endpoint.__qualname__ = route.endpoint.__name__
    endpoint.__module__ = route.endpoint.__module__
    endpoint.__doc__ = route.endpoint.__doc__


def _answers(route: Route, plan: _Plan) -> dict[int, ResponseSpec]:
    raises = [*route.raises, BadCursor] if plan.page is not None else route.raises
    found = failures(
        raises, signed_in=not route.public or plan.optional, parameters=bool(plan.framework), body=plan.body
    )
    if route.empty:
        found[route.status or 204] = ResponseSpec(None, generate_examples=False, description=route.empty)
    return {**found, **route.answers}


def _security(route: Route, plan: _Plan) -> list[dict[str, list[str]]]:
    if plan.optional:
        return [{}, *SIGNED_IN]
    return [] if route.public else SIGNED_IN
