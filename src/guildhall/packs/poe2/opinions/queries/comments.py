"""Comments on builds and their answers. Row-level security hides those of builds that are not shared."""

from datetime import datetime

from guildhall.core.social.blocks.fragments import not_blocked
from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, CommentId
from guildhall.packs.poe2.opinions.schemas.comments import Comment, LockedComment

_APART = not_blocked(":viewer::uuid", "c.user_id")
_SHOWN = f"(c.deleted_at is null and c.withheld_at is null and {_APART})"
_COMMENT = f"""c.id, c.build_template_id as build_id, c.parent_comment_id, c.depth, c.user_id, c.author,
    case when {_SHOWN} then c.content end as content, c.is_edited, not {_APART} as hidden, c.deleted_at, c.withheld_at,
    (select count(*) from poe2.comments a where a.parent_comment_id = c.id) as answers, c.created_at, c.updated_at"""
_PROVEN = ("hidden", "answers")


@rows(Comment, f"select {_COMMENT} from poe2.comments c where c.id = :id", hot=True, proven=_PROVEN)
def comment(id: CommentId, viewer: UserId | None) -> None: ...


@rows(
    Comment,
    f"""
    select {_COMMENT} from poe2.comments c
    where c.build_template_id = :build and c.parent_comment_id is null and (:after::uuid is null or c.id < :after)
    order by c.id desc
    limit :limit
    """,
    hot=True,
    proven=_PROVEN,
)
def comments_of(build: BuildId, viewer: UserId | None, after: CommentId | None, limit: int) -> None:
    """Comments of a build that answer nobody, the latest first."""


@rows(
    Comment,
    f"""
    select {_COMMENT} from poe2.comments c
    where c.parent_comment_id = :comment and (:after::uuid is null or c.id > :after)
    order by c.id
    limit :limit
    """,
    hot=True,
    proven=_PROVEN,
)
def answers_to(comment: CommentId, viewer: UserId | None, after: CommentId | None, limit: int) -> None:
    """Answers to a comment, the oldest first."""


@rows(
    Comment,
    f"""
    select {_COMMENT} from poe2.comments c
    where c.user_id = :viewer and c.deleted_at is null and (:after::uuid is null or c.id < :after)
    order by c.id desc
    limit :limit
    """,
    hot=True,
    proven=_PROVEN,
)
def comments_for(viewer: UserId, after: CommentId | None, limit: int) -> None: ...


@rows(int, "select count(*) from poe2.comments where build_template_id = :build and deleted_at is null", hot=True)
def comments_count(build: BuildId) -> None: ...


@rows(int, "select count(*) from poe2.comments where user_id = :user and id > :since")
def comments_since(user: UserId, since: CommentId) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.comments:' || :user::uuid, 0))")
def lock_commenter(user: UserId) -> None:
    """Lock a person, so that what they write at once is counted one after the other."""


@rows(
    LockedComment,
    """
    select id, build_template_id as build_id, user_id, depth, deleted_at, withheld_at
    from poe2.comments where id = :id for update
    """,
)
def comment_to_change(id: CommentId) -> None: ...


@rows(
    LockedComment,
    """
    select id, build_template_id as build_id, user_id, depth, deleted_at, withheld_at
    from poe2.comments where id = :id
    """,
)
def comment_to_answer(id: CommentId) -> None: ...


@command(
    """
    insert into poe2.comments (
        id, build_template_id, user_id, author, parent_comment_id, depth, content, created_at, updated_at
    ) values (:id, :build, :user, :author, :parent, :depth, :content, :now, :now)
    """
)
def add_comment(
    id: CommentId,
    build: BuildId,
    user: UserId,
    author: str,
    parent: CommentId | None,
    depth: int,
    content: str,
    now: datetime,
) -> None: ...


@command("update poe2.comments set content = :content, is_edited = true, updated_at = :now where id = :id")
def put_comment(id: CommentId, content: str, now: datetime) -> None: ...


@command("update poe2.comments set content = '', deleted_at = :now, updated_at = :now where id = :id")
def empty_comment(id: CommentId, now: datetime) -> None:
    """Take what was written; the row stays, for those who answered it."""


@command("update poe2.comments set withheld_at = :now where id = :id and withheld_at is null")
def withhold_comment(id: CommentId, now: datetime) -> None: ...


@command("update poe2.comments set author = :author where user_id = :user and author <> :author")
def rename_commenter(user: UserId, author: str) -> None: ...


@command("update poe2.build_reviews set author = :author where user_id = :user and author <> :author")
def rename_reviewer(user: UserId, author: str) -> None: ...
