"""The routes of the slices, each with what it asks for by name and no more."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any, TypeVar

from litestar import HttpMethod, MediaType, Request, Response, Router, route
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from guildhall.boot.features import FEATURES
from guildhall.boot.runtime import WebRuntime
from guildhall.pack import Slice

Givers = Mapping[str, Provide]
"""The objects that a route may ask for, by name."""
Now = Callable[[], WebRuntime]
"""The runtime at the time of a request."""
Handler = TypeVar("Handler", bound=BaseRouteHandler)


class _SliceRouter(Router):
    """The routes of a slice, for one application.

    The framework makes a route of each method of a path, each with an answer to OPTIONS and its models, and copies a
    router with all of them to register it. Here a path is one route, and all of them answer OPTIONS by one handler.
    """

    def __init__(self, handlers: Iterable[ControllerRouterHandler], givers: Givers) -> None:
        super().__init__("/", route_handlers=[])
        by_path: dict[str, list[HTTPRouteHandler]] = {}
        for handler in handlers:
            if isinstance(handler, HTTPRouteHandler):
                for path in sorted(handler.paths):
                    by_path.setdefault(path, []).append(self._own(handler, givers))
            elif isinstance(handler, BaseRouteHandler):
                self.register(self._own(handler, givers))
            else:
                self.register(Router("/", route_handlers=[handler], dependencies=dict(givers)))
        options = self._own(_options, {})
        self.routes += [HTTPRoute(path=path, route_handlers=[*found, options]) for path, found in by_path.items()]

    def _own(self, handler: Handler, givers: Givers) -> Handler:
        """A copy of a handler with what it asks for by name.

        With all that it may ask for the framework would compare forty givers with each other for each route.
        """
        own = copy(handler)
        own.owner = self
        own.dependencies = {**_asked(handler.fn, givers), **(handler.dependencies or {})}
        return own

    def __deepcopy__(self, _: object) -> "_SliceRouter":
        return self


def make_routers(slices: Iterable[Slice], now: Now) -> list[Router]:
    """A router for each slice that has routes."""
    shared = _of_process(now)
    return [
        _SliceRouter(routes, {**shared, **_of_slice(one, now)}) for one in slices if (routes := one.web.load().routes)
    ]


def _asked(function: Callable[..., Any], givers: Givers) -> dict[str, Provide]:
    """Return the providers that a function's parameters ask for, and those that these ask for in turn."""
    found: dict[str, Provide] = {}
    waiting = [function]
    while waiting:
        for name in inspect.signature(waiting.pop()).parameters:
            if name in givers and name not in found:
                found[name] = givers[name]
                waiting.append(givers[name].dependency)
    return found


@route("/", http_method=[HttpMethod.OPTIONS], include_in_schema=False, sync_to_thread=False)
def _options(request: Request[Any, Any, Any]) -> Response[None]:
    """The methods of a path."""
    found = [one for one in request.app.routes if one.path_format == request.scope["path_template"]]
    methods = sorted({method for one in found for method in one.methods})
    return Response(None, status_code=204, headers={"Allow": ", ".join(methods)}, media_type=MediaType.TEXT)


def _of_process(now: Now) -> dict[str, Provide]:
    """Return the providers for every route: the process's objects, the core features' objects, the viewer."""
    givers = {
        "db": _given(lambda: now().db),
        "cache": _given(lambda: now().cache),
        "clock": _given(lambda: now().clock),
    }
    for feature in FEATURES:
        web = feature.web.load()
        givers |= {name: _provided(now, kind) for name, kind in web.provides.items()}
        givers |= {kind.__name__.lower(): _provided(now, kind) for kind in feature.process.load().services}
        givers |= {
            name: Provide(function, sync_to_thread=None if inspect.iscoroutinefunction(function) else False)
            for name, function in web.dependencies.items()
        }
    return givers


def _of_slice(one: Slice, now: Now) -> dict[str, Provide]:
    """Return the providers for the slice's own routes: its settings, its upstreams, its `provides`."""
    return {
        "settings": _given(lambda: now().configuration.of_slices[one.name]),
        **{upstream.name: _client(now, one.name, upstream.name) for upstream in one.process.load().upstreams},
        **{name: _provided(now, kind) for name, kind in one.web.load().provides.items()},
    }


def _given(give: Callable[[], object]) -> Provide:
    return Provide(give, sync_to_thread=False)


def _provided(now: Now, kind: type[Any]) -> Provide:
    return _given(lambda: now().provided[kind])


def _client(now: Now, pack: str, upstream: str) -> Provide:
    return _given(lambda: now().clients.by_pack[pack][upstream])
