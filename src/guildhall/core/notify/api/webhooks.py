"""The viewer's webhooks."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.core.notify.actions import webhooks as actions
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.errors import BadWebhook, TooManyWebhooks, WebhookNotFound
from guildhall.core.notify.ids import WebhookId
from guildhall.core.notify.queries import webhooks as queries
from guildhall.core.notify.schemas.webhooks import NewWebhook, TestSent, Webhook, WebhookChange, Webhooks
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.vault import Vault
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1/notifications/webhooks")

_ID = "0192f8a4-7c00-7000-8000-000000000002"
PathWebhookId = Annotated[WebhookId, PathParameter(description="The webhook's id", examples=[Example(value=_ID)])]


@routes.get("/", scope=PEOPLE)
async def list_webhooks(viewer: Viewer, tx: Read) -> Webhooks:
    """Webhooks of the account.

    The viewer's webhooks, without their addresses.
    """
    return Webhooks(await queries.webhooks_for.many(tx, viewer.id))


@routes.post("/", scope=PEOPLE, raises=(BadWebhook, TooManyWebhooks))
async def add_webhook(tx: Write, settings: NotifySettings, vault: Vault, data: NewWebhook) -> Webhook:
    """Add a webhook.

    Add a Discord-compatible webhook; its address is stored sealed and not shown again.
    """
    return await actions.add_webhook(tx, data, settings, vault)


@routes.patch("/{webhook_id:uuid}", scope=PEOPLE, raises=(BadWebhook, WebhookNotFound))
async def change_webhook(webhook_id: PathWebhookId, tx: Write, data: WebhookChange) -> Webhook:
    """Rename a webhook, or turn it on or off.

    The webhook as it is now. Turning it on forgets its failures.
    """
    return await actions.change_webhook(tx, webhook_id, data)


@routes.delete("/{webhook_id:uuid}", scope=PEOPLE, raises=(WebhookNotFound,))
async def remove_webhook(webhook_id: PathWebhookId, tx: Write) -> None:
    """Remove a webhook.

    Remove a webhook, which gets no more messages.
    """
    await actions.remove_webhook(tx, webhook_id)


@routes.post("/{webhook_id:uuid}/test", scope=PEOPLE, status=200, raises=(WebhookNotFound,))
async def test_webhook(
    webhook_id: PathWebhookId, viewer: Viewer, db: Database, vault: Vault, notice_center: NoticeCenter
) -> TestSent:
    """Send a test message.

    Return whether the webhook accepted a test message, and its error if not. The test has no other effect.
    """
    async with db.read(viewer) as tx:
        url = await actions.webhook_url(tx, webhook_id, vault)
    outcome = await notice_center.try_webhook(url)
    return TestSent(outcome.name == "sent", outcome.error)
