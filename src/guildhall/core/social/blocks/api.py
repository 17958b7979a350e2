"""The people whom somebody blocks."""

from guildhall.core.social.blocks import actions
from guildhall.core.social.blocks.errors import PersonNotFound, TooManyBlocks, ToYourself
from guildhall.core.social.blocks.queries import blocks_for
from guildhall.core.social.blocks.schemas import BlockedPerson
from guildhall.core.social.parameters import READ, WRITE, PathUserId
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.ids import UserId
from guildhall.pack import WebPart
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/me/blocks")

_BLOCKS = Cursor("blocks", 1, tuple[UserId])


@routes.get("/", scope=READ, pages=Pages(_BLOCKS))
async def list_blocks(viewer: Viewer, tx: Read, asked: Asked[tuple[UserId]]) -> Page[BlockedPerson]:
    """People you block.

    In the order of their ids. Nobody else sees this list.
    """
    at = asked.after
    rows = await blocks_for.many(tx, viewer.id, None if at is None else at[0], asked.rows)
    return _BLOCKS.page(rows, asked.limit, lambda row: (row.user_id,))


@routes.put(
    "/{user_id:uuid}",
    scope=WRITE,
    status=204,
    raises=(PersonNotFound, ToYourself, TooManyBlocks),
    empty="They are blocked.",
)
async def block(user_id: PathUserId, tx: Write, settings: SocialSettings) -> None:
    """Block somebody.

    They can neither follow the viewer nor reach them in any game: comments, messages and invitations are refused, and
    neither of the two is told of the other. Follows between the two end.
    """
    await actions.block(tx, user_id, settings.blocks_most)


@routes.delete("/{user_id:uuid}", scope=WRITE, raises=(PersonNotFound,), empty="They are not blocked.")
async def unblock(user_id: PathUserId, tx: Write) -> None:
    """Unblock somebody.

    Follows that the block ended do not come back.
    """
    await actions.unblock(tx, user_id)


WEB = WebPart(routes=routes)
