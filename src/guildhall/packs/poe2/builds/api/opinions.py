"""Likes and visits of builds."""

from typing import Any

from litestar import Request

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.instants import Instant
from guildhall.packs.poe2.builds import errors
from guildhall.packs.poe2.builds.actions.likes import like_build, take_like_back
from guildhall.packs.poe2.builds.actions.view_counter import ViewCounter
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE, PathBuild, PathShortId
from guildhall.packs.poe2.builds.queries import counts
from guildhall.packs.poe2.builds.rules.addresses import Named, is_short_id
from guildhall.packs.poe2.builds.schemas.builds import Liked, LikedBuild
from guildhall.packs.poe2.builds.views.builds import visible
from guildhall.packs.poe2.ids import BuildId, ShortId
from guildhall.web.limits import network_of
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_LIKES = Cursor("poe2.likes", 1, tuple[Instant, BuildId])


@routes.get("/builds/{build:str}/like", scope=READ, raises=NO_BUILD)
async def get_like(build: PathBuild, tx: Read) -> Liked:
    """Your like of a build."""
    found = await visible(tx, Named(build))
    return Liked(await counts.is_liked.one(tx, found.id, tx.viewer.id))


@routes.put("/builds/{build:str}/like", scope=WRITE, raises=(*NO_BUILD, errors.OwnBuild))
async def put_like(build: PathBuild, tx: Write) -> Liked:
    """Like a build.

    Each person likes a build once; the count follows within a minute.
    """
    await like_build(tx, await visible(tx, Named(build)))
    return Liked(True)


@routes.delete("/builds/{build:str}/like", scope=WRITE, status=200, raises=NO_BUILD)
async def delete_like(build: PathBuild, tx: Write) -> Liked:
    """Take a like back."""
    await take_like_back(tx, await visible(tx, Named(build)))
    return Liked(False)


@routes.get("/me/likes", scope=READ, pages=Pages(_LIKES))
async def list_likes(viewer: Viewer, tx: Read, asked: Asked[tuple[Instant, BuildId]]) -> Page[LikedBuild]:
    """Builds that you like, the latest first."""
    at, last = asked.after or (None, None)
    rows = await counts.likes_of.many(tx, viewer.id, at, last, asked.rows)
    return _LIKES.page(rows, asked.limit, lambda row: (row.liked_at, row.build_id))


@routes.post(
    "/b/{short_id:str}/views", scope=PUBLIC, status=204, empty="The visit is noted; it counts if there is such a build."
)
async def post_view(
    short_id: PathShortId, request: Request[Any, Any, Any], principal: Principal | None, views: ViewCounter
) -> None:
    """Tell that somebody looks at a build.

    A page that shows a build sends this once. A visitor counts once a day: an account, or an address with a program.
    Nothing is kept of them but a hash whose key is thrown away after the day. The answer is always the same.
    """
    if is_short_id(short_id):
        host = request.client.host if request.client is not None else ""
        agent = request.headers.get("user-agent", "")[:300]
        viewer = None if principal is None else principal.viewer.id
        await views.visit(ShortId(short_id), viewer, network_of(host), agent)
