"""Market orders: open ones, and the ends of the others as far as the history says."""

from datetime import timedelta

from msgspec import structs

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.actions.asking import Asking, Change, Fetched
from guildhall.packs.eve.actions.pages import further_pages
from guildhall.packs.eve.queries import rows, stored
from guildhall.packs.eve.rules import routes
from guildhall.packs.eve.rules.orders import outcome
from guildhall.packs.eve.schemas.orders import GivenOrder, OrderChange, OrderRow

_ORDERS = Rows(list[GivenOrder])
_ENDED = ("filled", "expired", "cancelled")


async def fetch_orders(asking: Asking) -> Fetched:
    """Fetch the open orders. The change holds lists of OrderRow: the touched ones, before and after.

    One that has vanished is 'unknown': an empty answer has been seen where nothing was filled, so only the history
    tells its end. One that had ended by the history is not opened again by an older list.
    """
    me = asking.standing
    answer = await asking.get_if_changed(routes.ORDERS, f"/characters/{me.character_id}/orders")
    if asking.same(answer):
        return asking.unchanged(answer)
    given = {order.order_id: order for order in asking.decode(routes.ORDERS, answer, _ORDERS)}
    seen_before = asking.known.synced_at

    async def store(tx: Transaction) -> Change:
        before = {row.order_id: row for row in await stored.orders.many(tx, me.id, list(given))}
        after = [
            _row(order, "open", asking, before.get(order_id))
            for order_id, order in given.items()
            if (old := before.get(order_id)) is None or old.state not in _ENDED
        ]
        after += [
            structs.replace(row, state="unknown", last_seen_at=seen_before or row.last_seen_at)
            for row in before.values()
            if row.state == "open" and row.order_id not in given and not asking.odd
        ]
        return await _save(tx, asking, before, after)

    return asking.changed(answer, store)


async def fetch_history(asking: Asking) -> Fetched:
    """The orders of 90 days that have ended. The change is as for the open ones."""
    me = asking.standing
    target = f"/characters/{me.character_id}/orders/history"
    answer = await asking.get_if_changed(routes.ORDER_HISTORY, target)
    if asking.same(answer) and answer.pages == 1:
        return asking.unchanged(answer)
    if answer.body is None:  # the pages are of one making: the first says it for all
        return asking.unchanged(answer)
    pages = min(answer.pages, asking.settings.most_pages)
    answers = [answer, *await further_pages(asking, routes.ORDER_HISTORY, target, answer, pages)]
    given = {order.order_id: order for one in answers for order in asking.decode(routes.ORDER_HISTORY, one, _ORDERS)}

    async def store(tx: Transaction) -> Change:
        before = {row.order_id: row for row in await stored.orders.many(tx, me.id, list(given))}
        after = [
            _row(order, outcome(order.state, order.volume_remain), asking, before.get(order_id))
            for order_id, order in given.items()
        ]
        return await _save(tx, asking, before, after)

    return asking.changed(answer, store)


def _row(order: GivenOrder, state: str, asking: Asking, old: OrderRow | None) -> OrderRow:
    """An order as it is stored. The end of an expired one follows from its issue; of others it is when we knew."""
    now = asking.as_of or asking.esi.clock.now()
    ended_at = None
    if state in _ENDED:
        expiry = order.issued + timedelta(days=order.duration)
        ended_at = expiry if state == "expired" and expiry <= now else now
        if old is not None and old.ended_at is not None:
            ended_at = old.ended_at
    return OrderRow(
        order.order_id, state, order.type_id, order.region_id, order.location_id, order.is_buy_order,
        order.is_corporation, order.price, order.volume_total, order.volume_remain, order.min_volume, order.escrow,
        order.range, order.duration, order.issued,
        now if old is None else old.first_seen_at,
        now if old is None else old.last_seen_at,
        ended_at,
    )  # fmt: skip


async def _save(tx: Transaction, asking: Asking, before: dict[int, OrderRow], after: list[OrderRow]) -> Change:
    """Store the rows that differ, and each change of price, rest or state."""
    me = asking.standing
    touched = [row for row in after if row != before.get(row.order_id)]
    changes = [
        OrderChange(row.order_id, asking.as_of or tx.now, row.price, row.volume_remain, row.state)
        for row in touched
        if (old := before.get(row.order_id)) is None
        or (old.price, old.volume_remain, old.state) != (row.price, row.volume_remain, row.state)
    ]
    if touched:
        await rows.save["market_orders"].run(tx, me.id, me.user_id, rows.encoded(touched))
    if changes:
        await rows.add["market_order_changes"].run(tx, me.id, me.user_id, rows.encoded(changes))
    return Change([before[row.order_id] for row in touched if row.order_id in before], touched)
