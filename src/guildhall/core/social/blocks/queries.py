"""Statements of blocks. Row-level security lets the two people see them."""

from datetime import datetime

from guildhall.core.social.blocks.schemas import Between, BlockedPerson
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    Between,
    """
    select core.is_blocked(:other, :one) as by_one, core.is_blocked(:one, :other) as by_other
    """,
    hot=True,
    proven=("by_one", "by_other"),
)
def blocks_between(one: UserId, other: UserId) -> None: ...


@rows(bool, "select core.is_blocked(:whom, :by_whom)")
def is_blocked(whom: UserId, by_whom: UserId) -> None: ...


@rows(bool, "select core.is_account(:person)")
def is_account(person: UserId) -> None: ...


@rows(None, "select core.lock_pair(:one, :other)")
def lock_pair(one: UserId, other: UserId) -> None:
    """Lock a pair of people, so that what is between them is changed by one at a time."""


@rows(None, "select pg_advisory_xact_lock(hashtextextended('core.blocks:' || :user::uuid, 0))")
def lock_blocks(user: UserId) -> None:
    """Lock a person's blocks, so that those that are made at once are counted one after the other."""


@rows(int, "select count(*) from core.blocks where user_id = :user and blocked_id <> :other")
def other_blocks(user: UserId, other: UserId) -> None:
    """Count the people that a person blocks besides one."""


@command(
    """
    insert into core.blocks (user_id, blocked_id, created_at) values (:user, :blocked, :now)
    on conflict do nothing
    """,
)
def add_block(user: UserId, blocked: UserId, now: datetime) -> None:
    """Insert a block; follows between the two end with it, by a trigger."""


@command("delete from core.blocks where user_id = :user and blocked_id = :blocked")
def remove_block(user: UserId, blocked: UserId) -> None: ...


@rows(
    BlockedPerson,
    """
    select b.blocked_id as user_id, p.handle, p.display_name, b.created_at
    from core.blocks b
    left join core.profiles p on p.user_id = b.blocked_id and not p.suspended
    where b.user_id = :user and (:after::uuid is null or b.blocked_id > :after)
    order by b.blocked_id
    limit :limit
    """,
    hot=True,
)
def blocks_for(user: UserId, after: UserId | None, limit: int) -> None: ...
