"""A product with the game data of a patch, and somebody who crafts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from guildhall.boot.packs import BUILT_IN
from guildhall.cli.main import app
from guildhall.errors import GuildhallError
from guildhall.packs.poe2.crafting.actions.game import import_game
from guildhall.packs.poe2.crafting.rules.files import GivenGame
from guildhall.testing.clock import MovableClock
from guildhall.testing.people import Person
from guildhall.testing.product import Product, open_product
from guildhall.testing.settings import configuration
from tests.packs.poe2.crafting.make import make_game

StartCrafting = Callable[..., Awaitable[Product]]
Command = Callable[..., Awaitable[str]]


@pytest.fixture
async def game(jobs_db: Any) -> None:
    """The small game, imported as patch 0.5."""
    made = make_game(rare=(3, 3))
    async with jobs_db.write() as tx:
        await import_game(
            tx, "0.5", "made up", GivenGame(list(made.mods.values()), list(made.bases.values()), made.rules)
        )


@pytest.fixture
def clock() -> MovableClock:
    """The product's clock."""
    return MovableClock()


@pytest.fixture
async def start_crafting(clone: str, clock: MovableClock) -> AsyncIterator[StartCrafting]:
    """Starts web processes; keywords are settings of the pack."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**chosen: Any) -> Product:
            return await stack.enter_async_context(open_product(configuration(BUILT_IN, poe2=chosen), clone, clock))

        yield start


@pytest.fixture
async def product(start_crafting: StartCrafting, game: None) -> Product:
    """A web process with the game."""
    return await start_crafting()


@pytest.fixture
async def person(product: Product) -> Person:
    """Somebody who crafts."""
    return await product.sign_in(name="Mirelle")


@pytest.fixture
def command(clone: str, tmp_path: Path) -> Command:
    """Runs a command beside the loop of the test; returns what it said."""

    async def run(*arguments: str) -> str:
        environment = {"GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path)}
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)
        if isinstance(result.exception, GuildhallError):
            return str(result.exception)
        return result.stdout if result.exit_code == 0 else result.output

    return run
