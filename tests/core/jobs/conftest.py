"""Workers that run handlers of the tests' own."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.core.jobs.make import Crew


@pytest.fixture
async def crew(clone: str) -> AsyncIterator[Crew]:
    """Starts workers; all are stopped after the test."""
    async with contextlib.AsyncExitStack() as stack:
        yield Crew(clone, stack)
