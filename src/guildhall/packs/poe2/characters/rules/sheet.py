"""A character as it is shown and remembered."""

from msgspec import Struct

from guildhall.packs.poe2.characters.rules.given import GivenLine, GivenSheet
from guildhall.packs.poe2.characters.rules.hashes import items_hash, passives_hash
from guildhall.packs.poe2.characters.rules.items import WornItem, read_items
from guildhall.packs.poe2.characters.rules.passives import Passives, read_passives
from guildhall.packs.poe2.codes.rules.classes import read_class
from guildhall.packs.poe2.ggg.rules.leagues import is_private

REALM = "poe2"


class Stats(Struct, frozen=True):
    """Counts of a snapshot, and the names by which builds are found: active skills, unique items and base types.

    `bases` is null in snapshots of a time in which they were not kept.
    """

    points: int
    set_points: dict[str, int]
    items: int
    jewels: int
    skills: list[str]
    uniques: list[str]
    bases: list[str] | None = None


class Line(Struct, frozen=True, rename={"class_name": "class"}):
    """A character as the game lists it. `private_league` is a league that its members alone know."""

    game_id: str
    name: str
    class_name: str
    ascendancy: str | None
    level: int
    experience: int
    league: str | None
    private_league: bool
    realm: str
    deleted: bool
    expired: bool


class Sheet(Struct, frozen=True):
    """A whole character, with the hashes of its content."""

    line: Line
    equipment: list[WornItem]
    skills: list[WornItem]
    passives: Passives
    stats: Stats
    equipment_hash: str
    skills_hash: str
    passive_tree_hash: str


def read_line(given: GivenLine) -> Line:
    """Read a line of the list."""
    called = read_class(given.called)
    return Line(
        given.id, given.name, called.class_name, called.ascendancy, given.level, given.experience, given.league,
        is_private(given.league), given.realm, given.deleted, given.expired,
    )  # fmt: skip


def read_sheet(given: GivenSheet) -> Sheet:
    """Read a whole character."""
    equipment, skills = read_items(given.equipment), read_items(given.skills)
    passives = read_passives(given.passives, given.jewels)
    worn = [*equipment, *passives.jewels]
    stats = Stats(
        points=len(passives.nodes),
        set_points={name: len(nodes) for name, nodes in passives.sets.items()},
        items=len(equipment),
        jewels=len(passives.jewels),
        skills=sorted({one.base for one in skills if one.base}),
        uniques=sorted({one.name for one in worn if one.rarity == "Unique" and one.name}),
        bases=sorted({one.base for one in worn if one.base}),
    )
    return Sheet(
        read_line(given), equipment, skills, passives, stats, items_hash(equipment), items_hash(skills),
        passives_hash(passives),
    )  # fmt: skip
