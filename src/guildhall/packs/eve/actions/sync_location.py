"""A pilot's location, and their notifications in the game."""

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.actions.asking import Asking, Change, Fetched
from guildhall.packs.eve.queries import rows, stored
from guildhall.packs.eve.rules import routes
from guildhall.packs.eve.schemas.location import (
    GameNotification,
    GivenLocation,
    GivenNotification,
    GivenOnline,
    GivenShip,
    Location,
)

_LOCATION = Rows(GivenLocation)
_SHIP = Rows(GivenShip)
_ONLINE = Rows(GivenOnline)
_NOTIFICATIONS = Rows(list[GivenNotification])


async def fetch_location(asking: Asking) -> Fetched:
    """Place, ship, and whether online."""
    me = asking.standing
    base = f"/characters/{me.character_id}"
    place_answer = await asking.get_if_changed(routes.LOCATION, f"{base}/location")
    ship_answer = await asking.get_if_changed(routes.SHIP, f"{base}/ship", 1)
    online_answer = await asking.get_if_changed(routes.ONLINE, f"{base}/online", 2)
    if place_answer.body is None and ship_answer.body is None and online_answer.body is None:
        return asking.unchanged(place_answer)
    place = None if place_answer.body is None else asking.decode(routes.LOCATION, place_answer, _LOCATION)
    ship = None if ship_answer.body is None else asking.decode(routes.SHIP, ship_answer, _SHIP)
    online = None if online_answer.body is None else asking.decode(routes.ONLINE, online_answer, _ONLINE)

    async def store(tx: Transaction) -> Change:
        before = await stored.location.one_or_none(tx, me.id)
        place_of = place or before
        ship_of = ship or before
        online_of = online or before
        after = Location(
            place_of.solar_system_id if place_of else None,
            place_of.station_id if place_of else None,
            place_of.structure_id if place_of else None,
            ship_of.ship_item_id if ship_of else None,
            ship_of.ship_type_id if ship_of else None,
            ship_of.ship_name if ship_of else None,
            online_of.online if online_of else None,
            online_of.last_login if online_of else None,
            online_of.last_logout if online_of else None,
            online_of.logins if online_of else None,
            asking.as_of or tx.now,
        )
        await rows.save["locations"].run(tx, me.id, me.user_id, rows.encoded([after]))
        return Change()

    return asking.changed(None, store)


async def fetch_notifications(asking: Asking) -> Fetched:
    """Fetch the pilot's notifications. The change holds the new ones."""
    me = asking.standing
    answer = await asking.get_if_changed(routes.NOTIFICATIONS, f"/characters/{me.character_id}/notifications")
    if asking.same(answer):
        return asking.unchanged(answer)
    given = [
        GameNotification(
            one.notification_id, one.type, one.sender_id, one.sender_type, one.timestamp, one.text or "",
            one.is_read or False,
        )
        for one in asking.decode(routes.NOTIFICATIONS, answer, _NOTIFICATIONS)
    ]  # fmt: skip
    given = list({one.notification_id: one for one in given}.values())

    async def store(tx: Transaction) -> Change:
        already = set(await stored.known_notifications.many(tx, me.id, [one.notification_id for one in given]))
        await rows.save["character_notifications"].run(tx, me.id, me.user_id, rows.encoded(given))
        return Change(after=[one for one in given if one.notification_id not in already])

    return asking.changed(answer, store)
