"""Writing viticultural areas: regions that overlap."""

from collections.abc import Sequence

from guildhall.db.pool import Transaction
from guildhall.packs.wine.catalogue.actions.wines import Put
from guildhall.packs.wine.catalogue.queries import writing
from guildhall.packs.wine.catalogue.rules.ava import CODE, COUNTRY, Area, Unresolved, tree
from guildhall.packs.wine.catalogue.rules.names import slug_of
from guildhall.packs.wine.catalogue.rules.rows import region_row


async def put_areas(tx: Transaction, areas: Sequence[Area]) -> tuple[Put, list[Unresolved]]:
    """Add areas, and make those regions within which each lies what the file says.

    An area within no other lies within the country. Returns names of regions that no area has.
    """
    await writing.lock_catalogue.one(tx)
    found, unresolved = tree(areas)
    country = slug_of(COUNTRY)
    slugs = [slug_of(COUNTRY, area.name) for area, _ in found]
    pairs = [
        {"slug": slug, "parent": slug_of(COUNTRY, parent) if parent else country}
        for slug, (_, parents) in zip(slugs, found, strict=True)
        for parent in (parents or [""])
    ]
    before = {one.slug: one for one in await writing.areas_of.many(tx, slugs)}
    await writing.add_regions.run(tx, [region_row(country, COUNTRY, CODE, "country")])
    await writing.add_regions.run(
        tx, [region_row(slug, area.name, CODE, "area") for slug, (area, _) in zip(slugs, found, strict=True)]
    )
    await writing.drop_other_parents.run(tx, slugs, pairs)
    await writing.add_region_parents.run(tx, pairs, of_areas=True)
    after = {one.slug: one for one in await writing.areas_of.many(tx, slugs)}
    changed = sum(before[slug] != one for slug, one in after.items() if slug in before)
    added = len(after) - len(before)
    return Put(added, changed, len(after) - added - changed), unresolved
