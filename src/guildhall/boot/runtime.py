"""What a process holds open: the cluster, the pools, the cache, the clients."""

import inspect
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, TypeVar, cast, get_type_hints

from msgspec import Struct
from pydantic_settings import BaseSettings
from redis.exceptions import RedisError

from guildhall.boot.features import FEATURES
from guildhall.boot.folders import with_own_folders
from guildhall.boot.keys import with_development_keys
from guildhall.boot.packs import active_packs, branches
from guildhall.boot.settings import Settings, load
from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.redis import RedisTier
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.identity.exports import Exports
from guildhall.core.identity.providers import DeclaredProviders
from guildhall.core.jobs.bindings import Provided
from guildhall.core.jobs.jobs import PartitionRetention
from guildhall.core.jobs.settings import JobsSettings
from guildhall.core.notify.schemas import NoticeKinds
from guildhall.core.realtime.backplane import Backplane, PostgresBackplane, RedisBackplane
from guildhall.core.realtime.hub import Hub, LiveSources
from guildhall.core.realtime.operations import Operations
from guildhall.core.realtime.presence import Presence
from guildhall.core.realtime.schemas import TopicKinds
from guildhall.core.realtime.server import LiveServer, OperationHandlers
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.vault.schemas import SealedColumns
from guildhall.db import migrate
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.listen import Listener
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.db.slow import SLOW
from guildhall.errors import Misconfigured
from guildhall.pack import Pack, Slice
from guildhall.web.settings import WebSettings

Made = TypeVar("Made")


class Configuration(Struct, frozen=True):
    """All settings of a process, read once."""

    main: Settings
    web: WebSettings
    cache: CacheSettings
    jobs: JobsSettings
    packs: tuple[Pack, ...]
    of_slices: dict[str, BaseSettings]
    """The settings of the core features and of the packs, by name."""

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The core features, then the packs."""
        return (*FEATURES, *self.packs)

    @property
    def branches(self) -> list[migrate.Branch]:
        """The migrations of everything that is on."""
        return branches(self.packs)


def configure() -> Configuration:
    """Read all settings. Raises Misconfigured."""
    main = load(Settings)
    packs = tuple(active_packs(main))
    of_slices = {one.name: load(one.settings) for one in (*FEATURES, *packs)}
    return Configuration(
        main, load(WebSettings), load(CacheSettings), load(JobsSettings), packs,
        {
            name: with_own_folders(with_development_keys(settings, main), name, main)
            for name, settings in of_slices.items()
        },
    )  # fmt: skip


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The URL of the configured server, or of the embedded cluster, which runs as long as the block."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with EmbeddedCluster(settings.home / "postgresql", settings.embedded_version) as cluster:
        yield cluster.url()


class Clients(Struct, frozen=True):
    """The typed clients of the packs' game APIs: by pack, then by upstream; and what is under them."""

    by_pack: dict[str, dict[str, Any]]
    plain: list[UpstreamClient]


def make_clients(configuration: Configuration, db: Database, clock: Clock) -> Clients:
    """A client for each upstream of each pack."""
    by_pack: dict[str, dict[str, Any]] = {}
    plain: list[UpstreamClient] = []
    for pack in configuration.packs:
        settings = configuration.of_slices[pack.name]
        by_pack[pack.name] = {}
        for upstream in pack.upstreams:
            client = UpstreamClient(upstream.options(settings), db, clock)
            plain.append(client)
            by_pack[pack.name][upstream.name] = upstream.client(client, settings)
    return Clients(by_pack, plain)


def construct(kind: type[Made], provided: Provided) -> Made:
    """An object whose constructor's parameters are found by type. Raises Misconfigured for one that is not."""
    hints = get_type_hints(kind.__init__)
    arguments: dict[str, object] = {}
    for name in list(inspect.signature(kind).parameters):
        wanted = hints.get(name)
        if wanted not in provided:
            raise Misconfigured(f"{kind.__name__} asks for {name}: {wanted}, which nothing provides.")
        arguments[name] = provided[wanted]
    return kind(**arguments)


def _objects(configuration: Configuration, db: Database, clock: Clock, clients: Clients) -> Provided:
    """What everything made later can ask for by type, in web processes and workers alike."""
    found: Provided = {
        Database: db,
        Clock: clock,
        Configuration: configuration,
        WebSettings: configuration.web,
        CacheSettings: configuration.cache,
        JobsSettings: configuration.jobs,
        Exports: Exports([part for one in configuration.slices for part in one.exports]),
        NoticeKinds: NoticeKinds(kind for one in configuration.slices for kind in one.notices),
    }
    for one in configuration.slices:
        found[type(configuration.of_slices[one.name])] = configuration.of_slices[one.name]
        for client in clients.by_pack.get(one.name, {}).values():
            found[type(client)] = client
    found[DeclaredProviders] = DeclaredProviders(
        [
            provider
            for pack in configuration.packs
            if pack.providers is not None
            for provider in pack.providers(configuration.of_slices[pack.name])
        ],
        found,
    )
    found[TopicKinds] = TopicKinds({kind.name: kind for one in configuration.slices for kind in one.topics})
    found[SealedColumns] = SealedColumns(tuple(column for one in configuration.slices for column in one.sealed))
    return found


