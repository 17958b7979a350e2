"""Rebuilds of the counts from the scores, and of the copy in Redis.

A rebuild that was stopped goes on where it was. Ranks are right meanwhile wherever the counts were.
"""

import asyncio
from collections.abc import Callable

from msgspec import Struct

from guildhall.core.boards.counting import USUAL, Sizes
from guildhall.core.boards.queries import counts as queries
from guildhall.db.pool import Database

Progress = Callable[[int, int], object]
"""A function that is told how many scores are done, and of how many."""
_BUSY = 0.05
"""Seconds until the next try while another process counts."""


class Rebuilt(Struct, frozen=True):
    """The result: lists and scores that were counted again, the lists whose counts were wrong, and whether it went on.

    `resumed`: an earlier rebuild of the same boards had been stopped.
    """

    lists: int
    scores: int
    wrong: int
    resumed: bool


async def rebuild(
    db: Database, board: str | None, progress: Progress, *, anew: bool = False, sizes: Sizes = USUAL
) -> Rebuilt:
    """Count the scores of a board again, or of all boards, and have the copy in Redis made anew.

    Raises DatabaseUnavailable; what is done by then stays done.
    """
    async with db.write() as tx:
        since, of_board = await queries.rebuild.one(tx)
        resumed = since is not None and of_board == board and not anew
        if since is None or not resumed:
            since = tx.now
            await queries.set_rebuild.run(tx, since, board)
        left = await queries.left_to_rebuild.one(tx, since, board)
    lists = scores = wrong = 0
    while True:
        async with db.write() as tx:
            if await queries.hold_counts.one_or_none(tx) is None:
                done = None
            else:
                found = await queries.window_to_rebuild.one_or_none(tx, since, board)
                if found is None:
                    await queries.set_rebuild.run(tx, None, None)
                    await queries.set_copy.run(tx, None)
                    return Rebuilt(lists, scores, wrong, resumed)
                window, low = found
                if low is None and await queries.total_off.one(tx, window):
                    wrong += 1
                low, done = await queries.recount.one(tx, window, low or b"", sizes.piece, sizes.rows)
                await queries.note_rebuilt.run(tx, window, low, tx.now)
                lists += low is None
        if done is None:
            await asyncio.sleep(_BUSY)
            continue
        scores += done
        progress(scores, max(left, scores))
