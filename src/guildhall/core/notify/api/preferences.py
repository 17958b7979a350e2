"""The viewer's preferences for notifications, and the quiet hours."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from guildhall.core.notify.actions import preferences as actions
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.schemas import Preferences, PreferencesChange
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below


@get("/", summary="Notification preferences", responses=documented(401))
async def get_preferences(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], notice_center: NamedDependency[NoticeCenter]
) -> Preferences:
    """Every type of notification with its channels, defaults included, and the quiet hours."""
    async with db.read(viewer) as tx:
        return await actions.preferences_for(tx, viewer, notice_center.kinds)


@put("/", summary="Change notification preferences", responses=documented(400, 401, 413))
async def put_preferences(
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    notice_center: NamedDependency[NoticeCenter],
    data: JSONBody[PreferencesChange],
) -> Preferences:
    """Change preferences; a field that is left out stays, and `quiet_hours: null` ends the quiet hours.

    Returns all preferences.
    """
    async with db.write(viewer) as tx:
        return await actions.change_preferences(tx, viewer, notice_center.kinds, data)


routes = below(
    "/api/v1/notifications/preferences",
    [get_preferences, put_preferences],
)
