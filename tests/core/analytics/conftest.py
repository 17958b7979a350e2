"""Web processes with a pack that has event types."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from guildhall.clock import Clock
from guildhall.db.connection import connect
from guildhall.testing import settings
from guildhall.testing.product import Product, open_product
from tests.core.analytics.make import GUIDES

FORMER_MONTH = """
select core.make_month_partition('core.analytics_events',
                                 (date_trunc('month', now() at time zone 'utc') - interval '1 month')::date)
"""

StartGuides = Callable[..., Awaitable[Product]]


@pytest.fixture
async def clone(clone: str) -> str:
    """A database that has kept events for a month: what tests do some days ago may be in the month before."""
    connection = await connect(clone)
    try:
        await connection.execute(FORMER_MONTH)
    finally:
        await connection.close()
    return clone


@pytest.fixture
async def start_guides(clone: str) -> AsyncIterator[StartGuides]:
    """Starts web processes on the test's clone; keywords are settings of events, `web` those of the web."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(web: dict[str, Any] | None = None, **analytics: Any) -> Product:
            quick = {"roll_up_seconds": 0.02, "roll_up_idle_seconds": 0.1, **analytics}
            chosen = settings.configuration((GUIDES,), analytics=quick, web=web or {})
            return await stack.enter_async_context(open_product(chosen, clone, Clock()))

        yield start


@pytest.fixture
async def guides(start_guides: StartGuides) -> Product:
    """A web process."""
    return await start_guides()
