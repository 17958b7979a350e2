"""The passive nodes that a made-up character takes, in the order in which it takes them."""

from collections import deque
from functools import lru_cache
from typing import Any

import msgspec

from guildhall.packs.poe2.sandbox.names import CLASSES
from guildhall.packs.poe2.sandbox.passives import ARMS, make_tree

_SHARED = {"Witch": "Sorceress", "Huntress": "Ranger"}
"""Classes that begin where another one does."""
_ATTRIBUTES = (("Strength", 26297), ("Dexterity", 14927), ("Intelligence", 57022))


@lru_cache
def _tree(seed: int) -> tuple[dict[int, list[int]], dict[int, dict[str, Any]]]:
    tree = msgspec.json.decode(make_tree(seed))
    beside: dict[int, list[int]] = {}
    for low, high in tree["edges"]:
        beside.setdefault(low, []).append(high)
        beside.setdefault(high, []).append(low)
    return beside, {int(number): node for number, node in tree["nodes"].items()}


@lru_cache
def walk(seed: int, class_name: str) -> tuple[int, ...]:
    """Nodes from the start of a class, the nearest first, without the start itself."""
    beside, nodes = _tree(seed)
    arm = ARMS.index(_SHARED.get(class_name, class_name))
    start = 1000 * (arm + 1)
    seen, waiting, found = {start}, deque([start]), list[int]()
    while waiting:
        for node in beside[waiting.popleft()]:
            if node not in seen:
                seen.add(node)
                waiting.append(node)
                if nodes[node]["kind"] != "unnamed":
                    found.append(node)
    return tuple(found)


def ascendancy_walk(ascendancy: str) -> list[int]:
    """The nodes of an ascendancy, its start first."""
    every = [one for several in CLASSES.values() for one in several]
    first = 20_000 + 20 * every.index(ascendancy)
    return list(range(first, first + 9))


def passives_of(
    seed: int, class_name: str, ascendancy: str | None, level: int, jewels: list[int], *, swapped: int = 0
) -> dict[str, Any]:
    """The `passives` of a character of this level. The order of nodes is turned by `swapped`, which means nothing."""
    order = walk(seed, class_name)
    points = min(len(order) - 20, level - 1 + level // 4)
    hashes = list(order[:points])
    if ascendancy is not None:
        hashes += ascendancy_walk(ascendancy)[: min(9, 1 + 2 * (level // 26))]
    turn = swapped % max(1, len(hashes))
    sets = list(order[points : points + level // 8])
    found: dict[str, Any] = {
        "hashes": hashes[turn:] + hashes[:turn],
        "hashes_ex": [],
        "mastery_effects": {},
        "skill_overrides": {str(node): _attribute(node) for node in order[:points] if node % 3 == 1},
        "jewel_data": {str(place): {"type": "JewelSocket", "radius": 1000} for place in jewels},
        "quest_stats": ["+10% to [Resistances|Cold Resistance]", "+20 to maximum Life"][: level // 20],
    }
    if sets:
        found["specialisations"] = {"set1": sets[::2], "set2": sets[1::2]}
    return found


def _attribute(node: int) -> dict[str, Any]:
    name, number = _ATTRIBUTES[node // 3 % 3]
    return {"name": name, "skill": number, "icon": "Art/attribute.png", "stats": [f"+5 to {name}"]}
