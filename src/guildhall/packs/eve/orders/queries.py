"""Market orders of a character."""

from datetime import datetime

from guildhall.db.statements import rows
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.orders.schemas.stored import OrderRow
from guildhall.packs.eve.orders.schemas.views import Order


@rows(
    Order,
    """
    select o.order_id, o.state, o.type_id, t.name as type_name, o.region_id, o.location_id,
           coalesce(n.name, s.name) as location_name, o.is_buy_order, o.is_corporation, o.price, o.volume_total,
           o.volume_remain, o.min_volume, o.escrow, o.range, o.duration, o.issued, o.ended_at
    from eve.market_orders o
    left join eve.names t on t.id = o.type_id
    left join eve.names n on n.id = o.location_id
    left join eve.structures s on s.character = o.character and s.structure_id = o.location_id
    where o.character = :character and o.state = any(:states)
      and (:after_issued::timestamptz is null or (o.issued, o.order_id) < (:after_issued, :after_order))
    order by o.issued desc, o.order_id desc
    limit :limit
    """,
    hot=True,
)
def shown_orders(
    character: CharacterId, states: list[str], after_issued: datetime | None, after_order: int | None, limit: int
) -> None:
    """Structures are not public: their names are known by those who may dock there."""


@rows(
    OrderRow,
    """
    select order_id, state, type_id, region_id, location_id, is_buy_order, is_corporation, price, volume_total,
           volume_remain, min_volume, escrow, range, duration, issued, first_seen_at, last_seen_at, ended_at
    from eve.market_orders
    where character = :character and (state in ('open', 'unknown') or order_id = any(:orders::bigint[]))
    order by order_id
    """,
)
def orders(character: CharacterId, orders: list[int]) -> None:
    """The orders that an answer names, and those that it should name: everything that is not at its end."""
