"""Answers of the API about a character: a line of the list, and the whole sheet."""

import random
from typing import Any

from guildhall.packs.poe2.sandbox.ggg.growth import experience_of
from guildhall.packs.poe2.sandbox.ggg.items import WORN, ItemMaker, Shape
from guildhall.packs.poe2.sandbox.ggg.walks import passives_of
from guildhall.packs.poe2.sandbox.ggg.world import Character

_LEVELS_AN_ITEM = 9
"""Levels after which an item is replaced."""


def line_of(character: Character, now: float) -> dict[str, Any]:
    """A character as the list has it: neither equipment nor passives. What is not true is left out."""
    line: dict[str, Any] = {
        "id": character.id,
        "name": character.name,
        "realm": character.realm,
        "class": character.called(now),
        "league": character.league,
        "level": character.level(now),
        "experience": experience_of(character.progress(now)),
    }
    if character.deleted:
        line["deleted"] = True
    if character.expired:
        line["expired"] = True
    return line


def sheet_of(seed: int, character: Character, now: float, shape: Shape) -> dict[str, Any]:
    """The whole sheet. What means nothing differs from one call to the next: orders, charges, shapes of modifiers."""
    level = character.level(now)
    moment = random.Random(f"{character.id} {now}")  # noqa: S311 (no secret)
    equipment = [
        _maker(seed, character, place, level, shape).worn(name, level)
        for place, name in enumerate(WORN)
        if level > 2 * place
    ]
    flasks = ItemMaker(random.Random(f"{seed} {character.id} flasks"), shape)  # noqa: S311 (no secret)
    equipment += [flasks.flask(place, moment.randint(0, 75)) for place in range(2 if level < 40 else 4)]
    moment.shuffle(equipment)
    sockets = list(range(level // 30))
    gems = [_maker(seed, character, 100 + at, level, shape).gem(level) for at in range(1 + level // 15)]
    jewels = [_maker(seed, character, 200 + at, level, shape).jewel(at) for at in sockets]
    sheet = line_of(character, now)
    sheet["equipment"] = equipment
    sheet["skills"] = gems
    sheet["inventory"] = []
    if jewels:
        sheet["jewels"] = jewels
    sheet["passives"] = passives_of(
        seed, character.class_name, character.ascended(now), level, sockets, swapped=moment.randint(0, 99)
    )
    sheet["metadata"] = {"version": "0.5.5"}
    return sheet


def _maker(seed: int, character: Character, place: int, level: int, shape: Shape) -> ItemMaker:
    """The maker of what is at a place: another one whenever the level has replaced it."""
    age = (level + place * 3) // _LEVELS_AN_ITEM
    key = f"{seed} {character.id} {place} {age} {character.touched if place == 0 else 0}"
    return ItemMaker(random.Random(key), shape)  # noqa: S311 (no secret)
