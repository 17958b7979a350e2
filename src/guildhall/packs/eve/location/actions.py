"""The location of a character: system, dock, ship, and whether online."""

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.location import queries
from guildhall.packs.eve.location.schemas.stored import GivenLocation, GivenOnline, GivenShip, Location
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.upstream import routes

_LOCATION = Rows(GivenLocation)
_SHIP = Rows(GivenShip)
_ONLINE = Rows(GivenOnline)


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
        before = await queries.location.one_or_none(tx, me.id)
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
