"""A pilot's planetary colonies, whose data change only when the colony is changed in the client."""

from dataclasses import dataclass
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import PLANETS, Planet
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.sandbox.clock import DAY, HOUR, MINUTE
from guildhall.sandbox.dice import Dice

_RAW = (2268, 2267, 2272, 2306)
_CYCLE = 1800


@dataclass
class Extractor:
    """An extractor; installed and expiring at unix seconds."""

    pin_id: int
    product: int
    installed: float
    expires: float
    quantity: int
    heads: int


@dataclass
class Colony:
    """A colony with its extractors, a factory and a launchpad."""

    planet: Planet
    level: int
    changed: float
    extractors: list[Extractor]

    def restart(self, now: float, seconds: float) -> None:
        """Run all extractors anew, for so many seconds."""
        self.changed = now
        for extractor in self.extractors:
            extractor.installed, extractor.expires = now, now + seconds


def make_colonies(dice: Dice, index: int, epoch: int) -> list[Colony]:
    """One to four colonies: the first pilot's end before, minutes, hours and days after the epoch."""
    draw = dice.roll(kinds.COLONIES, index)
    planets = tuple(PLANETS.values())
    count = len(planets) if index == 0 else 1 + draw[0] % len(planets)
    made = []
    for place in range(count):
        one = dice.roll(kinds.COLONIES, index, place + 1)
        ends = epoch + (25 * MINUTE, -3 * HOUR, 7 * HOUR, 2 * DAY)[place] + one[0] % (10 * MINUTE)
        installed = ends - 3 * DAY
        first = 1_046_000_000_000 + index * 1000 + place * 50
        extractors = [
            Extractor(
                first + 10 + number,
                _RAW[(place + number) % 4],
                installed,
                ends + number * HOUR,
                4000 + one[1] % 4000,
                3,
            )
            for number in range(1 + one[2] % 2)
        ]
        made.append(Colony(planets[place], 1 + one[3] % 5, float(installed), extractors))
    return made


def planets_answer(colonies: list[Colony], owner: int) -> list[dict[str, Any]]:
    """GET /planets."""
    return [
        {
            "last_update": iso(colony.changed),
            "num_pins": len(colony.extractors) + 3,
            "owner_id": owner,
            "planet_id": colony.planet.id,
            "planet_type": colony.planet.kind,
            "solar_system_id": colony.planet.system_id,
            "upgrade_level": colony.level,
        }
        for colony in colonies
    ]


def layout_answer(colony: Colony) -> dict[str, Any]:
    """GET /planets/{planet_id}; cycle times of factories stay as they were at the last change."""
    base = colony.extractors[0].pin_id - 10
    command, factory, pad = base, base + 1, base + 2
    changed = iso(colony.changed)
    pins: list[dict[str, Any]] = [
        {"contents": [], "latitude": 1.20, "longitude": 4.30, "pin_id": command, "type_id": 2524},
        {
            "contents": [{"amount": 40, "type_id": 2393}, {"amount": 20, "type_id": 3779}],
            "factory_details": {"schematic_id": 121},
            "last_cycle_start": changed,
            "latitude": 1.2221453189849854,
            "longitude": 4.3847527503967285,
            "pin_id": factory,
            "schematic_id": 121,
            "type_id": 2473,
        },
        {
            "contents": [{"amount": 12_760, "type_id": 3683}],
            "last_cycle_start": changed,
            "latitude": 1.00142656507,
            "longitude": 4.98512897307,
            "pin_id": pad,
            "type_id": 2544,
        },
    ]
    pins.extend(_extractor_pin(extractor) for extractor in colony.extractors)
    links = [
        {"destination_pin_id": factory, "link_level": 0, "source_pin_id": pad},
        {"destination_pin_id": pad, "link_level": 0, "source_pin_id": command},
    ]
    routes = [
        {
            "content_type_id": extractor.product,
            "destination_pin_id": factory,
            "quantity": 3000.0,
            "route_id": 900_000 + number,
            "source_pin_id": extractor.pin_id,
            "waypoints": [pad],
        }
        for number, extractor in enumerate(colony.extractors)
    ]
    links.extend(
        {"destination_pin_id": pad, "link_level": 1, "source_pin_id": extractor.pin_id}
        for extractor in colony.extractors
    )
    return {"links": links, "pins": pins, "routes": routes}


def _extractor_pin(extractor: Extractor) -> dict[str, Any]:
    return {
        "contents": [],
        "expiry_time": iso(extractor.expires),
        "extractor_details": {
            "cycle_time": _CYCLE,
            "head_radius": 0.05000000074505806,
            "heads": [
                {"head_id": head, "latitude": 1.0986779928207397 + head / 100, "longitude": 1.4244794845581055}
                for head in range(extractor.heads)
            ],
            "product_type_id": extractor.product,
            "qty_per_cycle": extractor.quantity,
        },
        "install_time": iso(extractor.installed),
        "last_cycle_start": iso(extractor.installed),
        "latitude": 0.9115607738494873,
        "longitude": 1.1501415967941284,
        "pin_id": extractor.pin_id,
        "type_id": 3060,
    }
