"""Whose messages somebody does not take."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.direct import Blocked

blocks_for = Query(
    Blocked,
    """
    select b.blocked_id as user_id, u.username, b.created_at
    from realm.blocks b join realm.users u on u.id = b.blocked_id
    where b.user_id = $1 and ($2::uuid is null or b.blocked_id > $2)
    order by b.blocked_id
    limit $3
    """,
    UUID,
    UUID | None,
    int,
    hot=True,
)

block_count = Query(int, "select count(*) from realm.blocks where user_id = $1", UUID)

add_block = Command(
    "insert into realm.blocks (user_id, blocked_id, created_at) values ($1, $2, $3) on conflict do nothing",
    UUID,
    UUID,
    datetime,
)

remove_block = Command("delete from realm.blocks where user_id = $1 and blocked_id = $2", UUID, UUID)

takes_none_of = Query(bool, "select realm.is_blocked($1, $2)", UUID, UUID)
"""Whether somebody ($2) takes no messages of another ($1)."""
