"""The resources of a web process: the pools, the cache, the clients, the hub."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from guildhall.boot.configuration import Configuration
from guildhall.boot.database import login_of, pool_settings
from guildhall.boot.faults import blaming
from guildhall.boot.lifecycle import SupportsListen, SupportsStart
from guildhall.boot.objects import Clients, construct, make_clients, make_objects, open_objects, open_services
from guildhall.boot.part_names import require_own_parts
from guildhall.clock import Clock
from guildhall.core.boards.mirror import Mirror, NoMirror
from guildhall.core.boards.settings import BoardsSettings
from guildhall.core.cache.cache import Cache
from guildhall.core.jobs.bindings import Provided
from guildhall.core.limits.declaration import Limit, Limits
from guildhall.core.limits.ledger import DatabaseLedger, Ledger
from guildhall.core.limits.settings import LimitsSettings
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
from guildhall.errors import Miswired
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

_redis_ledger: "Reference[Callable[[str, float], Ledger]]" = Reference("guildhall.core.limits.redis_ledger:RedisLedger")
_redis_mirror: "Reference[Callable[[str, BoardsSettings], Mirror]]" = Reference(
    "guildhall.core.boards.redis_mirror:RedisMirror"
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
    """Open what a web process needs. Raises Misconfigured, DatabaseUnavailable, and PackFailed for a broken pack."""
    require_own_parts(configuration, web=True)
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
        provided[Mirror] = mirror = _mirror(configuration)
        stack.push_async_callback(mirror.close)
        provided[Limits] = _limits(configuration)
        provided[Ledger] = ledger = _ledger(configuration, db)
        stack.push_async_callback(ledger.close)
        open_services(configuration, provided, stack)
        _open_hub(configuration, provided, stack, db)
        owned = [(one, kind) for one, part in configuration.owned_web_parts for kind in part.provides]
        for one, kind in owned:
            if kind not in provided and kind is not LiveServer:
                with blaming(one, "does not start"):
                    open_objects((kind,), provided, stack)
        _open_operations(configuration, provided, stack)
        open_objects((LiveServer,), provided, stack)
        _let_listen(provided[Hub], listener)
        for one, kind in owned:
            with blaming(one, "does not start"):
                _let_listen(provided[kind], listener)
        await listener.start()
        stack.push_async_callback(listener.stop)
        _let_start(provided[Hub])
        for one, kind in owned:
            with blaming(one, "does not start"):
                _let_start(provided[kind])
        yield WebRuntime(configuration, url, clock, db, cache, clients, provided)


def _limits(configuration: Configuration) -> Limits:
    """The groups of endpoints that the slices declare. Raises PackFailed for a name that is taken."""
    found: dict[str, Limit] = {}
    for one, part in configuration.owned_web_parts:
        if part.limits is not None:
            with blaming(one, "does not start"):
                for limit in part.limits(configuration.of_slices[one.name]):
                    if limit.name in found:
                        raise Miswired(
                            f"its limit '{limit.name}' is declared already: begin its name with '{one.name}_'"
                        )
                    found[limit.name] = limit
    return Limits(found)


def _ledger(configuration: Configuration, db: Database) -> Ledger:
    """The place where the requests of people are added up: Redis, if there is one."""
    settings = cast(LimitsSettings, configuration.of_slices["limits"])
    url = configuration.main.redis_url
    if url is None:
        return DatabaseLedger(db, settings.count_seconds)
    return _redis_ledger.load()(url.get_secret_value(), settings.count_seconds)


def _mirror(configuration: Configuration) -> Mirror:
    """The server with copies of the boards: Redis, if there is one."""
    url = configuration.main.redis_url
    if url is None:
        return NoMirror()
    settings = cast(BoardsSettings, configuration.of_slices["boards"])
    return _redis_mirror.load()(url.get_secret_value(), settings)


def _open_hub(configuration: Configuration, provided: Provided, stack: AsyncExitStack, db: Database) -> None:
    """The way to the other processes, the tables that take part in the order of what happens, and the hub."""
    redis = configuration.main.redis_url
    backplane = PostgresBackplane(db) if redis is None else _redis_backplane.load()(redis.get_secret_value())
    stack.push_async_callback(backplane.close)
    provided[Backplane] = backplane
    topics = {kind.name: kind for part in configuration.web_parts for kind in part.topics}
    provided[TopicKinds] = TopicKinds(topics)
    made: dict[type[Any], Any] = {}
    for one, part in configuration.owned_web_parts:
        with blaming(one, "does not start"):
            made |= {kind: construct(kind, provided) for kind in part.live_sources}
    provided[LiveSources] = LiveSources(list(made), list(made.values()))
    open_objects((Hub, Presence), provided, stack)


def _open_operations(configuration: Configuration, provided: Provided, stack: AsyncExitStack) -> None:
    """The slices' handlers of what live connections ask for."""
    handlers: list[type[Any]] = []
    for one, part in configuration.owned_web_parts:
        with blaming(one, "does not start"):
            open_objects(part.operations, provided, stack)
        handlers += part.operations
    provided[OperationHandlers] = OperationHandlers([cast(Operations, provided[kind]) for kind in handlers])


def _let_listen(made: object, listener: Listener) -> None:
    if isinstance(made, SupportsListen):
        made.listen(listener)


def _let_start(made: object) -> None:
    if isinstance(made, SupportsStart):
        made.start()


async def _open_redis(configuration: Configuration) -> "RedisTier | None":
    """The Redis tier. Raises Misconfigured when nothing answers at the configured URL."""
    url = configuration.main.redis_url
    if url is None:
        return None
    return await _open_tier.load()(url.get_secret_value(), configuration.cache.stale_days * 86400)
