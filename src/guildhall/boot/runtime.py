"""The resources of a web process: the pools, the cache, the clients, the hub."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from guildhall.boot.configuration import Configuration
from guildhall.boot.database import login_of, pool_settings
from guildhall.boot.lifecycle import SupportsListen, SupportsStart
from guildhall.boot.objects import Clients, construct, make_clients, make_objects, open_objects
from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.jobs.bindings import Provided
from guildhall.core.realtime.backplane import Backplane, PostgresBackplane
from guildhall.core.realtime.history import LiveSources
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.operations import OperationHandlers, Operations
from guildhall.core.realtime.presence import Presence
from guildhall.core.realtime.schemas import TopicKinds
from guildhall.core.realtime.server import LiveServer
from guildhall.db.listen import Listener
from guildhall.db.policies import APP
from guildhall.db.pool import Database
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.core.cache.redis import RedisTier

_queue: Reference[object] = Reference("guildhall.core.jobs.queue:queue_on")
# Redis is optional, and its driver large: it is loaded where a URL is set.
_open_tier: "Reference[Callable[[str, float], Awaitable[RedisTier]]]" = Reference(
    "guildhall.core.cache.redis:open_tier"
)
_redis_backplane: Reference[Callable[[str], Backplane]] = Reference(
    "guildhall.core.realtime.redis_backplane:RedisBackplane"
)


class WebRuntime(Struct, frozen=True):
    """The open objects of a web process. `db` works as APP. `provided` has everything by its type."""

    configuration: Configuration
    url: str
    clock: Clock
    db: Database
    cache: Cache
    clients: Clients
    provided: Provided


@asynccontextmanager
async def open_web(configuration: Configuration, url: str, clock: Clock) -> AsyncIterator[WebRuntime]:
    """Open what a web process needs. Raises Misconfigured, DatabaseUnavailable."""
    _queue.load()  # now, and not while somebody waits for the first request that queues a job
    async with AsyncExitStack() as stack:
        db = await Database.open(pool_settings(configuration.main, url, APP, "web"), clock)
        stack.push_async_callback(db.close)
        redis = await _open_redis(configuration)
        cache = Cache(db, configuration.cache, clock, redis)
        stack.push_async_callback(cache.close)
        listener = Listener(login_of(configuration.main, url, APP), APP)
        cache.listen(listener)
        clients = make_clients(configuration, db, clock)
        for client in clients.plain:
            stack.push_async_callback(client.close)
        provided = make_objects(configuration, db, clock, clients)
        provided[Cache] = cache
        open_objects((kind for part in configuration.process_parts for kind in part.services), provided, stack)
        _open_hub(configuration, provided, stack, db)
        web_only: list[type[Any]] = [
            Hub,
            *(kind for part in configuration.web_parts for kind in part.provides),
        ]
        open_objects((kind for kind in web_only if kind not in provided and kind is not LiveServer), provided, stack)
        handlers = [kind for part in configuration.web_parts for kind in part.operations]
        open_objects(handlers, provided, stack)
        provided[OperationHandlers] = OperationHandlers([cast(Operations, provided[kind]) for kind in handlers])
        open_objects((LiveServer,), provided, stack)
        objects = [provided[kind] for kind in web_only]
        for one in objects:
            if isinstance(one, SupportsListen):
                one.listen(listener)
        await listener.start()
        stack.push_async_callback(listener.stop)
        for one in objects:
            if isinstance(one, SupportsStart):
                one.start()
        yield WebRuntime(configuration, url, clock, db, cache, clients, provided)


def _open_hub(configuration: Configuration, provided: Provided, stack: AsyncExitStack, db: Database) -> None:
    """The way to the other processes, the tables that take part in the order of what happens, and the hub."""
    redis = configuration.main.redis_url
    backplane = PostgresBackplane(db) if redis is None else _redis_backplane.load()(redis.get_secret_value())
    stack.push_async_callback(backplane.close)
    provided[Backplane] = backplane
    topics = {kind.name: kind for part in configuration.web_parts for kind in part.topics}
    provided[TopicKinds] = TopicKinds(topics)
    kinds = [kind for part in configuration.web_parts for kind in part.live_sources]
    provided[LiveSources] = LiveSources(kinds, [construct(kind, provided) for kind in kinds])
    open_objects((Hub, Presence), provided, stack)


async def _open_redis(configuration: Configuration) -> "RedisTier | None":
    """The Redis tier. Raises Misconfigured when nothing answers at the configured URL."""
    url = configuration.main.redis_url
    if url is None:
        return None
    return await _open_tier.load()(url.get_secret_value(), configuration.cache.stale_days * 86400)
