"""Direct messages. Row-level security lets each of the two see them, and nobody else."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.direct.schemas import Blocked, ConversationRow, DirectMessage, DirectTold, Recipient
from guildhall.packs.realm.ids import DirectMessageId

_COLUMNS = "id, from_user_id, to_user_id, content, is_read, read_at, is_deleted, created_at"


@rows(
    Recipient,
    """
    select u.id, u.server_id, u.is_active,
           exists (select from core.blocks b where b.user_id = :viewer and b.blocked_id = u.id) as blocked,
           core.is_blocked(:viewer, u.id) as blocks
    from realm.users u where u.id = :id
    for key share of u
    """,
    hot=True,
)
def recipient(viewer: UserId, id: UserId) -> None:
    """The user that a message of the viewer is for; their row is locked until the transaction ends."""


@rows(None, "select pg_advisory_xact_lock(hashtextextended('realm.direct:' || :viewer::uuid, 0))")
def one_at_a_time(viewer: UserId) -> None:
    """Lock a sender's direct messages, so that those of the same time are sent one after the other."""


@rows(
    DirectMessage,
    f"select {_COLUMNS} from realm.direct_messages where from_user_id = :from_user and client_key = :client_key",
    hot=True,
)
def by_key(from_user: UserId, client_key: str) -> None: ...


@rows(
    tuple[int, datetime | None],
    """
    select count(*), min(created_at) from (
        select created_at from realm.direct_messages where from_user_id = :from_user and id >= :after order by id desc
        limit :limit
    ) n
    """,
    hot=True,
)
def sent_since(from_user: UserId, after: UUID, limit: int) -> None:
    """Count a user's newest messages after an id, up to a limit; return the time of the first of those, too."""


@rows(
    DirectMessageId,
    """
    insert into realm.conversations as c (user_id, other_id, last_id)
    values (least(:viewer::uuid, :other::uuid), greatest(:viewer::uuid, :other::uuid), :last),
           (greatest(:viewer::uuid, :other::uuid), least(:viewer::uuid, :other::uuid), :last)
    on conflict (user_id, other_id) do update set last_id = c.last_id
    returning last_id
    """,
)
def hold_conversation(viewer: UserId, other: UserId, last: DirectMessageId) -> None:
    """The conversation of two, begun with an id if it is new, held until the transaction ends; the id that it is
    at.
    """


@command(
    """
    update realm.conversations set last_id = :last
    where (user_id = :user and other_id = :other) or (user_id = :other and other_id = :user)
    """,
)
def move_conversation(user: UserId, other: UserId, last: DirectMessageId) -> None: ...


@rows(
    DirectMessage,
    f"""
    insert into realm.direct_messages (id, from_user_id, to_user_id, content, client_key, created_at)
    values (:id, :from_user, :to_user, :content, :client_key, :now)
    returning {_COLUMNS}
    """,
)
def add_direct(
    id: DirectMessageId, from_user: UserId, to_user: UserId, content: str, client_key: str | None, now: datetime
) -> None: ...


@rows(
    ConversationRow,
    """
    select c.other_id, u.username,
           (select count(*) from (
                select from realm.direct_messages n
                where n.to_user_id = :user and n.from_user_id = c.other_id and not n.is_read and not n.is_deleted
                limit :unread_limit
            ) counted) as unread,
           d.id, d.from_user_id, d.to_user_id, d.content, d.is_read, d.read_at, d.is_deleted, d.created_at
    from (
        select other_id, last_id from realm.conversations
        where user_id = :user and last_id < :before order by last_id desc limit :limit
    ) c
    join realm.users u on u.id = c.other_id
    join realm.direct_messages d on d.id = c.last_id
    order by c.last_id desc
    """,
    hot=True,
)
def conversations_for(user: UserId, before: UUID, limit: int, unread_limit: int) -> None:
    """A user's conversations whose latest message is before an id; unread ones are counted up to a limit."""


_OF_TWO = """
    least(from_user_id, to_user_id) = least(:viewer::uuid, :other::uuid)
    and greatest(from_user_id, to_user_id) = greatest(:viewer::uuid, :other::uuid)
"""


@rows(
    DirectMessage,
    f"select {_COLUMNS} from realm.direct_messages where {_OF_TWO} and id < :before order by id desc limit :limit",
    hot=True,
)
def direct_before(viewer: UserId, other: UserId, before: UUID, limit: int) -> None: ...


@rows(
    DirectMessage,
    f"select {_COLUMNS} from realm.direct_messages where {_OF_TWO} and id > :after order by id limit :limit",
    hot=True,
)
def direct_after(viewer: UserId, other: UserId, after: UUID, limit: int) -> None: ...


@rows(
    bool,
    f"select exists (select from realm.direct_messages where id = :id and {_OF_TWO})",
    hot=True,
    proven=("exists",),
)
def is_of_two(viewer: UserId, other: UserId, id: UUID) -> None:
    """Return whether a message was written by one of two users to the other."""


@rows(
    tuple[DirectMessageId, bool],
    """
    update realm.direct_messages d
    set is_read = true, read_at = :now
    from (
        select id from realm.direct_messages
        where to_user_id = :to_user and from_user_id = :from_user and not is_read and id <= :up_to
        order by id for no key update
    ) unread
    where d.id = unread.id
    returning d.id, d.is_deleted
    """,
)
def mark_direct_read(to_user: UserId, from_user: UserId, up_to: UUID, now: datetime) -> None:
    """Mark the messages to one user from another up to an id as read; for each, whether it was taken back."""


@rows(
    tuple[int, int],
    """
    select count(*), count(distinct from_user_id) from (
        select from_user_id from realm.direct_messages
        where to_user_id = :to_user and not is_read and not is_deleted limit :limit
    ) counted
    """,
    hot=True,
)
def unread_direct(to_user: UserId, limit: int) -> None: ...


@rows(
    DirectMessage,
    f"""
    update realm.direct_messages set is_deleted = true where id = :id and from_user_id = :from_user returning {_COLUMNS}
    """,
)
def delete_direct(id: DirectMessageId, from_user: UserId) -> None: ...


@rows(
    DirectTold,
    """
    select d.id, d.from_user_id, d.to_user_id, u.username, d.content, d.created_at
    from realm.direct_messages d join realm.users u on u.id = d.from_user_id
    where d.id = :id and not d.is_read and not d.is_deleted
    """,
)
def direct_to_tell(id: DirectMessageId) -> None: ...


@rows(
    Blocked,
    """
    select b.blocked_id as user_id, u.username, b.created_at
    from core.blocks b join realm.users u on u.id = b.blocked_id
    where b.user_id = :user and (:after::uuid is null or b.blocked_id > :after)
    order by b.blocked_id
    limit :limit
    """,
    hot=True,
)
def blocks_for(user: UserId, after: UUID | None, limit: int) -> None:
    """Select the people with a character here whom a user blocks."""
