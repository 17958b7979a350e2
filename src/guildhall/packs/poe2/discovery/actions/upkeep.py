"""Upkeep of the search: ranks, the census, and the rebuild."""

from collections.abc import Callable

from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.discovery.actions import bitmaps
from guildhall.packs.poe2.discovery.queries import upkeep

_CHANGES = 500
"""Changes of ranks that one transaction follows."""
_CHUNK = 500
"""Builds that one transaction of a rebuild writes."""

Progress = Callable[[int, int], None]
"""Hears how many builds are done, of how many."""


async def follow_ranks(db: Database) -> int:
    """Bring ranks, and bitmaps, up to what has changed; return how many changes of counts there were."""
    total = 0
    while True:
        followed = await db.transact(lambda tx: upkeep.follow_ranks.one(tx, _CHANGES))
        total += followed
        await bitmaps.follow(db)  # a search looks at each build whose bitmaps are behind
        if followed < _CHANGES:
            return total


async def take_census(db: Database) -> None:
    """Count how common words, blocks and values are, and make the bitmaps that follow; searches go by both."""
    async with db.write(timeout=600) as tx:
        await _count(tx)
        await bitmaps.choose_terms(tx)
    await bitmaps.complete(db)


async def _count(tx: Transaction) -> None:
    await upkeep.forget_terms.run(tx)
    await upkeep.learn_terms.run(tx)
    await upkeep.forget_blocks.run(tx)
    await upkeep.count_blocks.run(tx)
    await upkeep.forget_values.run(tx)
    await upkeep.count_values.run(tx)


async def rebuild(db: Database, progress: Progress) -> int:
    """Write every public build anew into the search, and return their number.

    A rebuild that was stopped continues at its checkpoint. Searches meanwhile find what they find otherwise.
    """
    async with db.write() as tx:
        await upkeep.begin_rebuild.run(tx)
    async with db.read(timeout=600) as tx:
        total = await upkeep.builds_after.one(tx, 0)
        left = None
    done = 0
    while True:
        async with db.write(timeout=120) as tx:
            mark = await upkeep.rebuild_mark.one_or_none(tx)
            if mark is None:  # another process has finished it
                return done
            if left is None:
                left = await upkeep.builds_after.one(tx, mark)
                done = total - left
            numbers = await upkeep.next_publications.many(tx, mark, _CHUNK)
            if not numbers:
                await upkeep.end_rebuild.run(tx)
                break
            await upkeep.index_builds.one(tx, mark, numbers[-1])
            await upkeep.note_ranks.run(tx, mark, numbers[-1])
            await upkeep.move_rebuild.run(tx, numbers[-1])
        await bitmaps.follow(db)
        done += len(numbers)
        progress(done, max(total, done))
    await follow_ranks(db)
    await take_census(db)
    return done
