"""The game's own notifications to a character."""

from litestar import Response

from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText, Large
from guildhall.packs.eve.characters.reading import reading, told
from guildhall.packs.eve.game_notifications import queries
from guildhall.packs.eve.game_notifications.schemas.views import GameNotifications
from guildhall.web.route import Asked, Pages, Routes

routes = Routes("/api/v1/eve")
_TOLD = Cursor("eve_notifications", 1, tuple[Instant, Large])


@routes.get("/characters/{character_id:str}/notifications", scope=READ, pages=Pages(_TOLD, 50), raises=CHARACTER)
async def get_game_notifications(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[GameNotifications]:
    """Notifications of a character from the game.

    The game's own notifications, newest first. Ours are at /api/v1/notifications.
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "notifications") as at:
        rows = await queries.shown_notifications.many(at.tx, at.character.id, until, last, asked.rows)
    page = _TOLD.page(rows, asked.limit, lambda row: (row.sent_at, row.notification_id))
    return told(GameNotifications(page.items, at.as_of, at.age, page.next), at.age)
