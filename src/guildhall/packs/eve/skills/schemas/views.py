"""Skills and attributes as their owner sees them."""

from datetime import datetime

from msgspec import Struct

from guildhall.packs.eve.skills.rules import Skill


class Totals(Struct, frozen=True):
    """A character's skill points."""

    total_sp: int
    unallocated_sp: int


class Skills(Struct, frozen=True):
    """All skills of a character, by id. `total_sp` is the game's own, as of its last word."""

    items: list[Skill]
    total_sp: int | None
    unallocated_sp: int | None
    as_of: datetime | None
    age: int | None


class AttributesRow(Struct, frozen=True):
    """A character's attributes and remaps."""

    charisma: int
    intelligence: int
    memory: int
    perception: int
    willpower: int
    bonus_remaps: int | None
    last_remap_date: datetime | None
    accrued_remap_cooldown_date: datetime | None


class Attributes(Struct, frozen=True):
    """Attributes; null before the first sync."""

    attributes: AttributesRow | None
    as_of: datetime | None
    age: int | None
