"""Messages on their way, and what became of them."""

from datetime import datetime
from uuid import UUID

from guildhall.core.notify.schemas import Address, Claimed, Delivery, Device, WebhookTarget
from guildhall.db.query import Command, Query

devices_of = Query(
    Device,
    """
    select id as session_id, user_id, device_token as token
    from core.sessions
    where user_id = any($1::uuid[]) and device_token is not null and ended_at is null and expires_at > $2
    order by user_id, id
    """,
    list[UUID],
    datetime,
    proven=("token",),
)

webhooks_of = Query(
    WebhookTarget,
    """
    select id, user_id, url from core.notification_webhooks
    where user_id = any($1::uuid[]) and disabled_at is null
    order by user_id, id
    """,
    list[UUID],
)

addresses_of = Query(
    Address,
    """
    select id as user_id, email from core.users
    where id = any($1::uuid[]) and email is not null and email_verified_at is not null
    """,
    list[UUID],
)

# `notices` are a batch's, cut out of one array by position: PostgreSQL has no arrays of unequal arrays.
add_deliveries = Command(
    """
    insert into core.notification_deliveries (id, user_id, batch_id, channel, target, notices, attempts, due_at,
                                              created_at, tried_at)
    select d.id, d.user_id, d.batch_id, d.channel, d.target, ($6::uuid[])[d.first:d.last], 1, $9, $10, $10
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $7::int[], $8::int[])
         d (id, user_id, batch_id, channel, target, first, last)
    """,
    list[UUID],
    list[UUID],
    list[UUID],
    list[str],
    list[UUID | None],
    list[UUID],
    list[int],
    list[int],
    datetime,
    datetime,
)

# Those to be tried again, and those that their worker has left behind.
retake = Query(
    Claimed,
    """
    update core.notification_deliveries d
    set attempts = d.attempts + 1, due_at = $2, tried_at = $1
    from (
        select id from core.notification_deliveries where due_at <= $1
        order by due_at limit $3 for update skip locked
    ) due
    where d.id = due.id
    returning d.id, d.user_id, d.batch_id, d.channel, d.target, d.notices, d.attempts, d.due_at
    """,
    datetime,
    datetime,
    int,
)

deliveries_sent = Command(
    """
    update core.notification_deliveries d
    set status = 'sent', due_at = null, sent_at = $3, provider_id = s.provider_id, error = null
    from unnest($1::uuid[], $2::text[]) s (id, provider_id)
    where d.id = s.id
    """,
    list[UUID],
    list[str | None],
    datetime,
)

# Not one that another worker has brought to its end meanwhile.
deliveries_retry = Command(
    """
    update core.notification_deliveries d
    set due_at = r.due_at, error = r.error, attempts = d.attempts - r.uncounted
    from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::int[]) r (id, due_at, error, uncounted)
    where d.id = r.id and d.status = 'pending'
    """,
    list[UUID],
    list[datetime],
    list[str | None],
    list[int],
)

deliveries_failed = Command(
    """
    update core.notification_deliveries d
    set status = 'failed', due_at = null, error = f.error
    from unnest($1::uuid[], $2::text[]) f (id, error)
    where d.id = f.id and d.status = 'pending'
    """,
    list[UUID],
    list[str],
)

# A token may have moved to another session by now: only the one that it was sent to loses it.
drop_devices = Command(
    """
    update core.sessions s set device_token = null
    from unnest($1::uuid[], $2::text[]) d (id, token)
    where s.id = d.id and s.device_token = d.token
    """,
    list[UUID],
    list[str],
)

webhooks_worked = Command(
    "update core.notification_webhooks set failures = 0, error = null where id = any($1::uuid[]) and failures > 0",
    list[UUID],
)

webhooks_failed = Command(
    """
    update core.notification_webhooks w
    set failures = w.failures + 1, error = f.error,
        disabled_at = case when f.gone or w.failures + 1 >= $4 then coalesce(w.disabled_at, $5) else w.disabled_at end
    from unnest($1::uuid[], $2::text[], $3::bool[]) f (id, error, gone)
    where w.id = f.id
    """,
    list[UUID],
    list[str],
    list[bool],
    int,
    datetime,
)

deliveries_for = Query(
    Delivery,
    """
    select id, channel, target, status, attempts, provider_id, error, created_at, tried_at, sent_at,
           due_at as next_attempt_at
    from core.notification_deliveries
    where user_id = $1 and batch_id = $2 and $3 = any(notices)
    order by id
    limit 200
    """,
    UUID,
    UUID,
    UUID,
)

forget_deliveries = Command(
    """
    delete from core.notification_deliveries where id in (
        select id from core.notification_deliveries where id < $1 and status <> 'pending' order by id limit $2
    )
    """,
    UUID,
    int,
)
