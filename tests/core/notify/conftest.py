"""A sandbox for the tests of notifications."""

from collections.abc import AsyncIterator

import pytest

from tests.core.notify.make import Sandbox, running_sandbox


@pytest.fixture
async def phones() -> AsyncIterator[Sandbox]:
    """FCM and webhooks as the sandbox has them."""
    async with running_sandbox() as running:
        yield running
