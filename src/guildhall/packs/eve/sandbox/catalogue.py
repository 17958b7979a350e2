"""The things of New Eden that the sandbox knows: types, systems, planets, stations, structures, corporations."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from guildhall.packs.eve.sandbox.recordings import recorded


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill: `rank` multiplies its points, the attributes say how fast it trains."""

    id: int
    name: str
    rank: int
    primary: str
    secondary: str


@dataclass(frozen=True, slots=True)
class Thing:
    """An inventory type; volume in m³."""

    id: int
    name: str
    group_id: int
    volume: float = 1.0
    price: float = 1000.0
    market_group_id: int | None = None


@dataclass(frozen=True, slots=True)
class System:
    """A solar system with its planets' and stations' ids."""

    id: int
    name: str
    constellation_id: int
    region_id: int
    security: float
    position: tuple[float, float, float]
    planets: tuple[int, ...] = ()
    stations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Planet:
    """A planet; `kind` is the word of planetary industry."""

    id: int
    name: str
    system_id: int
    type_id: int
    kind: str
    position: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Structure:
    """A player's structure; `open_to` is the remainder of pilot indices by 2 that may dock, None for nobody."""

    id: int
    name: str
    owner_id: int
    system_id: int
    type_id: int
    open_to: frozenset[int]


SKILLS = (
    Skill(3300, "Gunnery", 1, "perception", "willpower"),
    Skill(3302, "Small Projectile Turret", 1, "perception", "willpower"),
    Skill(3318, "Weapon Upgrades", 2, "perception", "willpower"),
    Skill(3327, "Spaceship Command", 1, "perception", "willpower"),
    Skill(3328, "Gallente Frigate", 2, "perception", "willpower"),
    Skill(3335, "Amarr Cruiser", 5, "perception", "willpower"),
    Skill(3380, "Industry", 1, "memory", "intelligence"),
    Skill(3386, "Mining", 1, "memory", "intelligence"),
    Skill(3394, "Hull Upgrades", 2, "intelligence", "memory"),
    Skill(3402, "Science", 1, "intelligence", "memory"),
    Skill(3413, "Power Grid Management", 1, "intelligence", "memory"),
    Skill(3416, "Shield Operation", 1, "intelligence", "memory"),
    Skill(3425, "Shield Upgrades", 2, "intelligence", "memory"),
    Skill(3435, "Propulsion Jamming", 3, "intelligence", "memory"),
    Skill(3436, "Drones", 1, "memory", "perception"),
    Skill(3443, "Trade", 1, "charisma", "memory"),
    Skill(3446, "Broker Relations", 2, "willpower", "charisma"),
    Skill(3449, "Navigation", 1, "intelligence", "perception"),
    Skill(3454, "High Speed Maneuvering", 5, "intelligence", "perception"),
    Skill(2495, "Interplanetary Consolidation", 4, "charisma", "intelligence"),
    Skill(2505, "Command Center Upgrades", 4, "charisma", "intelligence"),
    Skill(11084, "Small Autocannon Specialization", 3, "perception", "willpower"),
    Skill(12484, "Amarr Drone Specialization", 5, "memory", "perception"),
    Skill(24241, "Light Drone Operation", 1, "memory", "perception"),
    Skill(24311, "Amarr Carrier", 14, "perception", "willpower"),
    Skill(30651, "Caldari Strategic Cruiser", 5, "perception", "willpower"),
)

