"""Names that the parts of packs take: routes, messages, topics and the like."""

from functools import cache
from typing import Any, NamedTuple

from guildhall.boot.clashes import CORE, Names
from guildhall.boot.configuration import Configuration
from guildhall.boot.faults import PackFailed, blaming, loaded_modules, modules_of, packages_of
from guildhall.core.cache.schemas import Kind
from guildhall.core.jobs.jobs import HANDLERS
from guildhall.core.jobs.messages import Message
from guildhall.errors import GuildhallError, Miswired
from guildhall.pack import Slice

_PAGES = ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")


def require_own_parts(configuration: Configuration, *, web: bool) -> None:
    """Check the names of what a process holds of the slices. Raises PackFailed."""
    names = Names()
    for path in _PAGES:
        names.take(CORE, "the route", f"GET {path}", path)
    for on in HANDLERS:
        names.take(CORE, "the message", on.message.name, on.message)
    for one, process in configuration.owned_process_parts:
        with blaming(one, "takes a name of another"):
            for upstream in process.upstreams:
                names.take(one.name, "the game API", upstream.name, upstream)
            for notice in process.notices:
                names.take(one.name, "the notification", notice.type, notice)
            for activity in process.activities:
                names.take(one.name, "the activity", activity.name, activity)
            for board in process.boards:
                names.take(one.name, "the board", _own(one, "the board", board.name), board)
            for one_of in process.achievements:
                names.take(one.name, "the achievement", _own(one, "the achievement", one_of.name), one_of)
            for event in process.events:
                names.take(one.name, "the event type", _own(one, "the event type", event.name), event)
    if web:
        _require_own_web(configuration, names)
    else:
        _require_own_worker(configuration, names)
    loaded = loaded_modules()
    for pack in configuration.slices:
        with blaming(pack, "takes a name of another"):
            inside = _inside(pack)
            found = [_declared(module) for package in packages_of(pack) for module in loaded.get(package, ())]
            for kind in {name for one in found for name in one.kinds}:
                names.take(pack.name, "the kind of cached answers", kind)
            for code in {error.code for one in found for error in one.errors if _place(error).startswith(inside)}:
                names.take(pack.name, "the error code", code)


def _own(one: Slice, what: str, name: str) -> str:
    """Return a name. Raises Miswired for one that does not begin with the slice's."""
    if not name.startswith(f"{one.name}."):
        raise Miswired(f"{what} '{name}' does not begin with '{one.name}.'")
    return name


def _require_own_web(configuration: Configuration, names: Names) -> None:
    for one, part in configuration.owned_web_parts:
        with blaming(one, "takes a name of another"):
            for route in part.routes:
                names.take(one.name, "the route", f"{route.method} {route.path}", route)
            for topic in part.topics:
                names.take(one.name, "the topic", topic.name, topic)


def _require_own_worker(configuration: Configuration, names: Names) -> None:
    for one, part in configuration.owned_worker_parts:
        with blaming(one, "takes a name of another"):
            for message in (*part.messages, *(on.message for on in part.handlers)):
                owner = CORE if message.__module__.startswith("guildhall.core.jobs.") else one.name
                names.take(owner, "the message", message.name, message)
            for fresh in part.fresh:
                names.take(one.name, "the declaration of what is kept fresh", fresh.name, fresh)


def undeclared_messages(configuration: Configuration) -> list[tuple[str, str]]:
    """The messages of packs that no part declares, as pack and `module.Class`: their jobs would wait for ever."""
    parts = configuration.worker_parts
    declared = {message for part in parts for message in (*part.messages, *(on.message for on in part.handlers))}
    declared |= {
        look.message for part in configuration.process_parts for one in part.achievements for look in one.after
    }
    return [
        (pack.name, f"{value.__module__}.{value.__name__}")
        for pack in configuration.packs
        for value in dict.fromkeys(_classes(pack))
        if issubclass(value, Message) and value not in declared
        if f"{value.__module__}.".startswith(_inside(pack)) and not value.__subclasses__()
    ]


def _classes(one: Slice) -> list[type[Any]]:
    """The classes in the loaded modules of a slice."""
    values = (value for module in modules_of(packages_of(one)) for value in list(vars(module).values()))
    return [value for value in values if isinstance(value, type)]


def _inside(one: Slice) -> tuple[str, ...]:
    return tuple(f"{package}." for package in packages_of(one))


def _place(kind: type[Any]) -> str:
    return f"{kind.__module__}."


class _Declared(NamedTuple):
    """The names of kinds of cached answers, and the errors with words of their own, among the values of a module.

    Modules import them from each other.
    """

    kinds: frozenset[str]
    errors: tuple[type[GuildhallError], ...]


@cache
def _declared(module: object) -> _Declared:
    """Look through a module, which is loaded and does not change any more."""
    kinds, errors = set(), []
    for value in list(vars(module).values()):
        if isinstance(value, Kind):
            kinds.add(value.name)
        elif isinstance(value, type) and issubclass(value, GuildhallError) and "says" in vars(value):
            errors.append(value)
    return _Declared(frozenset(kinds), tuple(errors))


def examined(configuration: Configuration) -> Configuration:
    """The configuration without packs of which a web process or a worker could not even load its parts."""
    while True:
        try:
            for web in (True, False):
                require_own_parts(configuration, web=web)
            return configuration
        except PackFailed as failed:
            configuration = configuration.without(failed.fault)
