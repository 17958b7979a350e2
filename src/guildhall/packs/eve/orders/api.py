"""Market orders of a character."""

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.lists import Position, Rows, SectionList, read_list
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.orders import queries
from guildhall.packs.eve.orders.schemas.views import Order, Orders
from guildhall.web.route import Asked, Read, Routes

routes = Routes("/api/v1/eve")

_OPEN: SectionList[Order, Orders] = SectionList(
    "orders",
    "eve_orders",
    lambda row: (row.issued, row.order_id),
    lambda rows, at, next: Orders(rows, at.as_of, at.age, next),
)
_ENDED: SectionList[Order, Orders] = SectionList(
    "order_history",
    "eve_ended_orders",
    lambda row: (row.issued, row.order_id),
    lambda rows, at, next: Orders(rows, at.as_of, at.age, next),
)


def _in_states(*states: str) -> Rows[Order]:
    return lambda tx, character, at, last, limit: queries.shown_orders.many(
        tx, character, list(states), at, last, limit
    )


@routes.get("/characters/{character_id:str}/orders", scope=READ, pages=_OPEN.pages, raises=CHARACTER)
async def get_orders(character_id: CharacterText, tx: Read, asked: Asked[Position]) -> Response[Orders]:
    """Open market orders of a character.

    Return the open orders, and those that have vanished before the history says why (`unknown`).
    """
    return await read_list(_OPEN, tx, character_id, asked, _in_states("open", "unknown"))


@routes.get("/characters/{character_id:str}/orders/history", scope=READ, pages=_ENDED.pages, raises=CHARACTER)
async def get_order_history(character_id: CharacterText, tx: Read, asked: Asked[Position]) -> Response[Orders]:
    """Market orders that have ended.

    Filled, expired and cancelled ones, last issued first.
    """
    return await read_list(_ENDED, tx, character_id, asked, _in_states("filled", "expired", "cancelled"))


WEB = WebPart(routes=routes)
