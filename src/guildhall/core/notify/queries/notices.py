"""The log: notifications to be sent, sent and read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.notify.ids import BatchId, NotificationId
from guildhall.core.notify.rules.consolidation import Waiting
from guildhall.core.notify.schemas.notices import Notification
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    NotificationId,
    """
    insert into core.notification_log (id, user_id, character_id, type, title, body, data, occurrence_key, happened_at,
                                       due_at, created_at)
    select n.id, n.user_id, n.character_id, n.type, n.title, n.body, n.data, n.occurrence_key, n.happened_at, :due_at,
        :now
    from unnest(:ids::uuid[], :users::uuid[], :characters::bigint[], :types::text[], :titles::text[], :bodies::text[],
                :data::jsonb[], :occurrence_keys::text[],
                :happened_at::timestamptz[])
         n (id, user_id, character_id, type, title, body, data, occurrence_key, happened_at)
    where exists (select from core.users u where u.id = n.user_id)
    on conflict (user_id, occurrence_key) do nothing
    returning id
    """,
)
def add_notices(
    ids: list[NotificationId],
    users: list[UserId],
    characters: list[int | None],
    types: list[str],
    titles: list[str],
    bodies: list[str],
    data: list[Any],
    occurrence_keys: list[str],
    happened_at: list[datetime],
    due_at: datetime,
    now: datetime,
) -> None: ...


@rows(
    bool,
    """
    select exists (
        select from core.pgqueuer
        where entrypoint = 'notify.dispatch' and status = 'queued' and execute_after <= :until
    ) as waits
    """,
    proven=("waits",),
)
def dispatch_waits(until: datetime) -> None:
    """Return whether a dispatch that has not begun will see this transaction's rows.

    A running one may have looked before.
    """


@rows(
    Waiting,
    """
    with due as materialized (
        select user_id from core.notification_log where due_at <= :settled
        order by due_at limit :limit for update skip locked
    ),
    users as materialized (select distinct user_id from due),
    ours as materialized (
        select user_id from users where pg_try_advisory_xact_lock(7310112, hashtext(user_id::text))
    )
    select l.id, l.user_id, l.character_id, l.type, l.title, l.body, l.data, l.happened_at, l.held_until
    from ours o
    cross join lateral (
        select * from core.notification_log w where w.user_id = o.user_id and w.due_at <= :now
        order by w.id limit 1000 for update skip locked
    ) l
    """,
)
def waiting_notices(settled: datetime, now: datetime, limit: int) -> None:
    """Lock the due notifications of a number of users, with those that come due within the gathering time.

    The rows stay locked until the transaction ends, and so do the users, so that no two workers make two messages of
    one burst.
    """


@rows(
    Waiting,
    """
    select id, user_id, character_id, type, title, body, data, happened_at, held_until
    from core.notification_log where id = any(:ids::uuid[]) order by id
    """,
)
def notices_by_id(ids: list[NotificationId]) -> None: ...


@command(
    """
    update core.notification_log l
    set due_at = null, batch_id = t.batch_id,
        told_no = case when t.streamed then nextval('core.notification_told') end,
        status = case when t.done and l.status = 'pending' then 'sent' else l.status end,
        sent_at = case when t.done then :now else l.sent_at end
    from unnest(:ids::uuid[], :batches::uuid[], :streamed::bool[], :done::bool[]) t (id, batch_id, streamed, done)
    where l.id = t.id
    """,
)
def take_up(
    ids: list[NotificationId], batches: list[BatchId], streamed: list[bool], done: list[bool], now: datetime
) -> None:
    """Mark notifications as taken up, in the order of the arrays, which is each user's own.

    A notification for the app alone is sent by this.
    """


@command(
    """
    update core.notification_log
    set due_at = null, error = 'too late', status = case when status = 'pending' then 'failed' else status end
    where id = any(:ids::uuid[])
    """,
)
def drop_late(ids: list[NotificationId]) -> None: ...


@command(
    """
    update core.notification_log
    set due_at = null, muted = true, error = 'turned off',
        status = case when status = 'pending' then 'failed' else status end
    where id = any(:ids::uuid[])
    """,
)
def mute(ids: list[NotificationId]) -> None: ...


@command(
    """
    update core.notification_log l set due_at = h.until, held_until = h.until
    from unnest(:ids::uuid[], :until::timestamptz[]) h (id, until)
    where l.id = h.id
    """,
)
def hold(ids: list[NotificationId], until: list[datetime]) -> None: ...


@command(
    """
    update core.notification_log set due_at = :now, held_until = :now
    where user_id = :user and due_at > :now and held_until is not null
    """,
)
def let_go(user: UserId, now: datetime) -> None:
    """The user has changed what holds them: the next dispatch judges anew."""


@command(
    """
    update core.notification_log
    set status = 'sent', sent_at = :now, error = null
    where id = any(:ids::uuid[]) and status in ('pending', 'failed')
    """,
)
def mark_sent(ids: list[NotificationId], now: datetime) -> None: ...


@command(
    """
    update core.notification_log l
    set status = 'failed', error = f.error
    from unnest(:ids::uuid[], :errors::text[]) f (id, error)
    where l.id = f.id and l.status = 'pending'
      and not exists (
          select from core.notification_deliveries d
          where d.user_id = l.user_id and d.batch_id = l.batch_id and d.status <> 'failed' and l.id = any(d.notices)
      )
    """,
)
def mark_failed(ids: list[NotificationId], errors: list[str]) -> None:
    """Mark notifications as failed, unless another message of their batch has arrived or still may."""


@rows(
    datetime | None,
    """
    select least(
        (select min(due_at) from core.notification_log
         where due_at is not null) + :gather_seconds::float8 * interval '1 second',
        (select min(due_at) from core.notification_deliveries where due_at is not null)
    ) as due_at
    """,
)
def next_due(gather_seconds: float) -> None: ...


@rows(
    bool,
    """
    select exists (select from core.notification_log where due_at <= :settled)
        or exists (select from core.notification_deliveries where due_at <= :now) as due
    """,
    proven=("due",),
)
def notices_due(settled: datetime, now: datetime) -> None:
    """Return whether a notification was due before an instant, or a delivery is to be tried again before another."""


@rows(
    Notification,
    """
    select id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
    from core.notification_log
    where user_id = :user and not muted
      and (:type::text is null or type = :type)
      and (:status::text is null or status = :status)
      and (not :unread::bool or read_at is null)
      and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
)
def notifications_for(
    user: UserId, type: str | None, status: str | None, unread: bool, after: NotificationId | None, limit: int
) -> None: ...


