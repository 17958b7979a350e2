"""Items as they are asked about, and their states."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.poe2.crafting.errors import BadItem, BaseNotFound, UnknownModifier
from guildhall.packs.poe2.crafting.rules.effects import RARITIES
from guildhall.packs.poe2.crafting.rules.game import SIDES, Base, Game, Id, Rarity, Side
from guildhall.packs.poe2.crafting.rules.pool import Asked, Pool, PoolKey
from guildhall.packs.poe2.crafting.rules.states import CRAFTED, DESECRATED, FRACTURED, State
from guildhall.packs.poe2.crafting.rules.uses import Use, pools_of, use_of


class HeldMod(Struct, frozen=True):
    """A modifier on an item."""

    mod: Annotated[Id, Meta(examples=["IncreasedLife8"])]
    fractured: bool = False
    crafted: bool = False
    desecrated: bool = False


class Unrevealed(Struct, frozen=True, kw_only=True):
    """A desecrated modifier that is not revealed yet, with the bone and the omens that it came by."""

    side: Side
    by: Id
    omens: Annotated[list[Id], Meta(max_length=4)] = []


class CraftItem(Struct, frozen=True, kw_only=True):
    """An item as odds need it: `base` is the name or the id of a base type."""

    base: Annotated[Id, Meta(examples=["Gold Ring"])]
    item_level: Annotated[int, Meta(ge=1, le=100)]
    rarity: Rarity = "normal"
    mods: Annotated[list[HeldMod], Meta(max_length=8)] = []
    unrevealed: Unrevealed | None = None
    corrupted: bool = False


def base_of(game: Game, base: str) -> Base:
    """Return a base type by its id or its name. Raises BaseNotFound."""
    if (found := game.bases.get(base)) is not None:
        return found
    named = [one for one in game.bases.values() if one.name == base]
    if not named or len({(one.item_class, *sorted(one.tags)) for one in named}) > 1:
        several = f"Base not found: several base types are called {base}; give the id." if named else ""
        raise BaseNotFound(patch=game.patch, base=base, detail=several)
    return min(named, key=lambda one: one.id)


def pool_for(
    game: Game,
    base: Base,
    item: CraftItem,
    uses: Sequence[Use],
    targets: tuple[frozenset[str], ...],
    apart: bool = False,
) -> Pool:
    """Make the pool for an item and what is done with it.

    Raises UnknownModifier, BadItem, and for a hidden modifier what `use_of` raises.
    """
    for held in item.mods:
        if held.mod not in game.mods:
            raise UnknownModifier(patch=game.patch, mod=held.mod)
    if item.corrupted:
        raise BadItem(why="it is corrupted, so nothing can be used on it")
    if item.unrevealed is not None:
        uses = [*uses, _bone_of(game, item.unrevealed)]
    pools: list[PoolKey] = []
    for key in [key for use in uses for key in pools_of(game, use)]:
        if key not in pools:
            pools.append(key)
    gifts = {gift for use in uses if (gift := use.currency.gift(base.item_class)) is not None}
    asked = Asked(
        pools=tuple(sorted(pools, key=str)),
        targets=targets,
        held=frozenset(one.mod for one in item.mods),
        named=frozenset(gifts & game.mods.keys()),
        by_level=any(use.has("lowest") for use in uses),
        apart=apart,
    )
    return Pool(game, base, item.item_level, asked)


def state_of(game: Game, base: Base, item: CraftItem, pool: Pool) -> State:
    """Return the state of an item. Raises BadItem for one that cannot be."""
    families: set[str] = set()
    used = [0, 0]
    tokens = []
    for held in item.mods:
        mod = game.mods[held.mod]
        if families & mod.exclusive:
            raise BadItem(why=f"it has two modifiers of the family of {mod.id}")
        families |= mod.exclusive
        used[SIDES.index(mod.side)] += 1
        marks = FRACTURED * held.fractured | CRAFTED * held.crafted | DESECRATED * held.desecrated
        tokens.append(pool.marked(pool.of_mod[mod.id], marks))
    if item.unrevealed is not None:
        side = SIDES.index(item.unrevealed.side)
        used[side] += 1
        (key,) = pools_of(game, _bone_of(game, item.unrevealed))
        tokens.append(pool.hidden(side, pool.asked.pools.index(key)))
    most = game.rules.limits.slots(base.item_class, item.rarity)
    if any(taken > slots for taken, slots in zip(used, most, strict=True)):
        raise BadItem(why=f"it is {item.rarity} and has {used[0]} prefixes and {used[1]} suffixes")
    return pool.state(RARITIES.index(item.rarity), tokens)


def _bone_of(game: Game, hidden: Unrevealed) -> Use:
    """Return the use of the bone of a hidden modifier. Raises BadItem, and what `use_of` raises."""
    use = use_of(game, hidden.by, hidden.omens)
    if use.currency.action != "desecrate":
        raise BadItem(why=f"{use.currency.name} leaves nothing to reveal")
    return use
