"""A connection of the owner to the test's database, with leagues."""

import pytest

from guildhall.db.connection import connect
from tests.packs.poe2.insights.world import add_leagues


@pytest.fixture
async def rows(clone):
    """A connection on which tests write rows as they please."""
    connection = await connect(clone)
    await add_leagues(connection)
    yield connection
    await connection.close()
