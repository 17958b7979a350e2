"""The manifest by which a pack plugs in: one frozen object that names everything it brings.

A manifest is read by every command, so its parts name what they bring (`Reference`) instead of importing it: a web
process loads what is for the web, a worker what is for workers, and `guildhall --help` nothing at all. A pack of one
file holds its objects (`Held`): `make_pack` of the kit makes such a manifest.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

from guildhall.db.branch import Branch
from guildhall.references import Loadable

if TYPE_CHECKING:  # the types of what a manifest names; to read a manifest none of them is needed
    import typer
    from aiohttp import web
    from litestar import Request
    from pydantic_settings import BaseSettings

    from guildhall.core.achievements.declaration import Achievement
    from guildhall.core.analytics.declaration import EventType
    from guildhall.core.boards.declaration import Board
    from guildhall.core.fresh.declaration import Fresh
    from guildhall.core.identity.accounts.schemas import Export
    from guildhall.core.identity.sign_in.schemas import Provider
    from guildhall.core.jobs.bindings import On
    from guildhall.core.jobs.messages import Message
    from guildhall.core.limits.declaration import Limit
    from guildhall.core.notify.kinds import NoticeKind
    from guildhall.core.realtime.schemas import TopicKind
    from guildhall.core.social.activities.declaration import Activity
    from guildhall.core.upstream.upstream import Upstream
    from guildhall.core.vault.schemas import SealedColumn
    from guildhall.db.pool import Transaction
    from guildhall.web.exposition import Metric
    from guildhall.web.route import Route

Result = TypeVar("Result")


class Sandbox(Struct, frozen=True):
    """A stand-in of a game API: mounted under `/{name}` of the sandbox server.

    `make(settings)` takes the pack's settings and gives the application. `overrides(settings, address)` are the
    environment variables that lead the pack to the stand-in at that address: its base address, and a key if it needs
    one.
    """

    name: str
    make: "Callable[[Any], web.Application]"
    overrides: Callable[[Any, str], Mapping[str, str]]

    @classmethod
    def at(cls, name: str, make: "Callable[[], web.Application]", variable: str, below: str = "") -> "Sandbox":
        """Make a stand-in that needs no settings. The environment variable `variable` gets its address.

        `below` is added to the address, for an API whose base address has a path: `/v2`.
        """
        return cls(name, lambda _: make(), lambda _, address: {variable: f"{address}{below}"})


class Demo(Struct, frozen=True):
    """A pack's part of `guildhall demo`, from its settings.

    `prepare` runs in a transaction of the worker's role and sends the first messages; `lines` are addresses to try,
    below the API's own; `finish` sends messages that are possible only once the first ones are done. `hints` returns
    further lines, with `{address}` for the API's: a function whose parameters are provided by type.
    """

    prepare: "Callable[[Transaction, Any], Awaitable[None]]"
    lines: Callable[[Any], Sequence[str]]
    finish: "Callable[[Transaction, Any], Awaitable[None]] | None" = None
    hints: Callable[..., Awaitable[Sequence[str]]] | None = None


class Session(Protocol):
    """The type of `ctx.obj` in a pack's commands."""

    def run(self, action: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
        """Run an async function: `arguments` come first, the others are what its parameters ask for by type."""


class Commands(Struct, frozen=True):
    """The commands of a slice, which become `guildhall NAME …`: a Typer application and its line in the list."""

    group: "Loadable[typer.Typer]"
    help: str


class ProcessPart(Struct, frozen=True, kw_only=True):
    """The objects of a part that web processes and workers both hold.

    `services` are classes that live as long as the process: each is made once, in order, from the objects that its
    parameters ask for by type, and is itself provided by type from then on. One with an async `close` is closed at the
    end (`src/guildhall/boot/lifecycle.py`).
    """

    services: Sequence[type[Any]] = ()
    upstreams: "Sequence[type[Upstream[Any]]]" = ()
    """The classes of the game APIs that it calls; the one object of each is provided by type."""
    providers: "Callable[[Any], Sequence[Provider]] | None" = None
    """The sign-ins that it brings, from its settings."""
    sealed: "Sequence[SealedColumn]" = ()
    """Columns that hold what the vault sealed; a rotation of the key seals them anew."""
    exports: "Sequence[Export]" = ()
    """The user's rows that go into the export of an account."""
    notices: "Sequence[NoticeKind]" = ()
    """The kinds of notifications that it sends."""
    activities: "Sequence[Activity[Any]]" = ()
    """The kinds of activities that it records for feeds."""
    boards: "Sequence[Board]" = ()
    """The leaderboards that it sets scores of."""
    achievements: "Sequence[Achievement]" = ()
    """The achievements of people, with the rules by which they are found."""
    events: "Sequence[EventType[Any]]" = ()
    """The types of events that it records, or lets clients send."""


class WebPart(Struct, frozen=True, kw_only=True):
    """The objects of a part that web processes hold.

    `provides` are classes as `services` are. One with `listen` gets the process's Listener before it connects, and one
    with `start` is started afterwards (`src/guildhall/boot/lifecycle.py`).
    `of_request` makes objects of a request that routes of every slice may ask for by type.
    """

    routes: "Iterable[Route]" = ()
    provides: Sequence[type[Any]] = ()
    of_request: "Mapping[type[Any], Callable[[Request[Any, Any, Any], Mapping[type[Any], Any]], object]]" = {}
    metrics: "Callable[..., Iterable[Metric]] | None" = None
    """The metrics of a web process beside those of requests: a function whose parameters are provided by type."""
    larger_bodies: Callable[[Any], Mapping[str, int]] | None = None
    """Larger limits of bodies, in kilobytes by the beginning of their paths, from the settings; others: `body_kb`."""
    limits: "Callable[[Any], Sequence[Limit]] | None" = None
    """Groups of endpoints that share a limit for each person, from the settings; routes name them with `limit=`."""
    topics: "Sequence[TopicKind]" = ()
    """The kinds of topics that may be followed live."""
    live_sources: Sequence[type[Any]] = ()
    """Classes (realtime's LiveSource) of tables that take part in the order of what happens live."""
    operations: Sequence[type[Any]] = ()
    """Classes (realtime's Operations) of what live connections may ask for. Made as `provides` are, after the hub."""


class WorkerPart(Struct, frozen=True, kw_only=True):
    """The objects of a part that workers hold.

    `messages` are those that it sends and that other slices handle, if any of them does. `keep_months` is the retention
    of the part's partitioned tables, from the settings.
    """

    handlers: "Sequence[On]" = ()
    messages: "Sequence[type[Message]]" = ()
    fresh: "Sequence[Fresh]" = ()
    """The declarations of what it keeps fresh."""
    keep_months: Callable[[Any], Mapping[str, int]] | None = None


class Part(Struct, frozen=True, kw_only=True):
    """One part of a slice, by reference: what each kind of process gets of it. A room of a pack exports one."""

    process: Loadable[ProcessPart] | None = None
    web: Loadable[WebPart] | None = None
    worker: Loadable[WorkerPart] | None = None


class Development(Struct, frozen=True, kw_only=True):
    """The stand-ins and examples of a slice, by reference: for a development machine only."""

    sandboxes: Loadable[Sequence[Sandbox]] | None = None
    demo: Loadable[Demo] | None = None
    seed: Loadable[Callable[..., Awaitable[object]]] | None = None
    """Fills a development database: a function that gets what its parameters ask for by type."""


NO_DEVELOPMENT = Development()


class Slice(Struct, frozen=True, kw_only=True):
    """The manifest of a core feature or a pack.

    Objects of a later part may ask for those of the parts before it.
    """

    name: str
    settings: "Loadable[type[BaseSettings]]"
    migrations: Branch | None
    """The revisions of its tables; None for a slice without tables."""
    parts: tuple[Part, ...]
    commands: Commands | None = None
    development: Development = NO_DEVELOPMENT

    def process_parts(self) -> list[ProcessPart]:
        """Load the objects that web processes and workers both hold, part by part."""
        return [one.process.load() for one in self.parts if one.process is not None]

    def web_parts(self) -> list[WebPart]:
        """Load the objects that web processes hold, part by part."""
        return [one.web.load() for one in self.parts if one.web is not None]

    def worker_parts(self) -> list[WorkerPart]:
        """Load the objects that workers hold, part by part."""
        return [one.worker.load() for one in self.parts if one.worker is not None]

    def sandboxes(self) -> Sequence[Sandbox]:
        """Load the stand-ins of its game APIs."""
        found = self.development.sandboxes
        return () if found is None else found.load()


class Pack(Slice, frozen=True, kw_only=True):
    """The manifest of a pack.

    Its routes and handlers ask by type for what they need: the pack's settings, its upstreams' clients, what the pack
    and the core features provide, `Database`, `Cache`, `Clock`.
    """

    title: str