_GOODS = (
    Thing(34, "Tritanium", 18, 0.01, 4.8, 1857),
    Thing(35, "Pyerite", 18, 0.01, 14.0, 1857),
    Thing(36, "Mexallon", 18, 0.01, 61.0, 1857),
    Thing(37, "Isogen", 18, 0.01, 110.0, 1857),
    Thing(38, "Nocxium", 18, 0.01, 780.0, 1857),
    Thing(39, "Zydrine", 18, 0.01, 1350.0, 1857),
    Thing(40, "Megacyte", 18, 0.01, 3200.0, 1857),
    Thing(44992, "PLEX", 1875, 0.01, 5_400_000.0, 1923),
    Thing(40520, "Large Skill Injector", 1739, 0.01, 890_000_000.0, 2459),
    Thing(587, "Rifter", 25, 27_289.0, 610_000.0, 64),
    Thing(603, "Merlin", 25, 16_500.0, 560_000.0, 61),
    Thing(621, "Caracal", 26, 92_000.0, 13_800_000.0, 75),
    Thing(29984, "Tengu", 963, 92_000.0, 196_000_000.0, 1140),
    Thing(24690, "Hyperion", 27, 495_000.0, 238_000_000.0, 78),
    Thing(670, "Capsule", 29, 500.0, 1.0),
    Thing(2604, "Hammerhead II Blueprint", 176, 0.01, 2_100_000.0),
    Thing(2606, "Mjolnir Fury Light Missile", 654, 0.015, 490.0, 927),
    Thing(2185, "Hammerhead II", 100, 10.0, 1_180_000.0, 838),
    Thing(691, "Rifter Blueprint", 105, 0.01, 2_850_000.0, 264),
    Thing(984, "Merlin Blueprint", 105, 0.01, 2_600_000.0, 261),
    Thing(10246, "Mining Drone I Blueprint", 176, 0.01, 90_000.0, 359),
    Thing(10244, "Mining Drone I", 101, 5.0, 9_800.0, 158),
    Thing(2268, "Aqueous Liquids", 1032, 0.005, 6.2, 1334),
    Thing(2267, "Base Metals", 1032, 0.005, 5.9, 1334),
    Thing(2272, "Heavy Metals", 1032, 0.005, 7.5, 1334),
    Thing(2306, "Non-CS Crystals", 1032, 0.005, 8.8, 1334),
    Thing(2309, "Ionic Solutions", 1032, 0.005, 6.6, 1334),
    Thing(3645, "Water", 1042, 0.19, 640.0, 1333),
    Thing(2399, "Toxic Metals", 1042, 0.19, 880.0, 1333),
    Thing(2398, "Reactive Metals", 1042, 0.19, 920.0, 1333),
    Thing(2401, "Chiral Structures", 1042, 0.19, 790.0, 1333),
    Thing(2390, "Electrolytes", 1042, 0.19, 560.0, 1333),
    Thing(2393, "Bacteria", 1042, 0.19, 610.0, 1333),
    Thing(3779, "Biomass", 1042, 0.19, 580.0, 1333),
    Thing(2286, "Planktic Colonies", 1035, 0.005, 6.0, 1335),
    Thing(3683, "Oxygen", 1042, 0.19, 450.0, 1333),
    Thing(3060, "Barren Extractor Control Unit", 1063, 0.0, 45_000.0),
    Thing(2848, "Barren Extractor Control Unit (old)", 1063, 0.0, 45_000.0),
    Thing(2485, "Temperate Advanced Industry Facility", 1028, 0.0, 250_000.0),
    Thing(2473, "Barren Basic Industry Facility", 1028, 0.0, 75_000.0),
    Thing(2544, "Barren Launchpad", 1030, 0.0, 900_000.0),
    Thing(2524, "Barren Command Center", 1027, 1000.0, 85_000.0, 1322),
    Thing(2542, "Oceanic Launchpad", 1030, 0.0, 900_000.0),
    Thing(9899, "Ocular Filter - Basic", 300, 1.0, 8_400_000.0, 618),
    Thing(9941, "Memory Augmentation - Basic", 300, 1.0, 8_100_000.0, 619),
    Thing(9942, "Neural Boost - Basic", 300, 1.0, 8_300_000.0, 620),
    Thing(9943, "Cybernetic Subprocessor - Basic", 300, 1.0, 8_600_000.0, 621),
    Thing(35832, "Astrahus", 1657, 8000.0, 980_000_000.0, 2199),
    Thing(35835, "Athanor", 1406, 8000.0, 1_090_000_000.0, 2327),
    Thing(1383, "Character Minmatar", 1, 1.0, 0.0),
    Thing(11, "Planet (Temperate)", 7, 1.0, 0.0),
    Thing(2014, "Planet (Oceanic)", 7, 1.0, 0.0),
    Thing(2016, "Planet (Barren)", 7, 1.0, 0.0),
)
TRADED = tuple(thing for thing in _GOODS if thing.market_group_id is not None and thing.price > 1)
IMPLANTS = (9899, 9941, 9942, 9943)

