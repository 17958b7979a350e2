"""The manifest of a pack that is one file: its objects themselves instead of references to them."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from guildhall.db.branch import Branch
from guildhall.db.written import Revision, SqlFiles
from guildhall.errors import Misconfigured
from guildhall.pack import Commands, Demo, Development, Pack, Part, ProcessPart, Sandbox, WebPart, WorkerPart
from guildhall.references import Held, Loadable, Reference

if TYPE_CHECKING:  # as in guildhall.pack
    import typer
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
    from guildhall.web.exposition import Metric
    from guildhall.web.route import Route

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
Thing = TypeVar("Thing")


def make_pack(
    name: str,
    *,
    title: str,
    settings: "type[BaseSettings] | Loadable[type[BaseSettings]]",
    revisions: Sequence[Revision] | SqlFiles | Branch = (),
    parts: Sequence[Part] = (),
    apis: "Sequence[type[Upstream[Any]]]" = (),
    routes: "Iterable[Route]" = (),
    handlers: "Sequence[On]" = (),
    messages: "Sequence[type[Message]]" = (),
    fresh: "Sequence[Fresh]" = (),
    commands: "typer.Typer | Commands | None" = None,
    services: Sequence[type[Any]] = (),
    provides: Sequence[type[Any]] = (),
    of_request: "Mapping[type[Any], Callable[[Request[Any, Any, Any], Mapping[type[Any], Any]], object]] | None" = None,
    topics: "Sequence[TopicKind]" = (),
    live_sources: Sequence[type[Any]] = (),
    operations: Sequence[type[Any]] = (),
    notices: "Sequence[NoticeKind]" = (),
    activities: "Sequence[Activity[Any]]" = (),
    boards: "Sequence[Board]" = (),
    achievements: "Sequence[Achievement]" = (),
    events: "Sequence[EventType[Any]]" = (),
    exports: "Sequence[Export]" = (),
    sealed: "Sequence[SealedColumn]" = (),
    providers: "Callable[[Any], Sequence[Provider]] | None" = None,
    metrics: "Callable[..., Iterable[Metric]] | None" = None,
    larger_bodies: Callable[[Any], Mapping[str, int]] | None = None,
    limits: "Callable[[Any], Sequence[Limit]] | None" = None,
    keep_months: Callable[[Any], Mapping[str, int]] | None = None,
    sandboxes: Sequence[Sandbox] | Loadable[Sequence[Sandbox]] = (),
    demo: Demo | Loadable[Demo] | None = None,
    seed: Callable[..., Awaitable[object]] | Loadable[Callable[..., Awaitable[object]]] | None = None,
) -> Pack:
    """Make the manifest of a pack from its objects.

    `name` is the pack's name everywhere: its schema, its branch of migrations, the prefix of its settings, its command.
    The objects given here are one part, the first; `parts` are further ones, each by reference, that may ask for its
    objects. So a pack that grows moves one noun after the other into a room of its own, and stays as it is elsewhere.
    docs/packs/reference.md shows every field with an example. Raises Misconfigured.
    """
    if _NAME.fullmatch(name) is None:
        raise Misconfigured(f"A pack's name is lower-case letters, digits and underscores; '{name}' is not.")
    own = Part(
        process=Held(
            ProcessPart(
                services=services, upstreams=apis, providers=providers, sealed=sealed, exports=exports, notices=notices,
                activities=activities, boards=boards, achievements=achievements, events=events,
            )
        ),
        web=Held(
            WebPart(
                routes=routes, provides=provides, of_request=of_request or {}, metrics=metrics,
                larger_bodies=larger_bodies, limits=limits, topics=topics, live_sources=live_sources,
                operations=operations,
            )
        ),
        worker=Held(WorkerPart(handlers=handlers, messages=messages, fresh=fresh, keep_months=keep_months)),
    )  # fmt: skip
    return Pack(
        name=name,
        title=title,
        settings=_settings(name, settings),
        migrations=_branch(name, revisions),
        parts=(own, *parts),
        commands=_commands(title, commands),
        development=Development(
            sandboxes=_loadable(sandboxes),
            demo=None if demo is None else _loadable(demo),
            seed=None if seed is None else _loadable(seed),
        ),
    )


def _loadable(thing: Thing | Loadable[Thing]) -> Loadable[Thing]:
    return thing if isinstance(thing, Reference | Held) else Held(thing)


def _settings(
    name: str, settings: "type[BaseSettings] | Loadable[type[BaseSettings]]"
) -> "Loadable[type[BaseSettings]]":
    """Name the variables of a settings class after the pack. Raises Misconfigured for a class of another pack."""
    if isinstance(settings, Reference | Held):
        return settings
    prefix = f"GUILDHALL_{name.upper()}_"
    if not settings.model_config.get("env_prefix"):
        settings.model_config["env_prefix"] = prefix
    elif settings.model_config["env_prefix"] != prefix:
        other = settings.model_config["env_prefix"]
        raise Misconfigured(f"The settings of '{name}' are read from {other}…: the prefix of this pack is {prefix}.")
    return Held(settings)


def _branch(name: str, revisions: Sequence[Revision] | SqlFiles | Branch) -> Branch | None:
    """Return the pack's branch; None without revisions. Raises Misconfigured for one with another label."""
    if isinstance(revisions, Branch):
        if revisions.label != name:
            raise Misconfigured(f"The migrations of '{name}' are labelled '{revisions.label}': use the pack's name.")
        return revisions
    return Branch(name, revisions) if revisions else None


def _commands(title: str, commands: "typer.Typer | Commands | None") -> Commands | None:
    if commands is None or isinstance(commands, Commands):
        return commands
    said = commands.info.help
    return Commands(Held(commands), said if isinstance(said, str) else f"{title}.")
