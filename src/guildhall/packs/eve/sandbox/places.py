"""A pilot's place and ship, and whether the client is open."""

from dataclasses import dataclass
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import STATIONS, STRUCTURES
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.sandbox.dice import Dice

_SHIPS = ((587, "Tin Kettle"), (603, "Quiet Word"), (621, "Second Breakfast"), (670, "Capsule"))


@dataclass
class Place:
    """A pilot's place; undocked without station and structure. Times in unix seconds."""

    system_id: int
    station_id: int | None
    structure_id: int | None
    ship: int
    ship_name: str
    item_id: int
    online: bool
    last_login: float
    last_logout: float
    logins: int


def make_place(dice: Dice, index: int, last_login: float) -> Place:
    """Docked in a station, in a structure, or in space."""
    draw = dice.roll(kinds.PLACE, index)
    station = structure = None
    if draw[0] % 3 == 0:
        station = tuple(STATIONS)[draw[1] % len(STATIONS)]
        system = STATIONS[station][1]
    elif draw[0] % 3 == 1:
        structure = 1038046192011
        system = STRUCTURES[structure].system_id
    else:
        system = 30002537
    ship, name = _SHIPS[draw[2] % len(_SHIPS)]
    item = 1_030_000_000_000 + index * 17
    return Place(
        system, station, structure, ship, name, item, False, last_login, last_login + 2400, 120 + draw[3] % 900
    )


def location_answer(place: Place) -> dict[str, Any]:
    """GET /location."""
    row: dict[str, Any] = {"solar_system_id": place.system_id}
    if place.station_id is not None:
        row["station_id"] = place.station_id
    if place.structure_id is not None:
        row["structure_id"] = place.structure_id
    return row


def ship_answer(place: Place) -> dict[str, Any]:
    """GET /ship."""
    return {"ship_item_id": place.item_id, "ship_name": place.ship_name, "ship_type_id": place.ship}


def online_answer(place: Place) -> dict[str, Any]:
    """GET /online."""
    return {
        "last_login": iso(place.last_login),
        "last_logout": iso(place.last_logout),
        "logins": place.logins,
        "online": place.online,
    }
