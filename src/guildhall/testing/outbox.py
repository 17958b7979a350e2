"""The outbox: the mails that the product has sent, and the notices that people have got."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from guildhall.core.identity.sandbox.mailbox import MAILBOX, Mailbox, make_mailbox
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.notify.schemas.notices import Notification
from guildhall.db.connection import connect
from guildhall.testing.people import Person
from guildhall.testing.running import run_app

_TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$", re.MULTILINE)
_NOTICES = """
select id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
from core.notification_log where user_id = $1 order by id
"""


class Outbox:
    """A running mail server of the test's own. `settings` are the settings of identity that lead to it."""

    def __init__(self, box: Mailbox, address: str, url: str) -> None:
        self.box = box
        self.address = address
        self.settings: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": "none"}
        self._url = url

    @property
    def mails(self) -> list[dict[str, Any]]:
        """The mails, oldest first: `from`, `to`, `subject`, `text`, `html`."""
        return self.box.messages

    def to(self, address: str) -> list[dict[str, Any]]:
        """Return the mails to an address, oldest first."""
        return [mail for mail in self.box.messages if address in mail["to"]]

    def token(self, address: str) -> str:
        """Return the token of the last mail to an address."""
        found = _TOKEN.findall(self.to(address)[-1]["text"])
        assert len(found) == 1, self.to(address)
        return str(found[0])

    async def notices(self, person: Person) -> list[Notification]:
        """Return the notices of a person, oldest first, with their status."""
        connection = await connect(self._url)
        try:
            return [Notification(*row) for row in await connection.fetch(_NOTICES, person.id)]
        finally:
            await connection.close()


@asynccontextmanager
async def open_outbox(url: str) -> AsyncIterator[Outbox]:
    """Open a mail server on a free port, beside a database."""
    app: web.Application = make_mailbox(IdentitySettings.model_construct(sandbox_smtp_port=0))
    async with run_app(app) as address:
        yield Outbox(app[MAILBOX], address, url)
