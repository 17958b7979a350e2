"""Users' webhooks."""

from datetime import datetime

from guildhall.core.notify.ids import WebhookId
from guildhall.core.notify.schemas.deliveries import WebhookTarget
from guildhall.core.notify.schemas.webhooks import Webhook
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

COLUMNS = "id, name, host, failures, disabled_at, error, created_at"


@rows(Webhook, f"select {COLUMNS} from core.notification_webhooks where user_id = :user order by id limit 100")
def webhooks_for(user: UserId) -> None: ...


@rows(None, "select pg_advisory_xact_lock(7310113, hashtext(:user::uuid::text))")
def lock_webhooks(user: UserId) -> None:
    """Lock a user's webhooks, so that two that are added at once are counted one after the other."""


@rows(WebhookTarget, "select id, user_id, url from core.notification_webhooks where user_id = :user and id = :id")
def webhook_target_for(user: UserId, id: WebhookId) -> None: ...


@rows(
    Webhook,
    f"""
    insert into core.notification_webhooks (id, user_id, name, url, host, created_at)
    values (:id, :user, :name, :url, :host, :now)
    returning {COLUMNS}
    """,
)
def add_webhook(id: WebhookId, user: UserId, name: str, url: str, host: str, now: datetime) -> None: ...


@rows(
    Webhook,
    f"""
    update core.notification_webhooks
    set name = coalesce(:name, name),
        failures = case when :enabled then 0 else failures end,
        error = case when :enabled then null else error end,
        disabled_at = case when :enabled is null then disabled_at when :enabled then null
            else coalesce(disabled_at, :now) end
    where user_id = :user and id = :id
    returning {COLUMNS}
    """,
)
def change_webhook(user: UserId, id: WebhookId, name: str | None, enabled: bool | None, now: datetime) -> None: ...


@command("delete from core.notification_webhooks where user_id = :user and id = :id")
def remove_webhook(user: UserId, id: WebhookId) -> None: ...
