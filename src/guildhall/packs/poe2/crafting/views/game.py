"""The game's data of a patch, as it is shown."""

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.queries import game as queries
from guildhall.packs.poe2.crafting.rules.items import base_of
from guildhall.packs.poe2.crafting.schemas.game import ModLine, ModRow, PatchRules


async def rules_of(tx: Transaction, games: Games, patch: str) -> PatchRules:
    """Return the rules of a patch. Raises PatchNotFound."""
    rules = (await games.of(tx, patch)).rules
    return PatchRules(patch, rules.source, rules.limits, rules.currencies, rules.omens)


async def mods_on(tx: Transaction, games: Games, patch: str, base: str, after: str, limit: int) -> list[ModLine]:
    """Return the modifiers of a base type behind one. Raises PatchNotFound, BaseNotFound."""
    tags = base_of(await games.of(tx, patch), base).tags
    rows = await queries.mods_on.many(tx, patch, tags, after, limit)
    return [_line(row, frozenset(tags)) for row in rows]


def _line(row: ModRow, tags: frozenset[str]) -> ModLine:
    weight = next(weight for tag, weight in zip(row.tags, row.weights, strict=True) if tag in tags)
    return ModLine(
        row.id, row.type, row.side, row.level, row.name, row.kind, row.families, row.stats, row.faction, weight
    )
