"""The manifest by which a pack plugs in: one frozen object that names everything it brings."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import typer
from aiohttp import web
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from pydantic_settings import BaseSettings

from guildhall.core.cache.schemas import Answer
from guildhall.core.jobs.bindings import Cron, On
from guildhall.core.jobs.messages import Message
from guildhall.core.upstream.schemas import Upstream
from guildhall.db.migrate import Branch
from guildhall.db.pool import Transaction

Result = TypeVar("Result")


class Sandbox(Struct, frozen=True):
    """A stand-in of a game API: mounted under `/{name}` of the sandbox server.

    `make` takes the pack's settings and gives the application. `overrides` are the environment variables
    that lead the pack to the stand-in, made from the settings and the address it is mounted at.
    """

    name: str
    make: Callable[[Any], web.Application]
    overrides: Callable[[Any, str], Mapping[str, str]]


class Demo(Struct, frozen=True):
    """What `guildhall demo` does for a pack, from its settings.

    `prepare` runs in a transaction of the worker's role and sends the first messages; `lines` are addresses
    to try, below the API's own; `finish` sends what can only be done once the first messages are.
    """

    prepare: Callable[[Transaction, Any], Awaitable[None]]
    lines: Callable[[Any], Sequence[str]]
    finish: Callable[[Transaction, Any], Awaitable[None]] | None = None


class LaneRoute(Struct, frozen=True):
    """A route that the fast lane serves without the framework: a prefix and one parameter of letters and digits.

    `find(object of kind, parameter)` gives the cached answer as the route of the same path does, which stays
    for everything that the lane leaves to it.
    """

    prefix: str
    kind: type[Any]
    find: Callable[[Any, str], Awaitable[Answer]]


class Session(Protocol):
    """What a pack's command finds as `ctx.obj`."""

    def run(self, action: Callable[..., Awaitable[Result]]) -> Result:
        """Run an async function with what its parameters ask for by type, as job handlers do."""


class Pack(Struct, frozen=True):
    """Everything a pack brings. A field that it has no use for is left out.

    Its routes may ask for `db`, `cache`, `clock`, `settings` (the pack's), each upstream by its name, and what
    `provides` adds: names with the classes behind them, made once from what their parameters ask for by type.
    `keep_months` is the retention of its partitioned tables, from the settings.
    """

    name: str
    title: str
    settings: type[BaseSettings]
    migrations: Branch
    routes: Sequence[ControllerRouterHandler] = ()
    lane: Sequence[LaneRoute] = ()
    provides: Mapping[str, type[Any]] = {}
    upstreams: Sequence[Upstream] = ()
    messages: Sequence[type[Message]] = ()
    handlers: Sequence[On] = ()
    schedule: Sequence[Cron] = ()
    sandboxes: Sequence[Sandbox] = ()
    commands: typer.Typer | None = None
    demo: Demo | None = None
    keep_months: Callable[[Any], Mapping[str, int]] | None = None
