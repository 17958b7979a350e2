"""Shapes of the game's answers about characters.

Items stay objects of any shape: two shapes of modifiers are in use, and a third would be no reason to lose a character.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

_Name = Annotated[str, Meta(min_length=1, max_length=255)]
_Level = Annotated[int, Meta(ge=1, le=100)]
_Experience = Annotated[int, Meta(ge=0, lt=2**62)]
Bag = dict[str, Any] | list[Any]
"""An object, which is an empty list where it has no fields."""


class GivenLine(Struct, frozen=True):
    """A character as the list has it."""

    id: Annotated[str, Meta(min_length=1, max_length=128)]
    name: _Name
    called: Annotated[str, Meta(min_length=1, max_length=50)] = field(name="class")
    level: _Level
    experience: _Experience = 0
    realm: Annotated[str, Meta(max_length=40)] = "poe2"
    league: Annotated[str, Meta(max_length=100)] | None = None
    deleted: bool = False
    expired: bool = False


class GivenList(Struct, frozen=True):
    """The list of an account's characters."""

    characters: list[GivenLine]


class GivenPassives(Struct, frozen=True):
    """The passive nodes of a character. Nodes of weapon sets are not among `hashes`."""

    hashes: list[int] = []
    specialisations: Bag = {}
    skill_overrides: Bag = {}
    jewel_data: Bag = {}
    quest_stats: list[str] = []


class GivenSheet(GivenLine, frozen=True):
    """A whole character."""

    equipment: list[dict[str, Any]] = []
    skills: list[dict[str, Any]] = []
    jewels: list[dict[str, Any]] = []
    passives: GivenPassives = GivenPassives()


class GivenCharacter(Struct, frozen=True):
    """The answer about one character."""

    character: GivenSheet
