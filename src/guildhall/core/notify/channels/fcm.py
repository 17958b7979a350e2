"""Pushes by FCM's HTTP v1 API (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages)."""

from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.notify.channels.accounts import FcmTokens, TokenRefused
from guildhall.core.notify.ids import DeliveryId
from guildhall.core.notify.rules.consolidation import Text
from guildhall.core.notify.rules.retries import retry_after
from guildhall.core.notify.schemas.deliveries import Outcome, Outgoing
from guildhall.log import get_logger

log = get_logger(__name__)

_encode = msgspec.json.Encoder().encode


class Fcm:
    """The sender of pushes.

    A wait that FCM asks for pauses all of them until `paused_until`, in seconds since the epoch.
    """

    def __init__(self, url: str, tokens: FcmTokens, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._tokens = tokens
        self._session = session
        self._clock = clock
        self.paused_until = 0.0

    async def send(self, message: Outgoing) -> Outcome:
        """Send one message to one device; return its outcome."""
        if (wait := self.paused_until - self._clock.timestamp()) > 0:
            return Outcome("retry", error="FCM asked to wait", wait=wait, counts=False)
        body = _encode({"message": message_of(message.delivery, message.address, message.text, message.ttl)})
        try:
            outcome = await self._post(body)
            if outcome is None:
                outcome = await self._post(body)  # with a new token, once
        except TokenRefused as refused:
            log.error("fcm_token_refused", why=str(refused))
            self._pause(refused.wait)
            return Outcome("retry", error=str(refused), wait=refused.wait, counts=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Outcome("retry", error=f"FCM does not answer ({type(error).__name__})")
        if outcome is None:
            log.error("fcm_unauthenticated", why="FCM refuses a fresh access token")
            self._pause(60)
            return Outcome("retry", error="FCM refuses our access token", wait=60, counts=False)
        return outcome

    def _pause(self, seconds: float) -> None:
        self.paused_until = max(self.paused_until, self._clock.timestamp() + seconds)

    async def _post(self, body: bytes) -> Outcome | None:
        """Post a message; return None if FCM refuses the access token. Raises TokenRefused and aiohttp's errors."""
        account, token = await self._tokens.current()
        async with self._session.post(
            f"{self._url}/v1/projects/{account.project_id}/messages:send",
            data=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            allow_redirects=False,
        ) as answer:
            text = await answer.read()
            status, later = answer.status, answer.headers.get("Retry-After")
        if status == 200:
            return Outcome("sent", provider_id=_name_of(text))
        outcome = outcome_of(status, text, retry_after(later, self._clock.now()))
        if outcome is None:
            self._tokens.forget(token)
        elif status == 429:
            self._pause(outcome.wait or 60.0)
        elif status >= 500 and outcome.wait is not None:
            self._pause(outcome.wait)
        return outcome


class _Detail(Struct):
    errorCode: str = ""  # noqa: N815 (FCM's name)
    fieldViolations: list[dict[str, Any]] = []  # noqa: N815


class _Error(Struct):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []


class _Refusal(Struct):
    error: _Error


class _Accepted(Struct):
    name: str = ""


def outcome_of(status: int, body: bytes, wait: float | None) -> Outcome | None:
    """Return the outcome of a refusal by FCM; None if it refused the access token.

    A device is gone at 404 UNREGISTERED, and at 400 INVALID_ARGUMENT about `message.token`, and at nothing else: a
    message that is malformed is our fault, a wrong sender or a certificate of APNs the operator's.
    """
    try:
        error = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.MsgspecError, RecursionError):
        error = _Error()
    codes = {detail.errorCode for detail in error.details if detail.errorCode}
    fields = {str(v.get("field")) for detail in error.details for v in detail.fieldViolations}
    words = f"FCM {status} {next(iter(sorted(codes)), error.status)}".strip()
    if status == 401 and "THIRD_PARTY_AUTH_ERROR" not in codes:
        return None
    if status == 404 and "UNREGISTERED" in codes:
        return Outcome("failed", error=words, gone=True)
    if status == 400:
        return Outcome("failed", error=words, gone="message.token" in fields)
    if status == 429:
        return Outcome("retry", error=words, wait=wait if wait is not None else 60.0, counts=False)
    if status >= 500 or status == 401:
        return Outcome("retry", error=words, wait=wait)
    if status == 403:
        log.error("fcm_forbidden", error=words)
    return Outcome("failed", error=words)


def _name_of(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(body, type=_Accepted).name[:300] or None
    except (msgspec.MsgspecError, RecursionError):
        return None


def message_of(delivery: DeliveryId, token: str, text: Text, ttl: float) -> dict[str, Any]:
    """The message for a device. Its delivery's id collapses it on every platform: what comes twice is shown once.

    32 characters, which is what the Topic of a web push may have. FCM keeps it for `ttl` seconds at most.
    """
    key = delivery.hex
    seconds = int(min(ttl, 28 * 86400))
    return {
        "token": token,
        "notification": {"title": text.title, "body": text.body},
        "data": {**text.data, "delivery_id": str(delivery)},
        "android": {"collapse_key": key, "priority": "HIGH", "ttl": f"{seconds}s", "notification": {"tag": key}},
        "apns": {"headers": {"apns-collapse-id": key}, "payload": {"aps": {"sound": "default"}}},
        "webpush": {"headers": {"Topic": key, "TTL": str(seconds)}, "notification": {"tag": key}},
    }
