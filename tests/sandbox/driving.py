"""A stand-in that is served over HTTP, and a client of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from guildhall.sandbox import StandIn


class Got(NamedTuple):
    """An answer as a client sees it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Driven:
    """Calls one stand-in, which is mounted as the sandbox server mounts it."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self.session = session
        self.address = address

    async def ask(self, path: str, method: str = "GET", json: Any = None, **headers: str) -> Got:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(
            method, f"{self.address}{path}", json=json, headers=sent, allow_redirects=False
        ) as answer:
            return Got(answer.status, answer.headers, await answer.read())

    async def control(self, path: str, method: str = "POST", json: Any = None) -> Any:
        answer = await self.ask(f"/_sandbox/{path}", method, json)
        assert answer.status == 200, answer.body
        return answer.json


@asynccontextmanager
async def driven(stand_in: StandIn | web.Application) -> AsyncIterator[Driven]:
    """Serve a stand-in below /game."""
    outer = web.Application()
    outer.add_subapp("/game", stand_in.make_app() if isinstance(stand_in, StandIn) else stand_in)
    server = TestServer(outer)
    await server.start_server()
    try:
        async with aiohttp.ClientSession() as session:
            yield Driven(session, str(server.make_url("/game")))
    finally:
        await server.close()
