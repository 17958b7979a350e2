"""Market orders of a character."""

from litestar import Response

from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText, Large
from guildhall.packs.eve.characters.reading import reading, told
from guildhall.packs.eve.orders import queries
from guildhall.packs.eve.orders.schemas.views import Orders
from guildhall.web.route import Asked, Pages, Routes

routes = Routes("/api/v1/eve")
_OPEN = Cursor("eve_orders", 1, tuple[Instant, Large])
_ENDED = Cursor("eve_ended_orders", 1, tuple[Instant, Large])


@routes.get("/characters/{character_id:str}/orders", scope=READ, pages=Pages(_OPEN, 50), raises=CHARACTER)
async def get_orders(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[Orders]:
    """Open market orders of a character.

    Return the open orders, and those that have vanished before the history says why (`unknown`).
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "orders") as at:
        rows = await queries.shown_orders.many(at.tx, at.character.id, ["open", "unknown"], until, last, asked.rows)
    page = _OPEN.page(rows, asked.limit, lambda row: (row.issued, row.order_id))
    return told(Orders(page.items, at.as_of, at.age, page.next), at.age)


@routes.get("/characters/{character_id:str}/orders/history", scope=READ, pages=Pages(_ENDED, 50), raises=CHARACTER)
async def get_order_history(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[Orders]:
    """Market orders that have ended.

    Filled, expired and cancelled ones, last issued first.
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "order_history") as at:
        rows = await queries.shown_orders.many(
            at.tx, at.character.id, ["filled", "expired", "cancelled"], until, last, asked.rows
        )
    page = _ENDED.page(rows, asked.limit, lambda row: (row.issued, row.order_id))
    return told(Orders(page.items, at.as_of, at.age, page.next), at.age)
