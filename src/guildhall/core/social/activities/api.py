"""The feed, and what a person did."""

from uuid import UUID

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.activities.actions import LAST, read_feed
from guildhall.core.social.activities.declaration import Activities
from guildhall.core.social.activities.queries import activities_of
from guildhall.core.social.activities.schemas import FeedEntry
from guildhall.core.social.ids import ActivityId
from guildhall.core.social.parameters import READ, PathHandle
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import card_of_handle
from guildhall.core.social.profiles.rules import handle_key
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1")

_FEED = Cursor("feed", 1, tuple[ActivityId])
_ACTIVITIES = Cursor("activities", 1, tuple[ActivityId])


@routes.get("/me/feed", scope=READ, pages=Pages(_FEED))
async def list_feed(
    tx: Read, activities: Activities, settings: SocialSettings, asked: Asked[tuple[ActivityId]]
) -> Page[FeedEntry]:
    """Your feed.

    What the people whom you follow did in all games, the latest first.
    """
    before = None if asked.after is None else asked.after[0]
    rows = await read_feed(tx, activities, before, asked.rows, settings.follows_most)
    return _FEED.page([row.shown() for row in rows], asked.limit, lambda one: (one.id,))


@routes.get("/profiles/{handle:str}/activities", scope=PUBLIC, pages=Pages(_ACTIVITIES), raises=(ProfileNotFound,))
async def list_activities(
    handle: PathHandle,
    visitor: Principal | None,
    db: Database,
    activities: Activities,
    asked: Asked[tuple[ActivityId]],
) -> Page[FeedEntry]:
    """Activities of a person.

    The latest first. Followers also see what is for them alone.
    """
    viewer = None if visitor is None else visitor.viewer
    before: UUID = LAST if asked.after is None else asked.after[0]
    async with db.read(viewer) as tx:
        card = await card_of_handle.one_or_none(tx, handle_key(handle))
        if card is None:
            raise ProfileNotFound
        rows = await activities_of.many(
            tx, card.user_id, None if viewer is None else viewer.id, list(activities.names), before, asked.rows
        )
    return _ACTIVITIES.page([row.shown() for row in rows], asked.limit, lambda one: (one.id,))


WEB = WebPart(routes=routes)
