"""Facts of a build that people look for: what it uses, and what its calculator claims."""

import math
from collections.abc import Iterable

from msgspec import Struct

from guildhall.packs.poe2.codes.rules.build import Build, Gem, SkillGroup, Value
from guildhall.packs.poe2.codes.rules.items import read_item

DAMAGE = ("TotalDPS", "CombinedDPS", "FullDPS")
"""The claims about damage; which of them has a value depends on the main skill, so the largest counts."""
EHP = "TotalEHP"
_MOST_NAMES = 200
_LONGEST_NAME = 100


class Facts(Struct, frozen=True):
    """The facts of one content. `dps` and `ehp` are null where the calculator claims nothing, 0, or infinity."""

    main_skill: str | None
    tree_version: str | None
    dps: float | None
    ehp: float | None
    gems: list[str]
    uniques: list[str]
    trees: int
    has_notes: bool


def facts_of(build: Build) -> Facts:
    """Return the facts of a build."""
    tree = build.tree
    return Facts(
        main_skill_of(build),
        (tree.version[:20] or None) if tree is not None else None,
        damage_of(build),
        _claimed(build.stats.get(EHP)),
        _names(gem.name for one in build.skill_sets for group in one.groups for gem in group.gems if _is_on(gem)),
        _names(_unique(item.text) for item in build.items),
        len(build.trees),
        bool(build.notes),
    )


def main_skill_of(build: Build) -> str | None:
    """Return the skill that the build is about: the active one of the main group of the active set of skills."""
    by_id = next((one for one in build.skill_sets if one.id == build.active_skill_set), None)
    chosen = by_id or (build.skill_sets[0] if build.skill_sets else None)
    if chosen is None or not chosen.groups:
        return None
    place = build.main_group or 1
    group = chosen.groups[place - 1] if 1 <= place <= len(chosen.groups) else chosen.groups[0]
    return main_of(group)


def damage_of(build: Build) -> float | None:
    """Return the largest damage that the calculator claims; None if it claims none."""
    return max(filter(None, (_claimed(build.stats.get(stat)) for stat in DAMAGE)), default=None)


def main_of(group: SkillGroup) -> str | None:
    """Return the main gem of a group: the skill that is chosen in it, or the first one; None without any gem."""
    skills = [gem.name for gem in group.gems if gem.name and "SupportGem" not in gem.gem] or [
        gem.name for gem in group.gems if gem.name
    ]
    if not skills:
        return None
    place = group.main if isinstance(group.main, int) and not isinstance(group.main, bool) else 1
    return skills[place - 1 if 1 <= place <= len(skills) else 0][:_LONGEST_NAME]


def _claimed(value: Value | None) -> float | None:
    """Return a claim that says something: positive and finite."""
    if not isinstance(value, int | float) or value <= 0:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _is_on(gem: Gem) -> bool:
    return gem.enabled is not False


def _unique(text: str) -> str:
    """Return the name of a unique item; empty for another."""
    if not text.startswith(("Rarity: UNIQUE", "Rarity: RELIC")):
        return ""
    return read_item(text).name


def _names(given: Iterable[str]) -> list[str]:
    return sorted({name[:_LONGEST_NAME] for name in given if name})[:_MOST_NAMES]
