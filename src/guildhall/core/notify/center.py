"""The services of notification routes beside the database: the kinds, and a test of webhooks."""

import aiohttp

from guildhall.clock import Clock
from guildhall.core.notify.channels.addresses import PublicResolver
from guildhall.core.notify.channels.webhook import WebhookSender
from guildhall.core.notify.ids import DeliveryId
from guildhall.core.notify.kinds import NoticeKinds
from guildhall.core.notify.rules.consolidation import Text
from guildhall.core.notify.schemas.deliveries import Outcome
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.schemas import Secret
from guildhall.ids import uuid7


class NoticeCenter:
    """The kinds of all slices; `try_webhook` sends a test message from this process."""

    def __init__(self, kinds: NoticeKinds, settings: NotifySettings, clock: Clock) -> None:
        self.kinds = kinds
        self._settings = settings
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()

    async def try_webhook(self, url: Secret) -> Outcome:
        """Send a test to a webhook; what it said."""
        private = self._settings.webhook_private_addresses
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=8, resolver=PublicResolver(private), force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._settings.send_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "Guildhall"},
            )
        text = Text("Guildhall", "This webhook works.", {})
        return await WebhookSender(self._session, self._clock, private).post(url.reveal(), DeliveryId(uuid7()), text)
