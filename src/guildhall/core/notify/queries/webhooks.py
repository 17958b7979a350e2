"""Users' webhooks."""

from datetime import datetime
from uuid import UUID

from guildhall.core.notify.schemas import Webhook, WebhookTarget
from guildhall.db.query import Command, Query

COLUMNS = "id, name, host, failures, disabled_at, error, created_at"

webhooks_for = Query(
    Webhook,
    f"select {COLUMNS} from core.notification_webhooks where user_id = $1 order by id limit 100",
    UUID,
)

# Whoever adds two at once is counted one after the other.
lock_webhooks: Query[None] = Query(None, "select pg_advisory_xact_lock(7310113, hashtext($1::uuid::text))", UUID)

webhook_target_for = Query(
    WebhookTarget,
    "select id, user_id, url from core.notification_webhooks where user_id = $1 and id = $2",
    UUID,
    UUID,
)

add_webhook = Query(
    Webhook,
    f"""
    insert into core.notification_webhooks (id, user_id, name, url, host, created_at)
    values ($1, $2, $3, $4, $5, $6)
    returning {COLUMNS}
    """,
    UUID,
    UUID,
    str,
    str,
    str,
    datetime,
)

change_webhook = Query(
    Webhook,
    f"""
    update core.notification_webhooks
    set name = coalesce($3, name),
        failures = case when $4 then 0 else failures end,
        error = case when $4 then null else error end,
        disabled_at = case when $4 is null then disabled_at when $4 then null else coalesce(disabled_at, $5) end
    where user_id = $1 and id = $2
    returning {COLUMNS}
    """,
    UUID,
    UUID,
    str | None,
    bool | None,
    datetime,
)

remove_webhook = Command("delete from core.notification_webhooks where user_id = $1 and id = $2", UUID, UUID)
