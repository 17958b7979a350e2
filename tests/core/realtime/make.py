"""Clients of the live endpoint, and a place to talk in, for the tests of live push and of the realm's write path."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import aiohttp

from guildhall.clock import Clock
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.sessions.actions import end_session
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.connection import connect
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.testing.people import Person
from guildhall.testing.product import Product
from guildhall.testing.settings import KEY
from tests.packs.realm.make import make_channel, make_player, make_server


def talkative(**realtime: Any) -> dict[str, Any]:
    """Settings under which everybody may say as much as they like; keywords are more of realtime's."""
    return {
        "realm": {"messages_per_minute": 1_000_000, "messages_burst": 100_000},
        "realtime": {"operations_per_second": 100_000, "operations_burst": 100_000, **realtime},
    }


class Place:
    """A server with one public channel, whose people come by `person`."""

    def __init__(self, guildhall: Product, server_id: ServerId, channel_id: ChannelId) -> None:
        self.guildhall = guildhall
        self.server_id = server_id
        self.channel_id = channel_id

    @property
    def topic(self) -> str:
        """The channel's."""
        return f"realm.channel:{self.channel_id}"

    @property
    def server_topic(self) -> str:
        """The server's."""
        return f"realm.server:{self.server_id}"

    @property
    def messages(self) -> str:
        """The path where one says something."""
        return f"/api/v1/realm/channels/{self.channel_id}/messages"

    async def person(self, **columns: Any) -> Person:
        """Somebody of the server."""
        return await make_player(self.guildhall, self.server_id, **columns)

    async def people(self, count: int) -> list[Person]:
        """Some of them."""
        return [await self.person() for _ in range(count)]

    async def say(self, person: Person, content: str, at: "Product | None" = None, **more: Any) -> Any:
        """Say something over HTTP; the answer's JSON."""
        answer = await (at or self.guildhall).post(
            self.messages, headers=person.headers, json={"content": content, **more}
        )
        assert answer.status == 201, answer.body
        return answer.json

    async def history(self) -> list[tuple[str, str]]:
        """Ids and contents of the channel as the table has them, in order."""
        async with self.guildhall.runtime.db.read() as tx:
            rows = await tx.connection.fetch(
                "select id, content from realm.messages where channel_id = $1 order by id", self.channel_id
            )
        return [(str(row["id"]), row["content"]) for row in rows]


async def make_place(guildhall: Product, **columns: Any) -> Place:
    """A new server with a channel; keywords are columns of the channel."""
    server_id = await make_server(guildhall.runtime.url)
    return Place(guildhall, server_id, await make_channel(guildhall.runtime.url, server_id, **columns))


async def happen(guildhall: Product, topic: str, *contents: str, kind: str = "thing") -> None:
    """Have something happen on a topic, each in a transaction of its own."""
    for content in contents:
        async with guildhall.runtime.db.write() as tx:
            await publish(tx, topic, kind, {"content": content})


async def take_access(guildhall: Product, topic: str, subject: UserId | None = None, *statements: Any) -> None:
    """Take access away together with what makes it so: statements with their arguments."""
    connection = await connect(guildhall.runtime.url)
    try:
        async with connection.transaction():
            for statement, *arguments in statements:
                await connection.execute(statement, *arguments)
            await revoke_access(Transaction(connection, Clock().now()), topic, subject)
    finally:
        await connection.close()


async def sign_out(guildhall: Product, person: Person) -> None:
    """End somebody's session."""
    async with guildhall.runtime.db.write(DOORKEEPER) as tx:
        assert await end_session(tx, person.session_id, "signed_out")


def in_order(ids: Iterable[str]) -> bool:
    """Whether ids rise and none is there twice."""
    listed = list(ids)
    return listed == sorted(set(listed))


class Served:
    """A web process of its own: `guildhall serve --role web`."""

    def __init__(self, address: str, session: aiohttp.ClientSession, process: asyncio.subprocess.Process) -> None:
        self.address = address
        self.session = session
        self.process = process

    async def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """Ask it to end; its exit code must be 0."""
        self.process.terminate()
        async with asyncio.timeout(30):
            assert await self.process.wait() == 0


@contextlib.asynccontextmanager
async def served(url: str, folder: Path, **settings: Any) -> AsyncIterator[Served]:
    """A web process on a database; keywords are more of its environment, without GUILDHALL_."""
    environment = {
        "database_url": url, "home": str(folder), "identity_jwt_secret": KEY, "encryption_key": KEY,
        "web_rate_per_minute": 0, "realm_messages_per_minute": 1_000_000, "realm_messages_burst": 100_000,
        "realtime_operations_per_second": 100_000, "realtime_operations_burst": 100_000, **settings,
    }  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guildhall.cli", "serve", "--role", "web", "--port", str(port), cwd=folder,
        env={**os.environ, **{f"GUILDHALL_{name.upper()}": str(value) for name, value in environment.items()}},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            async with asyncio.timeout(60):
                while True:
                    assert process.returncode is None, "the process did not come up"
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(f"{address}/healthz") as answer:
                            if answer.status == 200:
                                break
                    await asyncio.sleep(0.05)
            yield Served(address, session, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
