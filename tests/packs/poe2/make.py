"""A running stand-in of the game's OAuth and API, and people who sign in there."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web

from guildhall.ids import UserId
from guildhall.packs.poe2.sandbox.ggg import GRANTS, POLICIES, WORLD, GggOptions, make_app
from guildhall.sandbox.context import CALLS, CLOCK, FAULTS
from guildhall.sandbox.modes import Fault
from guildhall.testing.client import Client
from guildhall.testing.clock import MovableClock
from guildhall.testing.running import run_app
from tests.core.identity.make import Browser

ALL = ["account:profile", "account:leagues", "account:characters", "oauth:revoke"]
ANN = "Exile_One#1001"
"""A person of the stand-in."""


class GggSandbox:
    """A running stand-in. `clock` is ours; `pass_time` moves both on, and the calls that count for limits back."""

    def __init__(self, app: web.Application, address: str, options: GggOptions, http: aiohttp.ClientSession) -> None:
        self.app = app
        self.address = address
        self.options = options
        self.clock = MovableClock()
        self.clock.lead(lambda by: app[CLOCK].advance(by.total_seconds()))
        self._http = http

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the pack that lead here."""
        return {
            "sign_in_url": self.address,
            "api_url": f"{self.address}/api",
            "client_id": self.options.client_id,
            "client_secret": self.options.client_secret,
            "scopes": list(ALL),
            "ggg_deadline_seconds": 5,
        }

    @property
    def world(self) -> Any:
        """The people and their characters."""
        return self.app[WORLD]

    @property
    def grants(self) -> Any:
        """Codes and tokens."""
        return self.app[GRANTS]

    @property
    def policies(self) -> Any:
        """The limits, and how often they were passed."""
        return self.app[POLICIES]

    def app_now(self) -> float:
        """The stand-in's time."""
        return self.app[CLOCK].now()

    def app_pass(self, seconds: float) -> None:
        """Move the stand-in's time on, and no other."""
        self.app[CLOCK].advance(seconds)

    def account(self, name: str = ANN) -> Any:
        """A person as the stand-in has them."""
        return self.world.named(name)

    def sheet(self, at: int = 0, name: str = ANN) -> Any:
        """A character of a person as the stand-in has it."""
        return self.account(name).characters[at]

    def asked(self, path: str) -> int:
        """How often a route was asked for, whatever came of it."""
        return sum(sum(counts.values()) for route, counts in self.app[CALLS].by_route.items() if route.endswith(path))

    def fault(self, mode: str, path: str | None = None, **more: Any) -> None:
        """Have calls go wrong."""
        self.app[FAULTS].add(Fault(mode=mode, path=path, **more))  # type: ignore[arg-type]

    def heal(self) -> None:
        """Everything works again."""
        self.app[FAULTS].clear()

    async def pass_time(self, guildhall: Any, by: timedelta) -> None:
        """Move all clocks on, as far as a test can: the database's own counts of calls are moved back."""
        self.clock.advance(by)
        await guildhall.execute(
            "update poe2.ggg_calls set reserved_at = reserved_at - $1::interval, ended_at = ended_at - $1::interval", by
        )
        await guildhall.execute("update poe2.ggg_halts set until = until - $1::interval", by)

    async def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """A call to the control plane."""
        async with self._http.request(method, f"{self.address}/_sandbox{path}", json=body or {}) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def approve(self, address: str, person: str = ANN) -> str:
        """Where the game sends the browser when this person has pressed the button."""
        async with self._http.get(address, params={"person": person}, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]

    async def walk(self, guildhall: Any, person: str = ANN, browser: Browser | None = None) -> Any:
        """A sign-in from the first click to the callback's answer."""
        browser = browser or Browser(guildhall)
        return await browser.come_back(await self.approve(await browser.begin("poe"), person))

    async def sign_in(self, guildhall: Any, person: str = ANN) -> "Exile":
        """Somebody who has signed in with Path of Exile."""
        answer = await self.walk(guildhall, person)
        assert answer.status == 200, answer.body
        (row,) = await guildhall.rows(
            "select user_id from core.identities where provider = 'poe' and subject = $1", self.account(person).sub
        )
        return Exile(guildhall, answer.json["access_token"], UserId(UUID(str(row["user_id"]))))


class Exile(Client):
    """A person who has signed in with Path of Exile. `id` is the user's."""

    def __init__(self, guildhall: Any, access_token: str, user_id: UserId) -> None:
        super().__init__(guildhall.address, guildhall.session, {"Authorization": f"Bearer {access_token}"})
        self.id = user_id


@contextlib.asynccontextmanager
async def running_ggg(**options: Any) -> AsyncIterator[GggSandbox]:
    """A stand-in on a port of its own; keywords are GggOptions."""
    chosen = GggOptions(**options)
    app = make_app(chosen)
    async with run_app(app) as address, aiohttp.ClientSession() as http:
        yield GggSandbox(app, address, chosen, http)