@rows(
    int,
    """
    select count(*)::int as unread from core.notification_log
    where user_id = :user and read_at is null and not muted
    """,
    hot=True,
)
def unread_for(user: UserId) -> None: ...


@rows(
    Notification,
    """
    select id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
    from core.notification_log where user_id = :user and id = :id and not muted
    """,
)
def notification_for(user: UserId, id: NotificationId) -> None: ...


@rows(BatchId | None, "select batch_id from core.notification_log where user_id = :user and id = :id and not muted")
def batch_for(user: UserId, id: NotificationId) -> None: ...


@rows(
    Notification,
    """
    update core.notification_log
    set status = 'read', read_at = coalesce(read_at, :now), due_at = null
    where user_id = :user and id = :id and not muted
    returning id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
    """,
)
def mark_read(user: UserId, id: NotificationId, now: datetime) -> None: ...


@command(
    """
    update core.notification_log
    set status = 'read', read_at = :now, due_at = null
    where user_id = :user and read_at is null and not muted and (:up_to::uuid is null or id <= :up_to)
    """,
)
def mark_all_read(user: UserId, up_to: NotificationId | None, now: datetime) -> None: ...


@command(
    """
    delete from core.notification_log where id in (
        select id from core.notification_log where data->>'user_id' = :user limit :limit
    )
    """,
)
def forget_notices_about(user: str, limit: int) -> None:
    """Notifications of others in which somebody is named."""


@command(
    """
    delete from core.notification_log where id in (
        select id from core.notification_log where read_at < :before order by read_at limit :limit
    )
    """,
)
def forget_read(before: datetime, limit: int) -> None:
    """Delete read notifications in batches, so that no statement runs long."""


@command(
    """
    delete from core.notification_log where id in (
        select id from core.notification_log where id < :before order by id limit :limit
    )
    """,
)
def forget_old(before: UUID, limit: int) -> None: ...
