"""Rounds that bring the counts up to date: changes are added, counts that have grown are split, small ones merged.

Answers do not wait for them: changes that are not counted yet are added by each statement that finds a rank.
"""

from msgspec import Struct

from guildhall.core.boards.queries import counts as queries
from guildhall.core.boards.schemas import Counted
from guildhall.db.pool import Database, Transaction


class Sizes(Struct, frozen=True):
    """The sizes of counts. A rank reads as many scores as one count has, and one row for each count.

    A count that has more than `largest` scores is split into pieces; one statement cuts `rows` scores at most.
    """

    piece: int = 512
    largest: int = 1024
    rows: int = 64 * 512


USUAL = Sizes()


async def count_changes(tx: Transaction, most: int, sizes: Sizes = USUAL) -> Counted:
    """Add changes to the counts, up to a number; none while another process is at it."""
    return await queries.count_changes.one(tx, most, sizes.largest)


async def split_grown(db: Database, sizes: Sizes = USUAL) -> int:
    """Split all counts that have grown; return how many pieces they are more. Stops while another process counts."""
    added = 0
    while True:
        async with db.write() as tx:
            if await queries.hold_counts.one_or_none(tx) is None or not await queries.any_grown.one(tx, sizes.largest):
                return added
            more = await queries.split_count.one(tx, sizes.largest, sizes.piece, sizes.rows)
        added += more
        if not more:  # its scores left by changes that are not counted yet
            return added


async def merge_small(db: Database, sizes: Sizes = USUAL) -> int:
    """Merge neighbouring counts that are small; return how many have gone; none while another process counts."""
    async with db.write() as tx:
        if await queries.hold_counts.one_or_none(tx) is None:
            return 0
        return await queries.merge_counts.run(tx, sizes.piece)
