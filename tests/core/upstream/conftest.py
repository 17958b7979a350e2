"""A small game API on loopback, and clients of it."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from guildhall.core.upstream.client import UpstreamClient
from tests.core.upstream.make import GameApi, MakeClient, make_client


@pytest.fixture
async def api() -> AsyncIterator[GameApi]:
    """A game API whose answers the test decides."""
    async with GameApi() as running:
        yield running


@pytest.fixture
async def client(clone: str, api: GameApi) -> AsyncIterator[MakeClient]:
    """Makes clients of the API, each with a pool of its own, as processes have."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(**options: Any) -> UpstreamClient:
            return await make_client(stack, clone, api, **options)

        yield make
