"""Users' webhooks: their addresses are sealed, and shown to nobody again."""

from guildhall.core.notify.actions.wishes import WEBHOOK_URL
from guildhall.core.notify.channels.addresses import host_of
from guildhall.core.notify.errors import BadWebhook, TooManyWebhooks, WebhookNotFound
from guildhall.core.notify.ids import WebhookId
from guildhall.core.notify.queries import webhooks as queries
from guildhall.core.notify.schemas.webhooks import NewWebhook, Webhook, WebhookChange
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.vault.schemas import Secret
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7


async def add_webhook(tx: Transaction, new: NewWebhook, settings: NotifySettings, vault: Vault) -> Webhook:
    """Add a webhook. Raises BadWebhook, TooManyWebhooks."""
    name = name_of(new.name)
    try:
        host = host_of(new.url, settings.webhook_private_addresses)
    except ValueError as error:
        raise BadWebhook(detail=str(error)) from None
    await queries.lock_webhooks.one(tx, tx.viewer.id)
    if len(await queries.webhooks_for.many(tx, tx.viewer.id)) >= settings.webhooks_most:
        raise TooManyWebhooks(most=settings.webhooks_most)
    webhook_id = WebhookId(uuid7())
    sealed = vault.seal(WEBHOOK_URL, webhook_id, new.url)
    return await queries.add_webhook.one(tx, webhook_id, tx.viewer.id, name, sealed, host, tx.now)


async def change_webhook(tx: Transaction, webhook_id: WebhookId, change: WebhookChange) -> Webhook:
    """Rename a webhook, turn it on or off. Raises BadWebhook, WebhookNotFound."""
    name = None if change.name is None else name_of(change.name)
    found = await queries.change_webhook.one_or_none(tx, tx.viewer.id, webhook_id, name, change.enabled, tx.now)
    if found is None:
        raise WebhookNotFound
    return found


async def remove_webhook(tx: Transaction, webhook_id: WebhookId) -> None:
    """Forget a webhook. Raises WebhookNotFound."""
    if not await queries.remove_webhook.run(tx, tx.viewer.id, webhook_id):
        raise WebhookNotFound


async def webhook_url(tx: Transaction, webhook_id: WebhookId, vault: Vault) -> Secret:
    """The address of one of the viewer's webhooks, to send there. Raises WebhookNotFound, SealBroken."""
    found = await queries.webhook_target_for.one_or_none(tx, tx.viewer.id, webhook_id)
    if found is None:
        raise WebhookNotFound
    return vault.open(WEBHOOK_URL, found.id, found.url)


def name_of(text: str) -> str:
    """A webhook's name. Raises BadWebhook."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise BadWebhook(detail="A webhook's name has 1 to 100 characters.")
    return name