def _open(kinds: Iterable[type[Any]], provided: Provided, stack: AsyncExitStack) -> None:
    """Make objects in order, each for those after it, closed with the stack."""
    for kind in kinds:
        provided[kind] = made = construct(kind, provided)
        if (close := getattr(made, "close", None)) is not None:
            stack.push_async_callback(close)


class WebRuntime(Struct, frozen=True):
    """What a web process holds open. `db` works as APP. `provided` has everything by its type."""

    configuration: Configuration
    url: str
    clock: Clock
    db: Database
    cache: Cache
    clients: Clients
    provided: Provided


class WorkerRuntime(Struct, frozen=True):
    """What a worker holds open. `db` works as JOBS. `provided` is what job handlers can ask for by type."""

    configuration: Configuration
    clock: Clock
    db: Database
    clients: Clients
    provided: Provided


def _pool(configuration: Configuration, url: str, role: str, name: str) -> PoolSettings:
    main = configuration.main
    SLOW.seconds = main.slow_seconds
    replica = main.replica_url
    return PoolSettings(
        url=url,
        role=role,
        replica_url=replica.get_secret_value() if replica is not None and role == APP else None,
        largest=main.pool_size,
        statement_timeout=main.statement_seconds,
        application=f"guildhall-{name}",
    )


@asynccontextmanager
async def open_web(configuration: Configuration, url: str, clock: Clock) -> AsyncIterator[WebRuntime]:
    """Open what a web process needs. Raises Misconfigured, DatabaseUnavailable."""
    async with AsyncExitStack() as stack:
        db = await Database.open(_pool(configuration, url, APP, "web"), clock)
        stack.push_async_callback(db.close)
        redis = await _open_redis(configuration)
        cache = Cache(db, configuration.cache, clock, redis)
        stack.push_async_callback(cache.close)
        listener = Listener(url, APP)
        cache.hear(listener)
        clients = make_clients(configuration, db, clock)
        for client in clients.plain:
            stack.push_async_callback(client.close)
        provided = _objects(configuration, db, clock, clients)
        provided[Cache] = cache
        _open((kind for one in configuration.slices for kind in one.services), provided, stack)
        _open_hub(configuration, provided, stack, db)
        web_only: list[type[Any]] = [Hub, *(kind for one in configuration.slices for kind in one.provides.values())]
        _open((kind for kind in web_only if kind not in provided and kind is not LiveServer), provided, stack)
        handlers = [kind for one in configuration.slices for kind in one.operations]
        _open(handlers, provided, stack)
        provided[OperationHandlers] = OperationHandlers([cast(Operations, provided[kind]) for kind in handlers])
        _open((LiveServer,), provided, stack)
        for kind in web_only:
            if (hear := getattr(provided[kind], "hear", None)) is not None:
                hear(listener)
        await listener.start()
        stack.push_async_callback(listener.stop)
        yield WebRuntime(configuration, url, clock, db, cache, clients, provided)


def _open_hub(configuration: Configuration, provided: Provided, stack: AsyncExitStack, db: Database) -> None:
    """The way to the other processes, the tables that take part in the order of what happens, and the hub."""
    redis = configuration.main.redis_url
    backplane: Backplane = PostgresBackplane(db) if redis is None else RedisBackplane(redis.get_secret_value())
    stack.push_async_callback(backplane.close)
    provided[Backplane] = backplane
    kinds = [kind for one in configuration.slices for kind in one.live_sources]
    provided[LiveSources] = LiveSources(kinds, [construct(kind, provided) for kind in kinds])
    _open((Hub, Presence), provided, stack)


@asynccontextmanager
async def open_worker(configuration: Configuration, url: str, clock: Clock) -> AsyncIterator[WorkerRuntime]:
    """Open what a worker needs. Raises Misconfigured, DatabaseUnavailable."""
    async with AsyncExitStack() as stack:
        db = await Database.open(_pool(configuration, url, JOBS, "worker"), clock)
        stack.push_async_callback(db.close)
        clients = make_clients(configuration, db, clock)
        for client in clients.plain:
            stack.push_async_callback(client.close)
        provided = _objects(configuration, db, clock, clients)
        _open((kind for one in configuration.slices for kind in one.services), provided, stack)
        keep: dict[str, int] = {}
        for one in configuration.slices:
            if one.keep_months is not None:
                keep |= one.keep_months(configuration.of_slices[one.name])
        provided[PartitionRetention] = PartitionRetention(keep)
        yield WorkerRuntime(configuration, clock, db, clients, provided)


async def _open_redis(configuration: Configuration) -> RedisTier | None:
    """The Redis tier. Raises Misconfigured when nothing answers at the configured URL."""
    url = configuration.main.redis_url
    if url is None:
        return None
    try:
        redis = RedisTier(url.get_secret_value(), configuration.cache.stale_days * 86400)
        await redis.ping()
    except (RedisError, OSError, ValueError) as error:
        raise Misconfigured(f"GUILDHALL_REDIS_URL: no Redis answers there ({error}).") from None
    return redis


def pack_names(packs: Sequence[Pack]) -> str:
    """Names for a line of text."""
    return ", ".join(pack.name for pack in packs) or "none"
