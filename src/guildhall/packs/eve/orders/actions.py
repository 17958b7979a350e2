"""Market orders: open ones, the ends of the others as far as the history says, and their notifications."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import structs

from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.characters.schemas import CharacterRow
from guildhall.packs.eve.orders import queries
from guildhall.packs.eve.orders.rules import order_line, outcome, rest_line, worth_telling
from guildhall.packs.eve.orders.schemas.stored import GivenOrder, OrderChange, OrderRow
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.sections.pages import further_pages
from guildhall.packs.eve.universe.actions.names import names_of
from guildhall.packs.eve.upstream import routes

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
        before = {row.order_id: row for row in await queries.orders.many(tx, me.id, list(given))}
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
        before = {row.order_id: row for row in await queries.orders.many(tx, me.id, list(given))}
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


async def on_orders(
    tx: Transaction, character: CharacterRow, before: Sequence[OrderRow], after: Sequence[OrderRow]
) -> None:
    """Notify of orders whose end is known now. One that has merely vanished is `unknown` and causes no notification.

    One that was never seen open was issued and ended between two syncs: its end is news all the same.
    """
    was = {order.order_id: order.state for order in before}
    ended = [
        order
        for order in after
        if worth_telling(order.duration, order.state) and was.get(order.order_id, "open") in ("open", "unknown")
    ]
    if not ended:
        return
    names = await names_of(tx, [one for order in ended for one in (order.location_id, order.type_id)])
    notices: list[Notice] = []
    for order in ended:
        name = names.get(order.type_id) or f"Type {order.type_id}"
        place = names.get(order.location_id)
        filled = order.state == "filled"
        kind = "market_order_filled" if filled else "market_order_expired"
        notices.append(
            Notice(
                user_id=character.user_id,
                type=kind,
                title=f"{character.character_name}: order {'filled' if filled else 'expired'}",
                body=order_line(order.is_buy_order, order.volume_total, name, order.price, place, order.is_corporation)
                if filled
                else rest_line(order.is_buy_order, order.volume_remain, order.volume_total, name, order.price, place),
                occurrence_key=f"{kind}:{character.id}:{order.order_id}:{order.issued:%Y-%m-%dT%H:%M:%SZ}",
                # When it was filled ESI does not tell: when we saw it gone, or learned of it.
                happened_at=order.ended_at or tx.now,
                character_id=character.character_id,
                data={
                    "order_id": order.order_id,
                    "type_id": order.type_id,
                    "volume_total": order.volume_total,
                    "volume_remain": order.volume_remain,
                    "is_buy_order": order.is_buy_order,
                    "is_corporation": order.is_corporation,
                },
            )
        )
    await notify(tx, notices)
