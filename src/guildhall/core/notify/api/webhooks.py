"""The viewer's webhooks."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter

from guildhall.core.notify.actions import webhooks as actions
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.queries import webhooks as queries
from guildhall.core.notify.schemas import NewWebhook, TestSent, Webhook, WebhookChange, Webhooks
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.vault import Vault
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below

_ID = "0192f8a4-7c00-7000-8000-000000000002"
WebhookId = Annotated[UUID, PathParameter(description="The webhook's id", examples=[Example(value=_ID)])]


@get("/", summary="Webhooks of the account", responses=documented(401))
async def list_webhooks(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Webhooks:
    """The viewer's webhooks, without their addresses."""
    async with db.read(viewer) as tx:
        return Webhooks(await queries.webhooks_for.many(tx, viewer.id))


@post("/", summary="Add a webhook", responses=documented(400, 401, 409, 413))
async def add_webhook(
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[NotifySettings],
    vault: NamedDependency[Vault],
    data: JSONBody[NewWebhook],
) -> Webhook:
    """Add a Discord-compatible webhook; its address is stored sealed and not shown again."""
    async with db.write(viewer) as tx:
        return await actions.add_webhook(tx, viewer, data, settings, vault)


@patch("/{webhook_id:uuid}", summary="Rename a webhook, or turn it on or off", responses=documented(400, 401, 404, 413))
async def change_webhook(
    webhook_id: WebhookId, viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[WebhookChange]
) -> Webhook:
    """The webhook as it is now. Turning it on forgets its failures."""
    async with db.write(viewer) as tx:
        return await actions.change_webhook(tx, viewer, webhook_id, data)


@delete("/{webhook_id:uuid}", summary="Remove a webhook", responses=documented(400, 401, 404))
async def remove_webhook(webhook_id: WebhookId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """Remove a webhook, which gets no more messages."""
    async with db.write(viewer) as tx:
        await actions.remove_webhook(tx, viewer, webhook_id)


@post("/{webhook_id:uuid}/test", status_code=200, summary="Send a test message", responses=documented(400, 401, 404))
async def test_webhook(
    webhook_id: WebhookId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    notice_center: NamedDependency[NoticeCenter],
) -> TestSent:
    """Return whether the webhook accepted a test message, and its error if not. The test has no other effect."""
    async with db.read(viewer) as tx:
        url = await actions.webhook_url(tx, viewer, webhook_id, vault)
    outcome = await notice_center.try_webhook(url)
    return TestSent(outcome.name == "sent", outcome.error)


routes = below(
    "/api/v1/notifications/webhooks",
    [list_webhooks, add_webhook, change_webhook, remove_webhook, test_webhook],
)
