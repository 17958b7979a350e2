"""Routes below one path: what the routes of a module have in common."""

from collections.abc import Iterable, Sequence
from copy import copy

from litestar.handlers import BaseRouteHandler
from litestar.types import Guard
from litestar.utils import join_paths


def below(
    path: str, handlers: Iterable[BaseRouteHandler], guards: Sequence[Guard] = ()
) -> tuple[BaseRouteHandler, ...]:
    """The routes with a path before their own, and with guards before their own.

    The framework's Router says the same, but copies its routes with all that they hold, at each level, at every start.
    """
    return tuple(_below(path, handler, guards) for handler in handlers)


def _below(path: str, handler: BaseRouteHandler, guards: Sequence[Guard]) -> BaseRouteHandler:
    moved = copy(handler)
    moved.paths = {join_paths([path, own]) for own in handler.paths}
    moved.guards = [*guards, *(handler.guards or ())]
    return moved
