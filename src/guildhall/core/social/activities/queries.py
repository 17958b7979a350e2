"""Statements of activities."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.social.activities.schemas import ActivityRow, Head
from guildhall.core.social.blocks.fragments import not_blocked
from guildhall.core.social.ids import ActivityId
from guildhall.core.social.profiles.queries import CARD
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

_SEEN = f"""
    a.kind = any(:kinds)
    and (a.about_id is null
         or {not_blocked(":viewer", "a.about_id")}
            and not exists (select from core.profiles s where s.user_id = a.about_id and s.suspended))
"""
"""The condition under which an activity (a) is shown: its pack is on, and the other person in it may be seen."""


@command(
    """
    with act as (
        insert into core.activities (id, actor_id, kind, item_id, about_id, visibility, data, created_at)
        values (:id, :actor, :kind, :item, :about, :visibility, :data, :now)
        returning id, actor_id
    )
    insert into core.last_activities as l (user_id, last_id) select actor_id, id from act
    on conflict (user_id) do update set last_id = greatest(l.last_id, excluded.last_id)
    """,
)
def add_activity(
    id: ActivityId,
    actor: UserId,
    kind: str,
    item: UUID,
    about: UserId | None,
    visibility: str,
    data: Any,
    now: datetime,
) -> None: ...


@command("delete from core.activities where item_id = :item and (:kind::text is null or kind = :kind)")
def remove_activities(item: UUID, kind: str | None) -> None: ...


@rows(
    ActivityId,
    "select id from core.activities where id < :before order by id desc offset :count limit 1",
    hot=True,
)
def activity_behind(before: UUID, count: int) -> None:
    """Select the activity that stands so many places before an id. No row if there are not so many."""


@rows(
    ActivityRow,
    f"""
    with latest as materialized (
        select a.id, a.actor_id, a.kind, a.item_id, a.data, a.created_at
        from core.activities a where a.id >= :low and a.id < :high and {_SEEN}
    )
    select a.id, a.kind, a.item_id, a.data, a.created_at, {CARD}
    from latest a
    join core.user_follows f on f.follower_id = :viewer and f.following_id = a.actor_id
    join core.profiles p on p.user_id = a.actor_id and not p.suspended
    order by a.id desc
    limit :limit
    """,
    hot=True,
)
def feed_between(viewer: UserId, kinds: list[str], low: UUID, high: UUID, limit: int) -> None:
    """Select what those whom somebody follows did in a span of ids, the latest first.

    It reads what everybody did in that span.
    """


@rows(
    Head,
    """
    select h.id, h.actor_id
    from (
        select f.following_id as actor_id,
               case when l.last_id < :high then l.last_id
                    else (select a.id from core.activities a
                          where a.actor_id = f.following_id and a.id < :high order by a.id desc limit 1)
               end as id
        from core.user_follows f join core.last_activities l on l.user_id = f.following_id
        where f.follower_id = :viewer
    ) h
    where h.id < :before
    order by h.id desc
    limit :limit
    """,
    hot=True,
    proven=("id",),
)
def heads_before(viewer: UserId, high: UUID, before: UUID, limit: int) -> None:
    """Select for each person whom somebody follows an id behind which they did nothing, of those below `high`.

    The latest such ids that are before another. A person who did nothing below `high` may be among them.
    """


@rows(
    ActivityRow,
    f"""
    select a.id, a.kind, a.item_id, a.data, a.created_at, {CARD}
    from core.profiles p
    cross join lateral (
        select a.id, a.kind, a.item_id, a.data, a.created_at
        from core.activities a
        where a.actor_id = p.user_id and a.id < :before and {_SEEN}
        order by a.id desc
        limit :limit
    ) a
    where p.user_id = any(:actors::uuid[]) and not p.suspended
    order by a.id desc
    limit :limit
    """,
    hot=True,
)
def activities_by(viewer: UserId, actors: list[UserId], kinds: list[str], before: UUID, limit: int) -> None:
    """Select what some people did before an id, as somebody sees it, the latest first.

    Of each person no more than a page is read, by the index of their activities.
    """


@rows(
    ActivityRow,
    f"""
    select a.id, a.kind, a.item_id, a.data, a.created_at, {CARD}
    from core.activities a join core.profiles p on p.user_id = a.actor_id
    where a.actor_id = :actor and a.id < :before and {_SEEN}
      and (a.visibility = 'public' or a.actor_id = :viewer
           or exists (select from core.user_follows f where f.follower_id = :viewer and f.following_id = a.actor_id))
    order by a.id desc
    limit :limit
    """,
    hot=True,
)
def activities_of(actor: UserId, viewer: UserId | None, kinds: list[str], before: UUID, limit: int) -> None:
    """Select what somebody did, as somebody sees it, the latest first."""
