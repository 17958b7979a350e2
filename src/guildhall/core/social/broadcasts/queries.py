"""Statements of notices to followers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.social.broadcasts.schemas import BroadcastLine, BroadcastRow, Hearer, Outcome
from guildhall.core.social.ids import BroadcastId
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    int,
    """
    select count(*) from (
        select from core.broadcasts
        where actor_id = :actor and happened_at > :since and happened_at <= :until
          and outcome is distinct from 'too_many' and outcome is distinct from 'replaced'
        limit :limit
    ) b
    """,
    hot=True,
)
def broadcasts_between_times(actor: UserId, since: datetime, until: datetime, limit: int) -> None:
    """Count what somebody's followers were told, or are about to be told, of a span of time, up to a limit."""


@rows(
    BroadcastId,
    """
    insert into core.broadcasts (id, actor_id, type, item_id, title, body, data, occurrence_key, happened_at)
    values (:id, :actor, :type, :item, :title, :body, :data, :occurrence_key, :now)
    on conflict (actor_id, occurrence_key) do nothing
    returning id
    """,
)
def add_broadcast(
    id: BroadcastId,
    actor: UserId,
    type: str,
    item: UUID,
    title: str,
    body: str,
    data: Any,
    occurrence_key: str,
    now: datetime,
) -> None:
    """Insert a broadcast. No row if the occurrence is told already."""


@command(
    """
    update core.broadcasts set ended_at = :now, outcome = 'replaced'
    where actor_id = :actor and item_id = :item and type = :type and ended_at is null and told = 0
      and occurrence_key <> :occurrence_key
    """,
)
def replace_waiting(actor: UserId, item: UUID, type: str, occurrence_key: str, now: datetime) -> None:
    """End what waits to be told of the same thing, unless it is the same occurrence."""


@command(
    """
    update core.broadcasts set ended_at = :now, outcome = 'withdrawn' where item_id = :item and ended_at is null
    """,
)
def withdraw_broadcasts(item: UUID, now: datetime) -> None: ...


@rows(
    BroadcastRow,
    """
    select id, actor_id, type, item_id, title, body, data, occurrence_key, happened_at, after_at, after_id, told
    from core.broadcasts where id = :id and ended_at is null
    for update
    """,
)
def broadcast_to_continue(id: BroadcastId) -> None:
    """Lock a broadcast that is under way. No row if it has ended, or is gone with its account."""


@rows(
    Hearer,
    """
    select f.follower_id as user_id, f.created_at as since, p.suspended
    from core.user_follows f join core.profiles p on p.user_id = f.follower_id
    where f.following_id = :actor and f.created_at <= :happened_at
      and (:after_at::timestamptz is null or (f.created_at, f.follower_id) > (:after_at, :after_id::uuid))
    order by f.created_at, f.follower_id
    limit :limit
    """,
    hot=True,
)
def hearers(
    actor: UserId, happened_at: datetime, after_at: datetime | None, after_id: UserId | None, limit: int
) -> None:
    """Select followers in the order in which they came: those who followed when it happened."""


@command(
    "update core.broadcasts set after_at = :after_at, after_id = :after_id, told = told + :told where id = :id",
)
def note_told(id: BroadcastId, after_at: datetime, after_id: UserId, told: int) -> None: ...


@command("update core.broadcasts set ended_at = :now, outcome = :outcome where id = :id and ended_at is null")
def end_broadcast(id: BroadcastId, outcome: Outcome, now: datetime) -> None: ...


@command(
    "update core.broadcasts set ended_at = null, outcome = null where id = :id and outcome = 'stopped'",
)
def reopen_broadcast(id: BroadcastId) -> None: ...


@rows(
    BroadcastLine,
    """
    select b.id, p.handle, b.title, b.happened_at, b.told,
           (select count(*) from core.user_follows f where f.following_id = b.actor_id) as followers,
           b.ended_at, b.outcome
    from core.broadcasts b left join core.profiles p on p.user_id = b.actor_id
    where (:all or b.ended_at is null) and (:after::uuid is null or b.id < :after)
    order by b.id desc
    limit :limit
    """,
)
def broadcast_lines(all: bool, after: BroadcastId | None, limit: int) -> None: ...


@rows(BroadcastId, "select id from core.broadcasts where id between :lowest and :highest order by id limit 3")
def broadcasts_between(lowest: UUID, highest: UUID) -> None: ...


@command(
    """
    delete from core.broadcasts where id in (
        select id from core.broadcasts where ended_at < :before order by ended_at limit :limit
    )
    """,
)
def forget_broadcasts(before: datetime, limit: int) -> None: ...
