"""The game's data of a patch: imported whole, and weights from somewhere else."""

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.crafting.errors import PatchNotFound
from guildhall.packs.poe2.crafting.games import mods_from
from guildhall.packs.poe2.crafting.queries import game as queries
from guildhall.packs.poe2.crafting.rules.files import GivenGame
from guildhall.packs.poe2.crafting.rules.game import EQUAL, usual_weight, with_weights
from guildhall.packs.poe2.crafting.schemas.game import ImportedGame, ImportedWeights


async def import_game(tx: Transaction, patch: str, source: str, game: GivenGame) -> ImportedGame:
    """Store a patch's data; what is there already is replaced whole, with the weights that came from elsewhere."""
    replaced = await queries.drop_patch.one_or_none(tx, patch) is not None
    known = sum(one.weight is not None for mod in game.mods for one in mod.spawn)
    weight_source = source if known else EQUAL
    await queries.add_patch.run(tx, patch, source, game.rules, weight_source, usual_weight(game.mods), tx.now)
    await queries.add_mods.run(tx, patch, game.mods)
    await queries.add_bases.run(tx, patch, game.bases)
    return ImportedGame(patch, len(game.mods), len(game.bases), known, replaced)


async def import_weights(
    tx: Transaction, patch: str, source: str, weights: dict[str, dict[str, float]], usual: float | None
) -> ImportedWeights:
    """Store weights of modifiers by tag, '*' for every tag; `usual` stands in for those that are not known.

    Without it the median of what is known does. Raises PatchNotFound.
    """
    if await queries.patch_row.one_or_none(tx, patch) is None:
        raise PatchNotFound(patch=patch)
    mods = mods_from(await queries.mods_of.many(tx, patch))
    changed = with_weights(mods, weights)
    given = {mod.id: [one.weight for one in mod.spawn] for mod in changed if mod.id in weights}
    chosen = usual_weight(changed) if usual is None else usual
    await queries.put_weights.run(tx, patch, given)
    await queries.put_weight_source.run(tx, patch, source, chosen, tx.now)
    return ImportedWeights(patch, len(given), len(weights.keys() - given.keys()), chosen)
