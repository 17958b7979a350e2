"""Currencies that logged steps use up."""

from collections.abc import Mapping, Sequence

from guildhall.packs.poe2.crafting.rules.game import Game

NEW_BASE = "new-base"
"""The action of beginning again with another item."""


def units_of(game: Game | None, action: str, omens: Sequence[str]) -> dict[str, int]:
    """Return what an action costs where nobody says: one of its currency and of each omen, nothing for a new base.

    An action that is no currency of the patch is one by its name; its price may be unknown.
    """
    found: dict[str, int] = {}
    currency = None if game is None else game.rules.currency(action)
    if action != NEW_BASE and not (currency is not None and currency.free):
        found[action] = 1
    for omen in omens:
        found[omen] = found.get(omen, 0) + 1
    return found


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of two sets of currencies, in the order of their names."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted(one.keys() | other.keys())}
