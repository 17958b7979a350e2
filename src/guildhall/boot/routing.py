"""The framework's router of a slice's routes."""

from collections.abc import Iterable
from copy import copy
from itertools import chain
from typing import Any, TypeVar

from litestar import HttpMethod, MediaType, Request, Response, Router, route
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute

from guildhall.boot.faults import blaming
from guildhall.boot.handlers import Given, Now, OfRequest, handler_of
from guildhall.pack import Slice
from guildhall.web.route import Route

Handler = TypeVar("Handler", bound=BaseRouteHandler)


class _SliceRouter(Router):
    """The routes of a slice, for one application.

    The framework makes a route of each method of a path, each with an answer to OPTIONS and its models, and copies a
    router with all of them to register it. Here a path is one route, and all of them answer OPTIONS by one handler.
    """

    def __init__(self, routes: Iterable[Route], now: Now, of_request: OfRequest) -> None:
        super().__init__("/", route_handlers=[])
        by_path: dict[str, list[HTTPRouteHandler]] = {}
        for one in routes:
            handler = self._owned(handler_of(one, now, of_request))
            if isinstance(handler, HTTPRouteHandler):
                by_path.setdefault(one.path, []).append(handler)
            else:
                self.register(handler)
        options = self._owned(copy(_options))
        self.routes += [HTTPRoute(path=path, route_handlers=[*found, options]) for path, found in by_path.items()]

    def _owned(self, handler: Handler) -> Handler:
        handler.owner = self
        return handler

    def __deepcopy__(self, _: object) -> "_SliceRouter":
        return self


def make_routers(slices: Iterable[Slice], now: Now) -> list[Router]:
    """A router for each slice that has routes. Raises PackFailed for a pack whose routes cannot be served."""
    parts = [(one, one.web_parts()) for one in slices]
    of_request: dict[type[Any], Given] = {}
    for part in chain.from_iterable(found for _, found in parts):
        of_request |= part.of_request
    routers: list[Router] = []
    for one, found in parts:
        if routes := [route for part in found for route in part.routes]:
            with blaming(one, "has a route that cannot be served"):
                routers.append(_SliceRouter(routes, now, of_request))
    return routers


@route("/", http_method=[HttpMethod.OPTIONS], include_in_schema=False, sync_to_thread=False)
def _options(request: Request[Any, Any, Any]) -> Response[None]:
    """The methods of a path."""
    found = [one for one in request.app.routes if one.path_format == request.scope["path_template"]]
    methods = sorted({method for one in found for method in one.methods})
    return Response(None, status_code=204, headers={"Allow": ", ".join(methods)}, media_type=MediaType.TEXT)
