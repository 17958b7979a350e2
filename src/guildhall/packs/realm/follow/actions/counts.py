"""Projection of message counts, of channels and of people."""

from guildhall.core.realtime.queries import live_head
from guildhall.core.realtime.ticks import first_id
from guildhall.db.pool import Database
from guildhall.packs.realm.follow.actions.chunks import end_of_chunk, is_behind
from guildhall.packs.realm.follow.queries import followers as queries

_COUNTS = "counts"
_CHUNK = 100_000
"""Messages that are counted in one transaction when the counters are behind."""
_FEW = 400
"""Messages that are counted in one transaction otherwise: a millisecond of a processor."""


async def count_new_messages(db: Database) -> int:
    """Add the messages that were committed since the last call to the counters, each once; how many counters moved.

    Only one process does it at a time: another one returns at once.
    """
    async with db.single() as tx:
        ahead = await queries.ahead.one_or_none(tx, _COUNTS, _FEW)
        changed = 0
        while ahead is not None and ahead.head > ahead.mark:
            end = end_of_chunk(ahead)
            most = _CHUNK if is_behind(ahead, end) else _FEW
            low, high = first_id(ahead.mark + 1), first_id(end + 1)
            counted = await queries.count_messages.one(tx, low, high, ahead.mark, end, most)
            changed += counted.counters
            if not counted.moved or end == ahead.head:
                break
            ahead = queries.Ahead(end, counted.head, counted.last)
    return changed


async def recount(db: Database) -> int:
    """Count everything anew: what is in the table and what has left for the archive; how many counters were wrong.

    For the worker's role, which sees everybody's part of the archive. Messages that are written meanwhile are
    counted after it.
    """
    async with db.write(timeout=3600) as tx:
        await queries.held_follower.one(tx, _COUNTS)
        head, _ = await live_head.one(tx)
        wrong = await queries.recount_channels.run(tx, first_id(head + 1))
        wrong += await queries.recount_people.run(tx, first_id(head + 1))
        await queries.move_follower.run(tx, _COUNTS, head)
        return wrong
