"""The game's own notifications to a character."""

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.lists import Position, SectionList, read_list
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.game_notifications import queries
from guildhall.packs.eve.game_notifications.schemas.views import GameNotification, GameNotifications
from guildhall.web.route import Asked, Read, Routes

routes = Routes("/api/v1/eve")

_NOTIFICATIONS: SectionList[GameNotification, GameNotifications] = SectionList(
    "notifications",
    "eve_notifications",
    lambda row: (row.sent_at, row.notification_id),
    lambda rows, at, next: GameNotifications(rows, at.as_of, at.age, next),
)


@routes.get("/characters/{character_id:str}/notifications", scope=READ, pages=_NOTIFICATIONS.pages, raises=CHARACTER)
async def get_game_notifications(
    character_id: CharacterText, tx: Read, asked: Asked[Position]
) -> Response[GameNotifications]:
    """Notifications of a character from the game.

    The game's own notifications, newest first. Ours are at /api/v1/notifications.
    """
    return await read_list(_NOTIFICATIONS, tx, character_id, asked, queries.shown_notifications.many)


WEB = WebPart(routes=routes)
