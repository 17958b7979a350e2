"""Outcomes of one use of a currency, modifier by modifier."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from guildhall.packs.poe2.crafting.errors import CurrencyUnusable
from guildhall.packs.poe2.crafting.rules.effects import Effect
from guildhall.packs.poe2.crafting.rules.game import SIDES, Game
from guildhall.packs.poe2.crafting.rules.items import CraftItem, base_of, pool_for, state_of
from guildhall.packs.poe2.crafting.rules.plan import CraftTarget, mods_of
from guildhall.packs.poe2.crafting.rules.pool import Pool
from guildhall.packs.poe2.crafting.rules.states import UNREVEALED, State
from guildhall.packs.poe2.crafting.rules.uses import use_of


class CraftOutcome(Struct, frozen=True):
    """A way in which an item may change; a modifier that is not revealed is told as 'unrevealed prefix' or suffix.

    One of `added` that is in `removed` too has only been marked: it was fractured, or made something else of.
    """

    probability: float
    added: list[str]
    removed: list[str]
    met: list[int]
    """The targets that the item meets then, by number."""


class Outcomes(Struct, frozen=True):
    """The ways in which an item may change, the likeliest first, and the targets that it meets already."""

    before: list[int]
    ways: list[CraftOutcome]


def outcomes_of(
    game: Game, item: CraftItem, currency: str, omens: Sequence[str], targets: Sequence[CraftTarget]
) -> Outcomes:
    """Return what one use makes of an item.

    Raises BaseNotFound, UnknownModifier, UnknownCurrency, UnknownOmen, OmenWithoutEffect, NotCalculated, BadItem,
    BadTarget, and CurrencyUnusable where it cannot be used.
    """
    base = base_of(game, item.base)
    wanted = tuple(mods_of(game, one) for one in targets)
    use = use_of(game, currency, omens)
    pool = pool_for(game, base, item, [use], wanted, apart=True)
    state = state_of(game, base, item, pool)
    effect = Effect(game, base, item.item_level, pool, use, wanted=(1 << len(wanted)) - 1)
    why = effect.refusal(state)
    if why is not None:
        raise CurrencyUnusable(currency=use.currency.name, why=why)
    ways = [_outcome(pool, state, after, chance) for after, chance in effect.outcomes(state).items()]
    ways.sort(key=lambda one: (-one.probability, one.added, one.removed))
    return Outcomes(_met(pool, state), ways)


def _outcome(pool: Pool, before: State, after: State, chance: float) -> CraftOutcome:
    old, new = Counter(pool.contents(before)), Counter(pool.contents(after))
    return CraftOutcome(chance, _names(pool, new - old), _names(pool, old - new), _met(pool, after))


def _names(pool: Pool, numbers: Counter[int]) -> list[str]:
    found = []
    for number in numbers.elements():
        token = pool.tokens[number]
        found.append(f"unrevealed {SIDES[token.side]}" if token.marks & UNREVEALED else token.mod)
    return sorted(found)


def _met(pool: Pool, state: State) -> list[int]:
    bits = pool.met(state)
    return [index + 1 for index in range(bits.bit_length()) if bits >> index & 1]
