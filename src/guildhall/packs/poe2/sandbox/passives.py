"""A made-up passive tree: an arm of nodes for each class, and rings that join the arms."""

import json
import random

from guildhall.packs.poe2.sandbox.names import CLASSES, FIRST, SECOND

ARMS = ("Warrior", "Mercenary", "Ranger", "Monk", "Sorceress", "Druid")
"""The classes that begin somewhere of their own; the others share it with one of them."""
_LONG = 60
"""Nodes of an arm."""


def make_tree(seed: int) -> bytes:
    """A tree as a file of a plain graph; the same seed makes the same one."""
    dice = random.Random(seed)  # noqa: S311 (the same for everybody, no secret)
    nodes: dict[str, dict[str, object]] = {}
    edges: list[tuple[int, int]] = []
    starts = {}
    for arm, class_name in enumerate(ARMS):
        first = 1000 * (arm + 1)
        starts[class_name.upper()] = {"node_id": first}
        for step in range(_LONG):
            kind = "unnamed" if step == 0 else "keystone" if step == _LONG - 1 else _kind(step)
            nodes[str(first + step)] = {"name": _name(dice, kind), "kind": kind, "stats": [f"{step}% increased Damage"]}
            if step:
                edges.append((first + step - 1, first + step))
        if arm:
            edges.extend((first + step - 1000, first + step) for step in range(10, _LONG, 10))
    for number, ascendancy in enumerate(one for several in CLASSES.values() for one in several):
        first = 20_000 + 20 * number
        for step in range(9):
            kind = "ascendancy_start" if step == 0 else "ascendancy_notable" if step % 2 == 0 else "ascendancy_small"
            nodes[str(first + step)] = {"name": _name(dice, kind), "kind": kind, "ascendancy": ascendancy}
            if step:
                edges.append((first + step - 1, first + step))
    return json.dumps({"nodes": nodes, "edges": edges, "class_starts": starts}).encode()


def _kind(step: int) -> str:
    return "notable" if step % 7 == 0 else "jewel_socket" if step % 29 == 0 else "small"


def _name(dice: random.Random, kind: str) -> str:
    return "Attribute" if kind == "small" else f"{dice.choice(FIRST)} {dice.choice(SECOND)}"
