"""A mailbox for what accounts are told."""

import pytest

from guildhall.testing.outbox import Outbox


@pytest.fixture
def post(outbox: Outbox) -> Outbox:
    """A mail server on a free port."""
    return outbox
