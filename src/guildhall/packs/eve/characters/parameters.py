"""Parameters of routes that name a character or an id of the game."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

from guildhall.packs.eve.characters import rules
from guildhall.packs.eve.characters.errors import BadCharacterId, BadId, CharacterNotFound

READ = "eve:read"
"""The scope of API tokens that read."""
WRITE = "eve:write"
"""The scope of API tokens that change or remove."""
CHARACTER = (BadCharacterId, CharacterNotFound)
"""The errors of a path that names a character: no id, or no character of the viewer."""
CharacterText = Annotated[
    str,
    PathParameter(
        description="The game's id of one of your characters", examples=[Example(value="2112000042")], max_length=40
    ),
]


# What stands in a cursor fits the column that it is compared with, so that a forged one is refused as such.
Large = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


def character_number(text: str) -> int:
    """The character id that a path says. Raises BadCharacterId."""
    number = rules.game_number(text)
    if number is None:
        raise BadCharacterId(text=text[:40])
    return number


def game_number(text: str) -> int:
    """The id that a path says. Raises BadId."""
    number = rules.game_number(text)
    if number is None:
        raise BadId(text=text[:40])
    return number
