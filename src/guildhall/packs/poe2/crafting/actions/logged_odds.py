"""The odds of a logged step, where they can be told."""

from collections import Counter
from collections.abc import Sequence

from guildhall.errors import GuildhallError
from guildhall.packs.poe2.crafting.rules.game import Game
from guildhall.packs.poe2.crafting.rules.items import CraftItem, HeldMod
from guildhall.packs.poe2.crafting.rules.outcomes import Outcomes, outcomes_of
from guildhall.packs.poe2.crafting.rules.plan import CraftTarget
from guildhall.packs.poe2.crafting.schemas.sessions import LoggedItem, LoggedOdds, SessionTarget


def logged_odds(
    game: Game,
    base: str,
    item_level: int | None,
    before: LoggedItem | None,
    after: LoggedItem | None,
    use: tuple[str, Sequence[str]],
    targets: Sequence[SessionTarget],
) -> LoggedOdds | None:
    """Return the odds of what happened in a step, and of meeting one more target.

    None where they cannot be told: for an item whose modifiers are not all known by their ids, or whose rarity or level
    nobody says, and for what is not calculated.
    """
    item = None if before is None else _item(game, base, item_level, before)
    if item is None:
        return None
    wanted = [one for one in map(_target, targets) if one is not None and _is_known(game, one)]
    try:
        found = outcomes_of(game, item, *use, wanted)
    except GuildhallError:  # of a use that the rules do not know, or refuse: the log says what happened all the same
        return None
    more = sum(one.probability for one in found.ways if set(one.met) - set(found.before)) if wanted else None
    return LoggedOdds(
        patch=game.patch, source=game.weight_source, chance=_chance(item, found, after, item_level), wanted=more
    )


def _item(game: Game, base: str, item_level: int | None, logged: LoggedItem) -> CraftItem | None:
    level = logged.item_level or item_level
    if level is None or logged.rarity == "unique":
        return None
    held = []
    for one in logged.mods:
        if one.mod is None or one.mod not in game.mods:
            return None
        held.append(HeldMod(one.mod, one.fractured, one.crafted, one.desecrated))
    if len(held) > 8:
        return None
    return CraftItem(
        base=base, item_level=level, rarity=logged.rarity, mods=held, unrevealed=logged.unrevealed,
        corrupted=logged.corrupted,
    )  # fmt: skip


def _target(given: SessionTarget) -> CraftTarget | None:
    if (given.type is None) == (not given.mods):
        return None
    return CraftTarget(type=given.type, level=given.level, mods=given.mods)


def _is_known(game: Game, target: CraftTarget) -> bool:
    if target.type is None:
        return all(one in game.mods for one in target.mods)
    return any(one.type == target.type and one.level >= target.level for one in game.mods.values())


def _chance(item: CraftItem, found: Outcomes, after: LoggedItem | None, item_level: int | None) -> float | None:
    """Return the probability of the item that came out; None when it is not told, or cannot come out by the rules."""
    if after is None or any(one.mod is None for one in after.mods):
        return None
    began = Counter(one.mod for one in item.mods)
    came = Counter(one.mod or "" for one in after.mods)
    if item.unrevealed is not None:
        began[f"unrevealed {item.unrevealed.side}"] += 1
    if after.unrevealed is not None:
        came[f"unrevealed {after.unrevealed.side}"] += 1
    chance = 0.0
    for one in found.ways:
        made = began + Counter(one.added)
        made.subtract(one.removed)
        if +made == came and _same_fracture(item, one.added, one.removed, after):
            chance += one.probability
    return chance or None


def _same_fracture(item: CraftItem, added: list[str], removed: list[str], after: LoggedItem) -> bool:
    """Return whether the modifier that was locked is the one that is locked on the item that came out."""
    locked = {one.mod for one in item.mods if one.fractured} | (set(added) & set(removed))
    return locked == {one.mod for one in after.mods if one.fractured}
