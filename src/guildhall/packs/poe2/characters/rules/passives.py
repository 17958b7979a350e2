"""Passive nodes without what means nothing: their order, and the empty lists that stand for empty objects."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from guildhall.packs.poe2.characters.rules.given import Bag, GivenPassives
from guildhall.packs.poe2.characters.rules.items import WornItem, plain_text, read_items

_encode = msgspec.json.Encoder(order="sorted").encode


class Passives(Struct, frozen=True):
    """The passive nodes of a character. `sets` are nodes that count with one weapon set alone, by its name.

    `overrides` are the choices at nodes that give one, such as an attribute. `jewels` are those in sockets of the tree.
    """

    nodes: list[int]
    sets: dict[str, list[int]]
    overrides: dict[str, str]
    jewels: list[WornItem]
    jewel_data: Any = None


def read_passives(given: GivenPassives, jewels: Sequence[Mapping[str, Any]]) -> Passives:
    """Read passive nodes, each list in the order of numbers."""
    return Passives(
        nodes=_numbers(given.hashes),
        sets={name: _numbers(nodes) for name, nodes in sorted(_fields(given.specialisations).items()) if nodes},
        overrides={node: _choice(one) for node, one in sorted(_fields(given.skill_overrides).items())},
        jewels=read_items(jewels),
        jewel_data=_sorted(given.jewel_data) or None,
    )


def _fields(bag: Bag) -> Mapping[str, Any]:
    return bag if isinstance(bag, Mapping) else {}


def _numbers(given: object) -> list[int]:
    return sorted({one for one in given if type(one) is int}) if isinstance(given, list) else []


def _choice(given: object) -> str:
    """The name of what was chosen, or its number, where it is nameless."""
    if not isinstance(given, Mapping):
        return plain_text(given)
    return plain_text(given.get("name")) or str(given.get("skill", ""))


def _sorted(value: Any) -> Any:
    """A value whose lists are in an order that follows from what is in them."""
    if isinstance(value, Mapping):
        return {str(key): _sorted(one) for key, one in value.items()}
    return sorted((_sorted(one) for one in value), key=_encode) if isinstance(value, list) else value
