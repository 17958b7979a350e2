"""Comments on builds."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.blocks.errors import Blocked, BlockedByYou
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE, PathBuild
from guildhall.packs.poe2.builds.rules.addresses import Named
from guildhall.packs.poe2.builds.views.builds import visible
from guildhall.packs.poe2.ids import CommentId
from guildhall.packs.poe2.opinions import errors
from guildhall.packs.poe2.opinions.actions import comments as actions
from guildhall.packs.poe2.opinions.api.parameters import PathCommentId
from guildhall.packs.poe2.opinions.queries import comments as queries
from guildhall.packs.poe2.opinions.schemas.comments import Comment, CommentChange, CommentRequest
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_COMMENTS = Cursor("poe2.comments", 1, CommentId)
_ANSWERS = Cursor("poe2.answers", 1, CommentId)
_OWN = Cursor("poe2.own_comments", 1, CommentId)


@routes.get("/builds/{build:str}/comments", scope=PUBLIC, pages=Pages(_COMMENTS), raises=NO_BUILD)
async def list_comments(
    build: PathBuild, principal: Principal | None, db: Database, asked: Asked[CommentId]
) -> Page[Comment]:
    """Comments on a build, newest first.

    Those that answer nobody; each has the number of its answers. A deleted comment stays in its thread without content.
    """
    viewer = None if principal is None else principal.viewer
    async with db.read(viewer) as tx:
        found = await visible(tx, Named(build))
        rows = await queries.comments_of.many(
            tx, found.id, None if viewer is None else viewer.id, asked.after, asked.rows
        )
    return _COMMENTS.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/builds/{build:str}/comments",
    scope=WRITE,
    raises=(
        *NO_BUILD,
        errors.CommentNotFound,
        errors.CommentDeleted,
        errors.TooManyComments,
        errors.EmptyText,
        Blocked,
        BlockedByYou,
    ),
)
async def post_comment(build: PathBuild, data: CommentRequest, tx: Write, settings: Poe2Settings) -> Comment:
    """Comment on a build, or answer a comment.

    The build's author is notified, and whoever is answered; many at once become one notification.
    """
    return await actions.add_comment(tx, await visible(tx, Named(build)), data, settings)


@routes.get(
    "/comments/{comment_id:uuid}/answers", scope=PUBLIC, pages=Pages(_ANSWERS), raises=(errors.CommentNotFound,)
)
async def list_answers(
    comment_id: PathCommentId, principal: Principal | None, db: Database, asked: Asked[CommentId]
) -> Page[Comment]:
    """Answers to a comment, oldest first."""
    viewer = None if principal is None else principal.viewer
    async with db.read(viewer) as tx:
        if await queries.comment_to_answer.one_or_none(tx, comment_id) is None:
            raise errors.CommentNotFound
        rows = await queries.answers_to.many(
            tx, comment_id, None if viewer is None else viewer.id, asked.after, asked.rows
        )
    return _ANSWERS.page(rows, asked.limit, lambda row: row.id)


@routes.get("/comments/{comment_id:uuid}", scope=PUBLIC, raises=(errors.CommentNotFound,))
async def get_comment(comment_id: PathCommentId, principal: Principal | None, db: Database) -> Comment:
    """A comment."""
    viewer = None if principal is None else principal.viewer
    async with db.read(viewer) as tx:
        found = await queries.comment.one_or_none(tx, comment_id, None if viewer is None else viewer.id)
    if found is None:
        raise errors.CommentNotFound
    return found


@routes.patch(
    "/comments/{comment_id:uuid}",
    scope=WRITE,
    raises=(errors.CommentNotFound, errors.NotYourComment, errors.CommentDeleted, errors.EmptyText),
)
async def patch_comment(comment_id: PathCommentId, data: CommentChange, tx: Write) -> Comment:
    """Edit a comment of yours.

    It is marked as edited.
    """
    return await actions.edit_comment(tx, comment_id, data.content)


@routes.delete(
    "/comments/{comment_id:uuid}",
    scope=WRITE,
    raises=(errors.CommentNotFound, errors.NotYourComment, errors.CommentDeleted),
    empty="What you wrote is deleted; answers to it stay.",
)
async def delete_comment(comment_id: PathCommentId, tx: Write) -> None:
    """Delete a comment of yours.

    Its answers stay, below an empty place.
    """
    await actions.delete_comment(tx, comment_id)


@routes.get("/me/comments", scope=READ, pages=Pages(_OWN))
async def list_own_comments(viewer: Viewer, tx: Read, asked: Asked[CommentId]) -> Page[Comment]:
    """Your comments, newest first."""
    rows = await queries.comments_for.many(tx, viewer.id, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)
