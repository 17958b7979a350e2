"""Fixtures of the running product: the process, its stand-ins, its clock, its mails, and somebody who is signed in."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from guildhall.pack import Pack
from guildhall.testing.clock import MovableClock
from guildhall.testing.outbox import Outbox, open_outbox
from guildhall.testing.people import Person
from guildhall.testing.product import Product, open_product
from guildhall.testing.sandbox import Sandbox
from guildhall.testing.settings import configuration

StartProduct = Callable[..., Awaitable[Product]]
"""Keywords are names of slices (and `main`, `web`, `cache`, `jobs`), each a dict of settings."""


@pytest.fixture
def clock() -> MovableClock:
    """The product's clock."""
    return MovableClock()


@pytest.fixture
async def sandbox(packs: Mapping[str, Pack], clock: MovableClock) -> AsyncIterator[Sandbox]:
    """The stand-ins of the packs under test, running; the test's clock moves theirs."""
    async with Sandbox(tuple(packs.values())).running() as running:
        clock.lead(running.advance)
        yield running


@pytest.fixture
async def outbox(clone: str) -> AsyncIterator[Outbox]:
    """A mail server that keeps what the product sends, and the notices of the product's people."""
    async with open_outbox(clone) as opened:
        yield opened


@pytest.fixture
async def start_product(
    clone: str, packs: Mapping[str, Pack], sandbox: Sandbox, outbox: Outbox, clock: MovableClock, tmp_path: Path
) -> AsyncIterator[StartProduct]:
    """Starts web processes with the packs under test on the test's database, led to the stand-ins and the outbox."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**overrides: Mapping[str, Any]) -> Product:
            led = {**overrides, "identity": {**outbox.settings, **overrides.get("identity", {})}}
            chosen = configuration(
                tuple(packs.values()), home=tmp_path / "home", environment=sandbox.environment, **led
            )
            return await stack.enter_async_context(open_product(chosen, clone, clock))

        yield start


@pytest.fixture
async def product(start_product: StartProduct) -> Product:
    """The running product with the packs under test."""
    return await start_product()


@pytest.fixture
async def person(product: Product) -> Person:
    """A person who is signed in at the product."""
    return await product.sign_in(name="Ann")
