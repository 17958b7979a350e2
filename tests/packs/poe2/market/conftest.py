"""A stand-in of poe2scout, a product in front of it, and a client of it with a database."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from msgspec import Struct

from guildhall.boot.packs import BUILT_IN
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.poe2.market.upstream import Poe2Scout
from guildhall.packs.poe2.sandbox.market import leagues_at, make_scout
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.sandbox import CALLS, CLOCK, FAULTS, Fault, FaultMode
from guildhall.testing.clock import MovableClock
from guildhall.testing.product import Product, open_product
from guildhall.testing.running import run_app
from guildhall.testing.settings import configuration
from tests.packs.poe2.market import make


class Scout:
    """A running stand-in of poe2scout."""

    def __init__(self, app: web.Application, address: str) -> None:
        self.app = app
        self.address = address

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the pack that lead here."""
        return {
            "scout_url": self.address, "scout_contact": "tests@example.com", "scout_minute_limit": 0,
            "scout_day_limit": 0, "scout_deadline_seconds": 3,
        }  # fmt: skip

    def fail(self, mode: str, **options: Any) -> None:
        """Put a fault in force."""
        self.app[FAULTS].add(Fault(mode=FaultMode(mode), **options))

    def heal(self) -> None:
        """Everything works again."""
        self.app[FAULTS].clear()

    def calls(self, part: str = "") -> int:
        """Return the number of calls of routes with a text in their path."""
        view = self.app[CALLS].by_route
        return sum(sum(by.values()) for route, by in view.items() if part in route)


class Asking(Struct, frozen=True):
    """A client of the stand-in beside a database, as a worker has them."""

    db: Database
    api: Poe2Scout
    settings: Poe2Settings
    scout: Scout
    clock: MovableClock


@pytest.fixture
def clock() -> MovableClock:
    """The test's clock: half past an hour, a month after a league of the stand-in began."""
    clock = MovableClock()
    clock.advance(timedelta(minutes=90) - timedelta(seconds=clock.timestamp() % 3600))
    while not all(
        any(one.is_current(clock.timestamp()) for one in leagues_at(clock.timestamp() - back * 86400))
        for back in (0, 30)
    ):
        clock.advance(timedelta(days=5))
    return clock


@pytest.fixture
async def scout(clock: MovableClock) -> AsyncIterator[Scout]:
    """A stand-in of poe2scout whose clock goes with the test's."""
    app = make_scout()
    async with run_app(app) as address:
        clock.lead(lambda by: app[CLOCK].advance(by.total_seconds()))
        yield Scout(app, address)


StartMarket = Callable[..., Awaitable[Product]]


@pytest.fixture
async def start_market(clone: str, scout: Scout, clock: MovableClock) -> AsyncIterator[StartMarket]:
    """Starts web processes in front of the stand-in; keywords are settings of the pack."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**chosen: Any) -> Product:
            led = configuration(BUILT_IN, poe2={**scout.settings, **chosen})
            return await stack.enter_async_context(open_product(led, clone, clock))

        yield start


@pytest.fixture
async def product(start_market: StartMarket) -> Product:
    """A web process in front of the stand-in."""
    return await start_market()


StartAsking = Callable[..., Awaitable[Asking]]


@pytest.fixture
async def start_asking(clone: str, scout: Scout, clock: MovableClock) -> AsyncIterator[StartAsking]:
    """Opens clients of the stand-in; keywords are settings of the pack."""
    opened: list[Any] = []

    async def start(**chosen: Any) -> Asking:
        settings = make.settings(**{**scout.settings, **chosen})
        db = await Database.open(PoolSettings(clone, JOBS), clock)
        api = Poe2Scout.connect(settings, db, clock)
        opened.extend((api.client, db))
        return Asking(db, api, settings, scout, clock)

    yield start
    for one in opened:
        await one.close()


@pytest.fixture
async def asking(start_asking: StartAsking) -> Asking:
    """A client of the stand-in with a database."""
    return await start_asking()
