"""Webhooks."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.notify.ids import WebhookId


class Webhook(Struct, frozen=True):
    """A webhook; its address is not shown again."""

    id: WebhookId
    name: str
    host: str
    failures: int
    disabled_at: datetime | None
    error: str | None
    created_at: datetime


class NewWebhook(Struct, frozen=True):
    """A webhook to add: a Discord-compatible https address."""

    name: str
    url: str


class WebhookChange(Struct, frozen=True):
    """`enabled: true` turns a webhook on again and forgets its failures."""

    name: str | None = None
    enabled: bool | None = None


class Webhooks(Struct, frozen=True):
    """A user's webhooks."""

    items: list[Webhook]


class TestSent(Struct, frozen=True):
    """The webhook's answer to the test."""

    sent: bool
    error: str | None
