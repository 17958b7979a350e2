"""Comments written, edited, deleted."""

from datetime import timedelta

from guildhall.core.jobs.actions import send
from guildhall.core.social.blocks.actions import require_unblocked
from guildhall.db.pool import Transaction
from guildhall.ids import first_id, uuid7
from guildhall.packs.poe2.builds.queries.builds import account_name
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.ids import CommentId
from guildhall.packs.poe2.opinions.errors import (
    CommentDeleted,
    CommentNotFound,
    CommentsTooFast,
    EmptyText,
    NotYourComment,
    TooManyComments,
)
from guildhall.packs.poe2.opinions.messages import CommentWritten
from guildhall.packs.poe2.opinions.queries import comments as queries
from guildhall.packs.poe2.opinions.schemas.comments import Comment, CommentRequest, LockedComment
from guildhall.packs.poe2.settings import Poe2Settings

_HOUR = timedelta(hours=1)


async def add_comment(tx: Transaction, build: BuildDetails, wanted: CommentRequest, settings: Poe2Settings) -> Comment:
    """Comment on a build that the viewer sees, or answer a comment on it.

    Raises CommentNotFound, CommentDeleted, EmptyText, CommentsTooFast, TooManyComments, Blocked, BlockedByYou.
    """
    viewer = tx.viewer.id
    await require_unblocked(tx, build.user_id)
    depth = 0
    if wanted.parent_comment_id is not None:
        parent = await queries.comment_to_answer.one_or_none(tx, wanted.parent_comment_id)
        if parent is None or parent.build_id != build.id:
            raise CommentNotFound
        if parent.deleted_at is not None or parent.withheld_at is not None or parent.user_id is None:
            raise CommentDeleted
        await require_unblocked(tx, parent.user_id)
        depth = parent.depth + 1
    await queries.lock_commenter.one(tx, viewer)
    since = CommentId(first_id(tx.now - _HOUR))
    if await queries.comments_since.one(tx, viewer, since) >= settings.comments_hour_most:
        raise CommentsTooFast(most=settings.comments_hour_most, retry_after=600)
    if await queries.comments_count.one(tx, build.id) >= settings.comments_most:
        raise TooManyComments(most=settings.comments_most)
    comment_id = CommentId(uuid7())
    author = await account_name.one(tx, viewer)
    await queries.add_comment.run(
        tx, comment_id, build.id, viewer, author, wanted.parent_comment_id, depth, _words(wanted.content), tx.now
    )
    await send(tx, CommentWritten(comment_id))
    return await queries.comment.one(tx, comment_id, viewer)


async def edit_comment(tx: Transaction, comment_id: CommentId, content: str) -> Comment:
    """Write a comment of the viewer anew; it is marked. Raises CommentNotFound, NotYourComment, CommentDeleted."""
    await _own(tx, comment_id)
    await queries.put_comment.run(tx, comment_id, _words(content), tx.now)
    return await queries.comment.one(tx, comment_id, tx.viewer.id)


async def delete_comment(tx: Transaction, comment_id: CommentId) -> None:
    """Delete what the viewer wrote; the answers to it stay. Raises CommentNotFound, NotYourComment, CommentDeleted."""
    await _own(tx, comment_id)
    await queries.empty_comment.run(tx, comment_id, tx.now)


async def _own(tx: Transaction, comment_id: CommentId) -> LockedComment:
    locked = await queries.comment_to_change.one_or_none(tx, comment_id)
    if locked is None:
        if await queries.comment_to_answer.one_or_none(tx, comment_id) is not None:
            raise NotYourComment
        raise CommentNotFound
    if locked.user_id != tx.viewer.id:
        raise NotYourComment
    if locked.deleted_at is not None or locked.withheld_at is not None:
        raise CommentDeleted
    return locked


def _words(content: str) -> str:
    """Return a text as it is stored. Raises EmptyText."""
    if not (words := content.strip()):
        raise EmptyText
    return words
