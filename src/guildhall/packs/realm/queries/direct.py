"""Direct messages. Row-level security lets each of the two see them, and nobody else."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.direct import ConversationRow, DirectMessage, DirectTold, Recipient

_COLUMNS = "id, from_user_id, to_user_id, content, is_read, read_at, is_deleted, created_at"

recipient = Query(
    Recipient,
    """
    select u.id, u.server_id, u.is_active,
           exists (select from realm.blocks b where b.user_id = $1 and b.blocked_id = u.id) as blocked,
           realm.is_blocked($1, u.id) as blocks
    from realm.users u where u.id = $2
    for key share of u
    """,
    UUID,
    UUID,
    hot=True,
)
"""Who ($2) a message of the viewer ($1) is for; they do not go meanwhile."""

one_at_a_time: Query[None] = Query(
    None, "select pg_advisory_xact_lock(hashtextextended('realm.direct:' || $1::uuid, 0))", UUID
)
"""What one person sends at the same time goes one after the other."""

by_key = Query(
    DirectMessage,
    f"select {_COLUMNS} from realm.direct_messages where from_user_id = $1 and client_key = $2",
    UUID,
    str,
    hot=True,
)

sent_since = Query(
    tuple[int, datetime | None],
    """
    select count(*), min(created_at) from (
        select created_at from realm.direct_messages where from_user_id = $1 and id >= $2 order by id desc limit $3
    ) n
    """,
    UUID,
    UUID,
    int,
    hot=True,
)
"""How many of the newest ones ($3 at most) somebody sent after an id, and when the first of those was."""

hold_conversation = Query(
    UUID,
    """
    insert into realm.conversations as c (user_id, other_id, last_id)
    values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3),
           (greatest($1::uuid, $2::uuid), least($1::uuid, $2::uuid), $3)
    on conflict (user_id, other_id) do update set last_id = c.last_id
    returning last_id
    """,
    UUID,
    UUID,
    UUID,
)
"""The conversation of two, begun with an id if it is new, held until the transaction ends; the id that it is at."""

move_conversation = Command(
    """
    update realm.conversations set last_id = $3
    where (user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)
    """,
    UUID,
    UUID,
    UUID,
)

add_direct = Query(
    DirectMessage,
    f"""
    insert into realm.direct_messages (id, from_user_id, to_user_id, content, client_key, created_at)
    values ($1, $2, $3, $4, $5, $6)
    returning {_COLUMNS}
    """,
    UUID,
    UUID,
    UUID,
    str,
    str | None,
    datetime,
)

conversations_for = Query(
    ConversationRow,
    """
    select c.other_id, u.username,
           (select count(*) from (
                select from realm.direct_messages n
                where n.to_user_id = $1 and n.from_user_id = c.other_id and not n.is_read and not n.is_deleted limit $4
            ) counted) as unread,
           d.id, d.from_user_id, d.to_user_id, d.content, d.is_read, d.read_at, d.is_deleted, d.created_at
    from (
        select other_id, last_id from realm.conversations
        where user_id = $1 and last_id < $2 order by last_id desc limit $3
    ) c
    join realm.users u on u.id = c.other_id
    join realm.direct_messages d on d.id = c.last_id
    order by c.last_id desc
    """,
    UUID,
    UUID,
    int,
    int,
    hot=True,
)
"""Those of a user ($1) whose latest message is before an id ($2), at most $3; unread ones counted up to $4."""

_OF_TWO = """
    least(from_user_id, to_user_id) = least($1::uuid, $2::uuid)
    and greatest(from_user_id, to_user_id) = greatest($1::uuid, $2::uuid)
"""

direct_before = Query(
    DirectMessage,
    f"select {_COLUMNS} from realm.direct_messages where {_OF_TWO} and id < $3 order by id desc limit $4",
    UUID,
    UUID,
    UUID,
    int,
    hot=True,
)

direct_after = Query(
    DirectMessage,
    f"select {_COLUMNS} from realm.direct_messages where {_OF_TWO} and id > $3 order by id limit $4",
    UUID,
    UUID,
    UUID,
    int,
    hot=True,
)

is_of_two = Query(
    bool,
    f"select exists (select from realm.direct_messages where id = $3 and {_OF_TWO})",
    UUID,
    UUID,
    UUID,
    hot=True,
    proven=("exists",),
)
"""Whether a message ($3) was written by one of the two to the other."""

mark_direct_read = Query(
    tuple[UUID, bool],
    """
    update realm.direct_messages d
    set is_read = true, read_at = $4
    from (
        select id from realm.direct_messages
        where to_user_id = $1 and from_user_id = $2 and not is_read and id <= $3
        order by id for no key update
    ) unread
    where d.id = unread.id
    returning d.id, d.is_deleted
    """,
    UUID,
    UUID,
    UUID,
    datetime,
)
"""Those to one ($1) from another ($2) up to an id, and whether each was taken back."""

unread_direct = Query(
    tuple[int, int],
    """
    select count(*), count(distinct from_user_id) from (
        select from_user_id from realm.direct_messages
        where to_user_id = $1 and not is_read and not is_deleted limit $2
    ) counted
    """,
    UUID,
    int,
    hot=True,
)

delete_direct = Query(
    DirectMessage,
    f"""
    update realm.direct_messages set is_deleted = true where id = $1 and from_user_id = $2 returning {_COLUMNS}
    """,
    UUID,
    UUID,
)

direct_to_tell = Query(
    DirectTold,
    """
    select d.id, d.from_user_id, d.to_user_id, u.username, d.content, d.created_at
    from realm.direct_messages d join realm.users u on u.id = d.from_user_id
    where d.id = $1 and not d.is_read and not d.is_deleted
    """,
    UUID,
)
