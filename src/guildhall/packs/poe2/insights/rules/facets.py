"""Facets that count: of a character's snapshot, and of a public build."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from guildhall.packs.poe2.builds.rules.facts import main_of
from guildhall.packs.poe2.codes.rules.build import Build
from guildhall.packs.poe2.codes.rules.items import read_item

Dimension = Literal["class", "ascendancy", "level", "main_skill", "skill", "item", "base", "pair"]
EVERYBODY = "all:"
"""The facet that everything has."""
_LONGEST = 100
_MOST = 200


def facets_of(
    class_name: str,
    ascendancy: str | None,
    level: int,
    main_skill: str | None,
    skills: Iterable[str] | None,
    items: Iterable[str] | None,
    bases: Iterable[str] | None,
) -> list[str]:
    """Return facets as `class:Ranger`, sorted. `class:` says that the class is known; None is unknown.

    `skills` are main gems, `items` the names of uniques, `bases` the base types of all items.
    """
    first = (level - 1) // 5 * 5 + 1
    single = {"class": class_name, "level": f"{first}-{first + 4}", "ascendancy": ascendancy, "main_skill": main_skill}
    if ascendancy and main_skill:
        single["pair"] = f"{ascendancy[:_LONGEST]}: {main_skill}"
    found = {EVERYBODY}
    for dimension, value in single.items():
        if value:
            found |= {f"{dimension}:", f"{dimension}:{value[: 2 * _LONGEST + 2]}"}
    for dimension, values in (("skill", skills), ("item", items), ("base", bases)):
        if values is not None:
            found.add(f"{dimension}:")
            named = sorted({one[:_LONGEST] for one in values if one})[:_MOST]
            found.update(f"{dimension}:{one}" for one in named)
    return sorted(found)


def stored_build(passive_tree: Any, equipment: Any, skills: Any) -> Build:
    """Return a stored build as far as its facets need it."""
    return msgspec.convert({"class_name": "", **passive_tree, **equipment, **skills}, Build)


def worn(build: Build) -> tuple[list[str], list[str]]:
    """Return the names of the uniques and the base types of what a build wears.

    That is what the active set of equipment and the sockets of the active tree hold; without a set, all items.
    """
    sets = build.item_sets
    active = next((one for one in sets if one.id == build.active_item_set), sets[0] if sets else None)
    held = {one.id for one in build.items} if active is None else set(active.slots.values())
    if build.tree is not None:
        held |= {one.item for one in build.tree.sockets}
    uniques, bases = list[str](), list[str]()
    for item in build.items:
        if item.id not in held:
            continue
        read = read_item(item.text)
        if read.rarity in ("UNIQUE", "RELIC"):
            uniques.append(read.name)
            bases.append(read.base)
        else:
            bases.append(read.base or read.name)
    return uniques, bases


def main_gems(build: Build) -> list[str]:
    """Return the main gems of a build: one of each group that is on, in the active set of skills."""
    sets = build.skill_sets
    active = next((one for one in sets if one.id == build.active_skill_set), sets[0] if sets else None)
    groups = [] if active is None else [one for one in active.groups if one.enabled is not False]
    return [gem for group in groups if (gem := main_of(group)) is not None]