REGIONS = {
    10000002: "The Forge",
    10000030: "Heimatar",
    10000064: "Essence",
}
CONSTELLATIONS = {20000020: "Kimotoro", 20000372: "Hed", 20000729: "Jeon"}
STATIONS = {
    60003760: ("Jita IV - Moon 4 - Caldari Navy Assembly Plant", 30000142),
    60003916: ("New Caldari III - Moon 1 - State Protectorate Logistic Support", 30000145),
    60004588: ("Amamake VI - Moon 2 - Expert Distribution Retail Center", 30002537),
}
PLANETS = {
    planet.id: planet
    for planet in (
        Planet(40161463, "Amamake I", 30002537, 2016, "barren", (7991095891.0, 1061587860.0, -56800004633.0)),
        Planet(40161464, "Amamake II", 30002537, 11, "temperate", (54986876136.0, 7304805367.0, -163545075399.0)),
        Planet(40161467, "Amamake III", 30002537, 2014, "oceanic", (241442101480.0, 32074700051.0, -114830095683.0)),
        Planet(40161469, "Amamake IV", 30002537, 2016, "barren", (-354916171751.0, -47149315229.0, -52085160187.0)),
    )
}
SYSTEMS = {
    system.id: system
    for system in (
        System(
            30000142,
            "Jita",
            20000020,
            10000002,
            0.9459131360054016,
            (-1.29064861735e17, 6.075530691e16, 1.1746922706e17),
            (),
            (60003760,),
        ),
        System(
            30000145,
            "New Caldari",
            20000020,
            10000002,
            1.0,
            (-1.3659130942033538e17, 6.860661811089107e16, 1.1448954225220634e17),
            (),
            (60003916,),
        ),
        System(
            30002537,
            "Amamake",
            20000372,
            10000030,
            0.43876123428344727,
            (-1.24292266288e17, 4.41943641937e16, 6.11039243359e15),
            tuple(PLANETS),
            (60004588,),
        ),
        System(
            30004984,
            "Abune",
            20000729,
            10000064,
            0.28563404083251953,
            (-2.1126590104115347e17, 5.580652849031512e16, 8.141639674703722e16),
        ),
    )
}
CORPORATIONS = {
    98100001: "Quiet Harbour Industries",
    98100002: "Ninth Meridian Surveys",
    98100003: "Lantern and Lathe",
    1000125: "CONCORD",
    1000035: "Caldari Navy",
    1000127: "Guristas",
    1000132: "Secure Commerce Commission",
}
PLAYER_CORPORATIONS = (98100001, 98100002, 98100003)
AGENTS = {3008416: "Antaken Kamola", 3012345: "Vilen Kassur", 3018681: "Oma Tryberg"}
SCHEMATICS = {81: ("Water-Cooled CPU", 3600), 121: ("Water", 1800), 126: ("Reactive Metals", 1800)}
STRUCTURES = {
    structure.id: structure
    for structure in (
        Structure(1038046192011, "Amamake - Low Tide", 98100001, 30002537, 35832, frozenset({0, 1})),
        Structure(1039362132152, "Abune - Second Shift", 98100003, 30004984, 35835, frozenset({0})),
        Structure(1042508032148, "Jita - Members Only", 98100002, 30000142, 35832, frozenset()),
    )
}
SKILL_BY_ID = {skill.id: skill for skill in SKILLS}


def region_of(location_id: int) -> int:
    """The region of a station or a structure."""
    station = STATIONS.get(location_id)
    system = station[1] if station is not None else STRUCTURES[location_id].system_id
    return SYSTEMS[system].region_id


@cache
def things(recordings: Path | None) -> dict[int, Thing]:
    """All types by id, the recorded ones too where their file exists."""
    found = {thing.id: thing for thing in _GOODS}
    found |= {skill.id: Thing(skill.id, skill.name, 255, 0.01, 100_000.0) for skill in SKILLS}
    body = recorded(recordings, "memberaudit/eveuniverse.json")
    if body is not None:
        rows: list[dict[str, Any]] = msgspec.json.decode(body)["EveType"]
        for row in rows:
            found.setdefault(
                row["id"],
                Thing(
                    row["id"], row["name"], row["eve_group_id"], row["volume"] or 0.0, 0.0, row["eve_market_group_id"]
                ),
            )
    return dict(sorted(found.items()))
