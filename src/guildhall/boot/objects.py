"""The objects of a process, each made once from what its constructor asks for by type."""

import inspect
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Any, TypeVar, get_type_hints

from msgspec import Struct

from guildhall.boot.configuration import Configuration
from guildhall.boot.faults import blaming
from guildhall.boot.lifecycle import SupportsClose
from guildhall.clock import Clock
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.analytics.declaration import EventTypes
from guildhall.core.boards.declaration import Boards
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.identity.accounts.exports import Exports
from guildhall.core.identity.sign_in.providers import DeclaredProviders
from guildhall.core.identity.sign_in.schemas import Provider
from guildhall.core.jobs.bindings import Provided
from guildhall.core.jobs.settings import JobsSettings
from guildhall.core.notify.kinds import NoticeKinds
from guildhall.core.social.activities.declaration import Activities
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.upstream import Upstream
from guildhall.core.vault.schemas import SealedColumns
from guildhall.db.pool import Database
from guildhall.errors import Miswired
from guildhall.web.settings import WebSettings

Made = TypeVar("Made")


class Clients(Struct, frozen=True):
    """The packs' game APIs: by pack, then by name; and what is under them."""

    by_pack: dict[str, dict[str, Upstream[Any]]]
    plain: list[UpstreamClient]


def make_clients(configuration: Configuration, db: Database, clock: Clock) -> Clients:
    """Make the game APIs of the packs, ready to be called."""
    by_pack: dict[str, dict[str, Upstream[Any]]] = {}
    plain: list[UpstreamClient] = []
    for pack in configuration.packs:
        settings = configuration.of_slices[pack.name]
        by_pack[pack.name] = {}
        for upstream in (one for part in pack.process_parts() for one in part.upstreams):
            with blaming(pack, "does not start", upstream.name):
                api = upstream.connect(settings, db, clock)
                plain.append(api.client)
                by_pack[pack.name][upstream.name] = api
    return Clients(by_pack, plain)


def construct(kind: type[Made], provided: Provided) -> Made:
    """An object whose constructor's parameters are found by type. Raises Miswired for one that is not."""
    hints = get_type_hints(kind.__init__)
    arguments: dict[str, object] = {}
    for name in list(inspect.signature(kind).parameters):
        wanted = hints.get(name)
        if wanted not in provided:
            raise Miswired(f"{kind.__name__} asks for {name}: {wanted}, which nothing provides.")
        arguments[name] = provided[wanted]
    return kind(**arguments)


def make_objects(configuration: Configuration, db: Database, clock: Clock, clients: Clients) -> Provided:
    """The objects that everything made later can ask for by type, in web processes and workers alike."""
    found: Provided = {
        Database: db,
        Clock: clock,
        Configuration: configuration,
        WebSettings: configuration.web,
        CacheSettings: configuration.cache,
        JobsSettings: configuration.jobs,
        Exports: Exports([export for part in configuration.process_parts for export in part.exports]),
        Boards: Boards(tuple(board for part in configuration.process_parts for board in part.boards)),
        NoticeKinds: NoticeKinds(kind for part in configuration.process_parts for kind in part.notices),
        Activities: Activities.of(one for part in configuration.process_parts for one in part.activities),
        Achievements: Achievements(one for part in configuration.process_parts for one in part.achievements),
        EventTypes: EventTypes(event for part in configuration.process_parts for event in part.events),
    }
    for one in configuration.slices:
        found[type(configuration.of_slices[one.name])] = configuration.of_slices[one.name]
        for client in clients.by_pack.get(one.name, {}).values():
            found[type(client)] = client
    found[DeclaredProviders] = DeclaredProviders(_providers(configuration), found)
    found[SealedColumns] = SealedColumns(
        tuple(column for part in configuration.process_parts for column in part.sealed)
    )
    return found


def _providers(configuration: Configuration) -> list[Provider]:
    """The sign-ins of the packs."""
    providers: list[Provider] = []
    for pack in configuration.packs:
        for part in pack.process_parts():
            if part.providers is not None:
                with blaming(pack, "does not start"):
                    providers += part.providers(configuration.of_slices[pack.name])
    return providers


def open_services(configuration: Configuration, provided: Provided, stack: AsyncExitStack) -> None:
    """Make the services of the slices, which web processes and workers both hold. Raises PackFailed."""
    for one, part in configuration.owned_process_parts:
        with blaming(one, "does not start"):
            open_objects(part.services, provided, stack)


def open_objects(kinds: Iterable[type[Any]], provided: Provided, stack: AsyncExitStack) -> None:
    """Make objects in order, each for those after it, closed with the stack."""
    for kind in kinds:
        provided[kind] = made = construct(kind, provided)
        if isinstance(made, SupportsClose):
            stack.push_async_callback(made.close)
