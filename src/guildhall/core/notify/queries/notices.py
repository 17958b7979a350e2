"""The log: what users are to be told, were told and have read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.notify.schemas import Notification, Told, Waiting
from guildhall.db.query import Command, Query

CHANNEL = "guildhall_notices"
"""The channel of NOTIFY on which the users are named who were told something."""

add_notices = Query(
    UUID,
    """
    insert into core.notification_log (id, user_id, character_id, type, title, body, data, occurrence_key, happened_at,
                                       due_at, created_at)
    select n.id, n.user_id, n.character_id, n.type, n.title, n.body, n.data, n.occurrence_key, n.happened_at, $10, $11
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
                $9::timestamptz[])
         n (id, user_id, character_id, type, title, body, data, occurrence_key, happened_at)
    where exists (select from core.users u where u.id = n.user_id)
    on conflict (user_id, occurrence_key) do nothing
    returning id
    """,
    list[UUID],
    list[UUID],
    list[int | None],
    list[str],
    list[str],
    list[str],
    list[Any],
    list[str],
    list[datetime],
    datetime,
    datetime,
)

# Whether a dispatch that has not begun will see what this transaction adds. One that runs may have looked already.
dispatch_waits = Query(
    bool,
    """
    select exists (
        select from core.pgqueuer
        where entrypoint = 'notify.dispatch' and status = 'queued' and execute_after <= $1
    ) as waits
    """,
    datetime,
    proven=("waits",),
)

# What is due of a number of users, and what would be within the gathering time: their rows stay locked until the
# transaction ends, and so do the users, so that no two workers make two messages of one burst.
waiting_notices = Query(
    Waiting,
    """
    with due as materialized (
        select user_id from core.notification_log where due_at <= $1
        order by due_at limit $3 for update skip locked
    ),
    users as materialized (select distinct user_id from due),
    ours as materialized (
        select user_id from users where pg_try_advisory_xact_lock(7310112, hashtext(user_id::text))
    )
    select l.id, l.user_id, l.character_id, l.type, l.title, l.body, l.data, l.happened_at, l.held_until
    from ours o
    cross join lateral (
        select * from core.notification_log w where w.user_id = o.user_id and w.due_at <= $2
        order by w.id limit 1000 for update skip locked
    ) l
    """,
    datetime,
    datetime,
    int,
)

notices_by_id = Query(
    Waiting,
    """
    select id, user_id, character_id, type, title, body, data, happened_at, held_until
    from core.notification_log where id = any($1::uuid[]) order by id
    """,
    list[UUID],
)

# In the order of the arrays, which is each user's own. A notification that is told in the app alone is sent by that.
take_up = Command(
    """
    update core.notification_log l
    set due_at = null, batch_id = t.batch_id,
        told_no = case when t.streamed then nextval('core.notification_told') end,
        status = case when t.done and l.status = 'pending' then 'sent' else l.status end,
        sent_at = case when t.done then $5 else l.sent_at end
    from unnest($1::uuid[], $2::uuid[], $3::bool[], $4::bool[]) t (id, batch_id, streamed, done)
    where l.id = t.id
    """,
    list[UUID],
    list[UUID],
    list[bool],
    list[bool],
    datetime,
)

drop_late = Command(
    """
    update core.notification_log
    set due_at = null, error = 'too late', status = case when status = 'pending' then 'failed' else status end
    where id = any($1::uuid[])
    """,
    list[UUID],
)

mute = Command(
    """
    update core.notification_log
    set due_at = null, muted = true, error = 'turned off',
        status = case when status = 'pending' then 'failed' else status end
    where id = any($1::uuid[])
    """,
    list[UUID],
)

hold = Command(
    """
    update core.notification_log l set due_at = h.until, held_until = h.until
    from unnest($1::uuid[], $2::timestamptz[]) h (id, until)
    where l.id = h.id
    """,
    list[UUID],
    list[datetime],
)

# The user has changed what holds them: the next dispatch judges anew.
let_go = Command(
    """
    update core.notification_log set due_at = $2, held_until = $2
    where user_id = $1 and due_at > $2 and held_until is not null
    """,
    UUID,
    datetime,
)

mark_sent = Command(
    """
    update core.notification_log
    set status = 'sent', sent_at = $2, error = null
    where id = any($1::uuid[]) and status in ('pending', 'failed')
    """,
    list[UUID],
    datetime,
)

# Only where no other message of the same batch has arrived or still may.
mark_failed = Command(
    """
    update core.notification_log l
    set status = 'failed', error = f.error
    from unnest($1::uuid[], $2::text[]) f (id, error)
    where l.id = f.id and l.status = 'pending'
      and not exists (
          select from core.notification_deliveries d
          where d.user_id = l.user_id and d.batch_id = l.batch_id and d.status <> 'failed' and l.id = any(d.notices)
      )
    """,
    list[UUID],
    list[str],
)

tell_streams: Query[None] = Query(None, "select pg_notify('guildhall_notices', $1)", str)

next_due = Query(
    datetime | None,
    """
    select least(
        (select min(due_at) from core.notification_log where due_at is not null) + $1::float8 * interval '1 second',
        (select min(due_at) from core.notification_deliveries where due_at is not null)
    ) as due_at
    """,
    float,
)

notices_due = Query(
    bool,
    """
    select exists (select from core.notification_log where due_at <= $1)
        or exists (select from core.notification_deliveries where due_at <= $2) as due
    """,
    datetime,
    datetime,
    proven=("due",),
)
"""Whether there is something to take up that was due before an instant ($1), or to try again before another ($2)."""

notifications_for = Query(
    Notification,
    """
    select id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
    from core.notification_log
    where user_id = $1 and not muted
      and ($2::text is null or type = $2)
      and ($3::text is null or status = $3)
      and (not $4::bool or read_at is null)
      and ($5::uuid is null or id < $5)
    order by id desc
    limit $6
    """,
    UUID,
    str | None,
    str | None,
    bool,
    UUID | None,
    int,
    hot=True,
)

unread_for = Query(
    int,
    "select count(*)::int as unread from core.notification_log where user_id = $1 and read_at is null and not muted",
    UUID,
    hot=True,
)

notification_for = Query(
    Notification,
    """
    select id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
    from core.notification_log where user_id = $1 and id = $2 and not muted
    """,
    UUID,
    UUID,
)

batch_for = Query(
    UUID | None,
    "select batch_id from core.notification_log where user_id = $1 and id = $2 and not muted",
    UUID,
    UUID,
)

mark_read = Query(
    Notification,
    """
    update core.notification_log
    set status = 'read', read_at = coalesce(read_at, $3), due_at = null
    where user_id = $1 and id = $2 and not muted
    returning id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
    """,
    UUID,
    UUID,
    datetime,
)

mark_all_read = Command(
    """
    update core.notification_log
    set status = 'read', read_at = $3, due_at = null
    where user_id = $1 and read_at is null and not muted and ($2::uuid is null or id <= $2)
    """,
    UUID,
    UUID | None,
    datetime,
)

told_since = Query(
    Told,
    """
    select told_no, id, character_id, type, title, body, data, happened_at, created_at
    from core.notification_log
    where user_id = $1 and told_no > $2
    order by told_no
    limit $3
    """,
    UUID,
    int,
    int,
    hot=True,
    proven=("told_no",),
)

# Where a reader goes on that has seen a notification; when that is gone, before the first one younger than it. Null
# when there is none younger either: it was the newest and is gone, or it was never given out.
place_after = Query(
    int | None,
    """
    select coalesce(
        (select told_no from core.notification_log where user_id = $1 and id = $2),
        (select min(told_no) - 1 from core.notification_log where user_id = $1 and id > $2)
    ) as place
    """,
    UUID,
    UUID,
)

newest_told = Query(
    tuple[int, UUID],
    """
    select told_no, id from core.notification_log
    where user_id = $1 and told_no is not null order by told_no desc limit 1
    """,
    UUID,
    proven=("told_no",),
)

forget_notices_about = Command(
    """
    delete from core.notification_log where id in (
        select id from core.notification_log where data->>'user_id' = $1 limit $2
    )
    """,
    str,
    int,
)
"""Notifications of others in which somebody is named."""

# In batches, so that no statement runs long.
forget_read = Command(
    """
    delete from core.notification_log where id in (
        select id from core.notification_log where read_at < $1 order by read_at limit $2
    )
    """,
    datetime,
    int,
)

forget_old = Command(
    """
    delete from core.notification_log where id in (
        select id from core.notification_log where id < $1 order by id limit $2
    )
    """,
    UUID,
    int,
)
