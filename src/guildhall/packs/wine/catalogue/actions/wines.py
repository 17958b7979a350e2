"""Writing wines, with what they name and the species that they become."""

from collections.abc import Sequence

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.packs.wine.catalogue.queries import search, writing
from guildhall.packs.wine.catalogue.rules.given import GivenWine
from guildhall.packs.wine.catalogue.rules.grapes import known_grapes
from guildhall.packs.wine.catalogue.rules.names import slug_of
from guildhall.packs.wine.catalogue.rules.rows import batch_of, grape_rows
from guildhall.packs.wine.catalogue.rules.shipped import SOURCE, shipped_wines


class Put(Struct, frozen=True):
    """The numbers of rows that were added, that changed, and that were there as they are."""

    added: int
    changed: int
    known: int


async def put_wines(tx: Transaction, source: str, wines: Sequence[GivenWine]) -> Put:
    """Add wines of a source to the catalogue, or make those that are there what the source says now.

    Each becomes a species by the rule; `settle` is for afterwards. Writers wait for each other.
    """
    await writing.lock_catalogue.one(tx)
    slugs = dict(await writing.slugs_of.many(tx, source, [one.source_id for one in wines]))
    batch = batch_of(source, wines, slugs)
    await writing.add_regions.run(tx, batch.regions)
    await writing.add_region_parents.run(tx, batch.parents, of_areas=False)
    await writing.add_producers.run(tx, batch.producers)
    await writing.add_grapes.run(tx, batch.grapes)
    await writing.add_grape_names.run(tx, batch.grape_names)
    await writing.put_species.run(tx, batch.species)
    written = [is_new for _, is_new in await writing.put_wines.many(tx, batch.wines)]
    await writing.put_wine_grapes.run(tx, batch.wine_grapes)
    await writing.add_vintages.run(tx, batch.vintages)
    await search.index_wines.run(tx, [one["slug"] for one in batch.wines])
    return Put(sum(written), len(written) - sum(written), len(wines) - len(written))


async def load_shipped(tx: Transaction) -> Put:
    """Load the catalogue that comes with the pack: grapes with their names, and wines of made-up producers."""
    rows, names = grape_rows({slug_of(one.name): one for one in known_grapes()})
    await writing.lock_catalogue.one(tx)
    await writing.add_grapes.run(tx, rows)
    await writing.add_grape_names.run(tx, names)
    put = await put_wines(tx, SOURCE, shipped_wines())
    await settle(tx)
    return put


async def settle(tx: Transaction) -> int:
    """Bring what follows from the whole catalogue up to date: rarities, and the words of the search.

    Returns how many species moved to another tier.
    """
    await search.count_words.run(tx)
    return await writing.settle_rarities.one(tx)
