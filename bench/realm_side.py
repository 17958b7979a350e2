"""The realm pack as the chat benchmarks use it: its own cluster, its own commands, people who are signed in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import msgspec
from msgspec import Struct

from bench import guildhall_side
from bench.context import BenchError, Context
from bench.process import Server
from guildhall.clock import Clock
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.schemas import Device
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.ids import ChannelId, ServerId

SECRET = "a key of the benchmarks, nothing of worth"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
WRITE_MUCH = (
    "create table public.much as select repeat('x', 900) as x from generate_series(1, 600000)",
    "drop table public.much",
    "checkpoint",
)
"""More of the log than the server keeps files for."""
UNLIMITED = "100000000"
# The limits are on, as in production, and set so high that they never bite: those who send here are machines.
ENVIRONMENT = {
    "GUILDHALL_IDENTITY_JWT_SECRET": SECRET,
    "GUILDHALL_IDENTITY_ACCESS_MINUTES": "60",
    "GUILDHALL_REALM_MESSAGES_PER_MINUTE": UNLIMITED,
    "GUILDHALL_REALM_MESSAGES_BURST": UNLIMITED,
    "GUILDHALL_REALTIME_OPERATIONS_PER_SECOND": UNLIMITED,
    "GUILDHALL_REALTIME_OPERATIONS_BURST": UNLIMITED,
}

USERS = """
with made as (
    insert into core.users (id, name) select u, 'player ' || n from unnest($1::uuid[]) with ordinality x (u, n)
)
insert into realm.users (id, username, server_id, level)
select u, 'player ' || n, ($2::uuid[])[1 + (n - 1) % cardinality($2::uuid[])], 1 + n % 120
from unnest($1::uuid[]) with ordinality x (u, n)
"""
SERVERS = """
insert into realm.servers (id, name, region, capacity)
select s, 'server ' || n, 'eu', 100000 from unnest($1::uuid[]) with ordinality x (s, n)
"""
CHANNELS = """
insert into realm.channels (id, name, server_id)
select c, 'channel ' || n, ($2::uuid[])[1 + (n - 1) % cardinality($2::uuid[])]
from unnest($1::uuid[]) with ordinality x (c, n)
"""


class World(Struct, frozen=True):
    """Servers, public channels and people. Number n of channels and people is on server n modulo their number."""

    servers: list[ServerId]
    channels: list[ChannelId]
    users: list[UserId]


@contextmanager
def own_cluster(context: Context) -> Iterator[Context]:
    """The same context on the product's embedded PostgreSQL, with its settings, at the head of all migrations.

    It has run for a while: the files of its log are there to be used again. Raises BenchError when a commit there is
    not durable.
    """
    with embedded(context) as cluster:
        yield msgspec.structs.replace(context, database_url=cluster.url())


@contextmanager
def embedded(context: Context) -> Iterator[EmbeddedCluster]:
    """The cluster of `own_cluster` itself."""
    with EmbeddedCluster(context.directory / "home" / "postgresql") as cluster:
        asyncio.run(_prepare(msgspec.structs.replace(context, database_url=cluster.url())))
        yield cluster


async def _prepare(context: Context) -> None:
    await guildhall_side.prepare(context)
    async with connection(context) as conn:
        found = {name: await conn.fetchval(f"show {name}") for name in DURABLE}
        for statement in WRITE_MUCH:
            await conn.execute(statement, timeout=300)
    if found != DURABLE:
        raise BenchError(f"commits are not durable: {found}")


@asynccontextmanager
async def connection(context: Context) -> AsyncIterator["asyncpg.Connection"]:
    """A connection as the database's owner."""
    conn = await asyncpg.connect(context.database_url)
    try:
        yield conn
    finally:
        await conn.close()


async def make_world(context: Context, *, servers: int, channels: int, users: int) -> World:
    """Add servers, public channels and people with a character each."""
    world = World(
        [ServerId(uuid7()) for _ in range(servers)],
        [ChannelId(uuid7()) for _ in range(channels)],
        [UserId(uuid7()) for _ in range(users)],
    )
    async with connection(context) as conn:
        await conn.execute(SERVERS, world.servers)
        await conn.execute(CHANNELS, world.channels, world.servers)
        await conn.execute(USERS, world.users, world.servers, timeout=300)
        await conn.execute("vacuum analyze", timeout=300)
    return world


async def access_tokens(context: Context, users: list[UserId]) -> list[str]:
    """An access token of a session of each, good for an hour."""
    tokens = AccessTokens(IdentitySettings(_env_file=None, jwt_secret=SECRET, access_minutes=60), Clock())  # type: ignore[call-arg, arg-type]
    db = await Database.open(PoolSettings(context.database_url, JOBS, largest=1), Clock())
    try:
        async with db.write() as tx:
            return [
                (await start_session(tx, user, method="bench", device=Device(), tokens=tokens)).access_token
                for user in users
            ]
    finally:
        await db.close()


async def count_messages(context: Context) -> int:
    """How many rows realm.messages has."""
    async with connection(context) as conn:
        count: int = await conn.fetchval("select count(*) from realm.messages", timeout=300)
        return count


async def forget_messages(context: Context) -> None:
    """Empty realm.messages, as if nobody had said anything yet."""
    async with connection(context) as conn:
        await conn.execute("truncate realm.messages, realm.message_words, realm.message_keys", timeout=300)
        await conn.execute("checkpoint", timeout=300)


def serve(context: Context, **environment: str) -> Server:
    """A web process as `guildhall serve --role web` runs it. Keywords are further settings."""
    return guildhall_side.serve(context, memory_mb=None, **ENVIRONMENT, **environment)
