"""The viewer's preferences for notifications, and the quiet hours."""

from guildhall.core.notify.actions import preferences as actions
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.errors import BadQuietHours, UnknownType
from guildhall.core.notify.schemas.preferences import Preferences, PreferencesChange
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1/notifications/preferences")


@routes.get("/", scope=PEOPLE)
async def get_preferences(tx: Read, notice_center: NoticeCenter) -> Preferences:
    """Notification preferences.

    Every type of notification with its channels, defaults included, and the quiet hours.
    """
    return await actions.preferences_for(tx, notice_center.kinds)


@routes.put("/", scope=PEOPLE, raises=(BadQuietHours, UnknownType))
async def put_preferences(tx: Write, notice_center: NoticeCenter, data: PreferencesChange) -> Preferences:
    """Change notification preferences.

    Change preferences; a field that is left out stays, and `quiet_hours: null` ends the quiet hours.

    Returns all preferences.
    """
    return await actions.change_preferences(tx, notice_center.kinds, data)
