"""A mailbox for what accounts are told."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from guildhall.core.identity.sandbox.mailbox import MAILBOX, Mailbox, make_mailbox
from guildhall.core.identity.settings import IdentitySettings


class Post:
    """A running mailbox. `settings` are the identity settings that lead to it."""

    def __init__(self, box: Mailbox, address: str) -> None:
        self.box = box
        self.address = address
        self.settings: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": "none"}

    def to(self, address: str) -> list[dict[str, Any]]:
        """The mails to an address, oldest first."""
        return [mail for mail in self.box.messages if address in mail["to"]]

    def token(self, address: str) -> str:
        """The token of the last mail to an address."""
        found = re.findall(r"^[A-Za-z0-9_-]{43}$", self.to(address)[-1]["text"], re.MULTILINE)
        assert len(found) == 1, self.to(address)
        return str(found[0])


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A mail server on a free port."""
    app = make_mailbox(IdentitySettings.model_construct(sandbox_smtp_port=0))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield Post(app[MAILBOX], f"http://{host}:{port}")
    await runner.cleanup()
