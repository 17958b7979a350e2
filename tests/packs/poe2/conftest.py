"""The game's stand-in, and the product in front of it."""

import pytest

from tests.packs.poe2.make import running_ggg


@pytest.fixture
async def ggg():
    """A stand-in of the game's OAuth and API."""
    async with running_ggg() as running:
        yield running


@pytest.fixture
async def house(start_guildhall, ggg):
    """The product in front of the game's stand-in."""
    return await start_guildhall(clock=ggg.clock, poe2=ggg.settings)
