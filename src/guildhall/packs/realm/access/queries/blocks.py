"""Blocks: the senders whose messages a user does not take."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.packs.realm.direct.schemas import Blocked


@rows(
    Blocked,
    """
    select b.blocked_id as user_id, u.username, b.created_at
    from realm.blocks b join realm.users u on u.id = b.blocked_id
    where b.user_id = :user and (:after::uuid is null or b.blocked_id > :after)
    order by b.blocked_id
    limit :limit
    """,
    hot=True,
)
def blocks_for(user: UUID, after: UUID | None, limit: int) -> None: ...


@rows(int, "select count(*) from realm.blocks where user_id = :user and blocked_id <> :other")
def other_blocks(user: UUID, other: UUID) -> None:
    """Count the people that a user blocks besides one."""


@command(
    """
    insert into realm.blocks (user_id, blocked_id, created_at) values (:user, :blocked, :now)
    on conflict do nothing
    """,
)
def add_block(user: UUID, blocked: UUID, now: datetime) -> None: ...


@command("delete from realm.blocks where user_id = :user and blocked_id = :blocked")
def remove_block(user: UUID, blocked: UUID) -> None: ...


@rows(bool, "select realm.is_blocked(:sender, :user)")
def takes_none_of(sender: UUID, user: UUID) -> None:
    """Return whether a user has blocked a sender."""
