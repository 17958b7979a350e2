"""Deliveries and their outcomes."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.ids import SessionId
from guildhall.core.notify.ids import BatchId, DeliveryId, NotificationId, WebhookId
from guildhall.core.notify.schemas.deliveries import Address, Claimed, Delivery, Device, WebhookTarget
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    Device,
    """
    select id as session_id, user_id, device_token as token
    from core.sessions
    where user_id = any(:users::uuid[]) and device_token is not null and ended_at is null and expires_at > :now
    order by user_id, id
    """,
    proven=("token",),
)
def devices_of(users: list[UserId], now: datetime) -> None: ...


@rows(
    WebhookTarget,
    """
    select id, user_id, url from core.notification_webhooks
    where user_id = any(:users::uuid[]) and disabled_at is null
    order by user_id, id
    """,
)
def webhooks_of(users: list[UserId]) -> None: ...


@rows(
    Address,
    """
    select id as user_id, email from core.users
    where id = any(:ids::uuid[]) and email is not null and email_verified_at is not null
    """,
)
def addresses_of(ids: list[UserId]) -> None: ...


@command(
    """
    insert into core.notification_deliveries (id, user_id, batch_id, channel, target, notices, attempts, due_at,
                                              created_at, tried_at)
    select d.id, d.user_id, d.batch_id, d.channel, d.target, (:flat::uuid[])[d.first:d.last], 1, :due_at, :now, :now
    from unnest(:ids::uuid[], :users::uuid[], :batches::uuid[], :channels::text[], :targets::uuid[], :firsts::int[],
                :lasts::int[])
         d (id, user_id, batch_id, channel, target, first, last)
    """,
)
def add_deliveries(
    ids: list[DeliveryId],
    users: list[UserId],
    batches: list[BatchId],
    channels: list[str],
    targets: list[UUID | None],
    flat: list[NotificationId],
    firsts: list[int],
    lasts: list[int],
    due_at: datetime,
    now: datetime,
) -> None:
    """`notices` are a batch's, cut out of one array by position: PostgreSQL has no arrays of unequal arrays."""


@rows(
    Claimed,
    """
    update core.notification_deliveries d
    set attempts = d.attempts + 1, due_at = :due_at, tried_at = :now
    from (
        select id from core.notification_deliveries where due_at <= :now
        order by due_at limit :limit for update skip locked
    ) due
    where d.id = due.id
    returning d.id, d.user_id, d.batch_id, d.channel, d.target, d.notices, d.attempts, d.due_at
    """,
)
def retake(now: datetime, due_at: datetime, limit: int) -> None:
    """Claim the deliveries that are to be tried again, and those that their worker has abandoned."""


@command(
    """
    update core.notification_deliveries d
    set status = 'sent', due_at = null, sent_at = :now, provider_id = s.provider_id, error = null
    from unnest(:ids::uuid[], :providers::text[]) s (id, provider_id)
    where d.id = s.id
    """,
)
def deliveries_sent(ids: list[DeliveryId], providers: list[str | None], now: datetime) -> None: ...


@command(
    """
    update core.notification_deliveries d
    set due_at = r.due_at, error = r.error, attempts = d.attempts - r.uncounted
    from unnest(:ids::uuid[], :due_at::timestamptz[], :errors::text[], :uncounted::int[]) r (id, due_at, error,
        uncounted)
    where d.id = r.id and d.status = 'pending'
    """,
)
def deliveries_retry(
    ids: list[DeliveryId], due_at: list[datetime], errors: list[str | None], uncounted: list[int]
) -> None:
    """Not one that another worker has brought to its end meanwhile."""


@command(
    """
    update core.notification_deliveries d
    set status = 'failed', due_at = null, error = f.error
    from unnest(:ids::uuid[], :errors::text[]) f (id, error)
    where d.id = f.id and d.status = 'pending'
    """,
)
def deliveries_failed(ids: list[DeliveryId], errors: list[str]) -> None: ...


@command(
    """
    update core.sessions s set device_token = null
    from unnest(:ids::uuid[], :tokens::text[]) d (id, token)
    where s.id = d.id and s.device_token = d.token
    """,
)
def drop_devices(ids: list[SessionId], tokens: list[str]) -> None:
    """A token may have moved to another session by now: only the one that it was sent to loses it."""


@command(
    """
    update core.notification_webhooks set failures = 0, error = null
    where id = any(:ids::uuid[]) and failures > 0
    """,
)
def webhooks_worked(ids: list[WebhookId]) -> None: ...


@command(
    """
    update core.notification_webhooks w
    set failures = w.failures + 1, error = f.error,
        disabled_at = case when f.gone or w.failures + 1 >= :max_failures then coalesce(w.disabled_at, :now)
            else w.disabled_at end
    from unnest(:ids::uuid[], :errors::text[], :gone::bool[]) f (id, error, gone)
    where w.id = f.id
    """,
)
def webhooks_failed(
    ids: list[WebhookId], errors: list[str], gone: list[bool], max_failures: int, now: datetime
) -> None: ...


@rows(
    Delivery,
    """
    select id, channel, target, status, attempts, provider_id, error, created_at, tried_at, sent_at,
           due_at as next_attempt_at
    from core.notification_deliveries
    where user_id = :user and batch_id = :batch and :notice = any(notices)
    order by id
    limit 200
    """,
)
def deliveries_for(user: UserId, batch: BatchId, notice: NotificationId) -> None: ...


@command(
    """
    delete from core.notification_deliveries where id in (
        select id from core.notification_deliveries where id < :before and status <> 'pending' order by id limit :limit
    )
    """,
)
def forget_deliveries(before: UUID, limit: int) -> None: ...
