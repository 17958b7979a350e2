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
    insert into core.activities (id, actor_id, kind, item_id, about_id, visibility, data, created_at)
    values (:id, :actor, :kind, :item, :about, :visibility, :data, :now)
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
    Head,
    """
    select h.id, f.following_id as actor_id
    from core.user_follows f
    cross join lateral (
        select a.id from core.activities a
        where a.actor_id = f.following_id and a.id >= :low and a.id < :high
        order by a.id desc
        limit 1
    ) h
    where f.follower_id = :viewer and h.id < :before
    order by h.id desc
    limit :limit
    """,
    hot=True,
)
def heads_between(viewer: UserId, low: UUID, high: UUID, before: UUID, limit: int) -> None:
    """Select the latest activity of each person whom somebody follows, in a span of ids, that is before an id."""


@rows(
    ActivityRow,
    f"""
    select a.id, a.kind, a.item_id, a.data, a.created_at, {CARD}
    from core.profiles p
    cross join lateral (
        select a.id, a.kind, a.item_id, a.data, a.created_at
        from core.activities a
        where a.actor_id = p.user_id and a.id >= :since and a.id < :before and {_SEEN}
        order by a.id desc
        limit :limit
    ) a
    where p.user_id = any(:actors::uuid[]) and not p.suspended
    order by a.id desc
    limit :limit
    """,
    hot=True,
)
def activities_between(
    viewer: UserId, actors: list[UserId], kinds: list[str], since: UUID, before: UUID, limit: int
) -> None:
    """Select what some people did in a span of ids, as somebody sees it, the latest first."""


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
