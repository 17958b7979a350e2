"""Discord-compatible webhooks (https://discord.com/developers/docs/resources/webhook#execute-webhook)."""

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp
import msgspec
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.notify.channels.addresses import NotPublic, host_of
from guildhall.core.notify.ids import DeliveryId
from guildhall.core.notify.rules.consolidation import Text
from guildhall.core.notify.rules.retries import retry_after
from guildhall.core.notify.schemas.deliveries import Outcome, Outgoing

_LONGEST = 2000
"""Characters of a Discord message."""
_READ = 16_384
"""Bytes of an answer that are looked at."""


class WebhookSender:
    """Sends to webhooks; the session's resolver guards where names lead to."""

    def __init__(self, session: aiohttp.ClientSession, clock: Clock, private: bool) -> None:
        self._session = session
        self._clock = clock
        self._private = private

    async def send(self, message: Outgoing) -> Outcome:
        """Send one message to one webhook; return its outcome."""
        return await self.post(message.address, message.delivery, message.text)

    async def post(self, url: str, delivery: DeliveryId, text: Text) -> Outcome:
        """Post a text, under an id by which the receiver can tell a repetition."""
        if not url:
            return Outcome("failed", error="the webhook's address cannot be opened")
        try:
            host_of(url, self._private)  # the settings may have changed since it was added
        except ValueError as error:
            return Outcome("failed", error=str(error))
        try:
            async with self._session.post(
                waiting(url),
                data=msgspec.json.encode(payload_of(text)),
                headers={"Content-Type": "application/json", "Idempotency-Key": str(delivery)},
                allow_redirects=False,
            ) as answer:
                body = await answer.content.read(_READ)
                status, later = answer.status, answer.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if isinstance(getattr(error, "os_error", None), NotPublic):
                return Outcome("failed", error="The webhook's name leads to a private address.")
            return Outcome("retry", error=f"the webhook does not answer ({type(error).__name__})")
        if 200 <= status < 300:
            return Outcome("sent", provider_id=_id_of(body))
        words = f"the webhook answered {status}"
        if status in (404, 410):
            return Outcome("failed", error=words, gone=True)
        if status == 429:
            wait = _wait_of(body)
            if wait is None:
                wait = retry_after(later, self._clock.now())
            return Outcome("retry", error=words, wait=wait if wait is not None else 30.0, counts=False)
        if status >= 500 or status == 408:
            return Outcome("retry", error=words, wait=retry_after(later, self._clock.now()))
        return Outcome("failed", error=words)


class _Answer(Struct):
    id: str = ""
    retry_after: float | None = None


def _read(body: bytes) -> _Answer:
    try:
        return msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, RecursionError):
        return _Answer()


def _id_of(body: bytes) -> str | None:
    return _read(body).id[:300] or None


def _wait_of(body: bytes) -> float | None:
    """Seconds, as Discord says them in the body, which has the fraction that the header has not."""
    wait = _read(body).retry_after
    return None if wait is None or not 0 <= wait < 86_400 else wait


def waiting(url: str) -> str:
    """The address with `wait=true`: the answer then says the message's id, and comes when it is kept."""
    parts = urlsplit(url)
    query = (
        parts.query
        if "wait=true" in parts.query
        else "&".join(filter(None, [parts.query, urlencode({"wait": "true"})]))
    )
    return urlunsplit(parts._replace(query=query, fragment=""))


def payload_of(text: Text) -> dict[str, Any]:
    """The message: text alone, that can mention nobody."""
    content = f"**{text.title}**\n{text.body}" if text.body else f"**{text.title}**"
    return {"content": content[:_LONGEST], "allowed_mentions": {"parse": []}}
