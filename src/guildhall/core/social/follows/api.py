"""Follows over HTTP: the viewer's own, and the lists of everybody."""

from datetime import datetime

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.blocks.errors import Blocked, BlockedByYou, ToYourself
from guildhall.core.social.follows import actions
from guildhall.core.social.follows.errors import FollowsHidden, TooManyFollows
from guildhall.core.social.follows.queries import followers_of, following_of
from guildhall.core.social.follows.schemas import Follow, FollowRow
from guildhall.core.social.parameters import READ, WRITE, PathHandle, PathUserId
from guildhall.core.social.profiles.errors import NoProfile, ProfileNotFound
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.instants import Instant
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

Place = tuple[Instant, UserId]
_FOLLOWERS = Cursor("followers", 1, tuple[Instant, UserId])
_FOLLOWING = Cursor("following", 1, tuple[Instant, UserId])


def _place(asked: Asked[Place]) -> tuple[datetime | None, UserId | None]:
    return (None, None) if asked.after is None else asked.after


def _page(cursor: Cursor[Place], rows: list[FollowRow], limit: int) -> Page[Follow]:
    return cursor.page([row.shown() for row in rows], limit, lambda one: (one.since, one.person.user_id))


@routes.get("/me/following", scope=READ, pages=Pages(_FOLLOWING, 50))
async def list_my_following(viewer: Viewer, tx: Read, asked: Asked[Place]) -> Page[Follow]:
    """People you follow.

    Those whom you followed last come first.
    """
    rows = await following_of.many(tx, viewer.id, viewer.id, *_place(asked), asked.rows)
    return _page(_FOLLOWING, rows, asked.limit)


@routes.get("/me/followers", scope=READ, pages=Pages(_FOLLOWERS, 50))
async def list_my_followers(viewer: Viewer, tx: Read, asked: Asked[Place]) -> Page[Follow]:
    """People who follow you.

    The newest come first.
    """
    rows = await followers_of.many(tx, viewer.id, viewer.id, *_place(asked), asked.rows)
    return _page(_FOLLOWERS, rows, asked.limit)


@routes.put(
    "/me/following/{user_id:uuid}",
    scope=WRITE,
    status=204,
    raises=(ToYourself, NoProfile, ProfileNotFound, Blocked, BlockedByYou, TooManyFollows),
    empty="They are followed.",
)
async def follow(user_id: PathUserId, tx: Write, settings: SocialSettings) -> None:
    """Follow somebody.

    What they do is in the viewer's feed from now on. Both have a profile.
    """
    await actions.follow(tx, user_id, settings)


@routes.delete("/me/following/{user_id:uuid}", scope=WRITE, raises=(ProfileNotFound,), empty="They are not followed.")
async def unfollow(user_id: PathUserId, tx: Write) -> None:
    """Follow somebody no longer.

    What they do is not in the viewer's feed any more, and neither is what they did.
    """
    await actions.unfollow(tx, user_id)


@routes.delete("/me/followers/{user_id:uuid}", scope=WRITE, raises=(ProfileNotFound,), empty="They do not follow you.")
async def remove_follower(user_id: PathUserId, tx: Write) -> None:
    """Remove a follower.

    They are not told, and may follow again; a block prevents that.
    """
    await actions.remove_follower(tx, user_id)


@routes.get(
    "/profiles/{handle:str}/followers",
    scope=PUBLIC,
    pages=Pages(_FOLLOWERS, 50),
    raises=(ProfileNotFound, FollowsHidden),
)
async def list_followers(
    handle: PathHandle, visitor: Principal | None, db: Database, asked: Asked[Place]
) -> Page[Follow]:
    """Followers of a person.

    The newest come first. Somebody who is signed in does not see people with whom a block stands between.
    """
    viewer = None if visitor is None else visitor.viewer
    seen_by = None if viewer is None else viewer.id
    async with db.read(viewer) as tx:
        owner = await actions.owner_of_list(tx, handle, seen_by)
        rows = await followers_of.many(tx, owner.user_id, seen_by, *_place(asked), asked.rows)
    return _page(_FOLLOWERS, rows, asked.limit)


@routes.get(
    "/profiles/{handle:str}/following",
    scope=PUBLIC,
    pages=Pages(_FOLLOWING, 50),
    raises=(ProfileNotFound, FollowsHidden),
)
async def list_following(
    handle: PathHandle, visitor: Principal | None, db: Database, asked: Asked[Place]
) -> Page[Follow]:
    """People whom a person follows.

    Those who were followed last come first. Somebody who is signed in does not see people with whom a block stands
    between.
    """
    viewer = None if visitor is None else visitor.viewer
    seen_by = None if viewer is None else viewer.id
    async with db.read(viewer) as tx:
        owner = await actions.owner_of_list(tx, handle, seen_by)
        rows = await following_of.many(tx, owner.user_id, seen_by, *_place(asked), asked.rows)
    return _page(_FOLLOWING, rows, asked.limit)
