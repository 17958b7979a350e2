"""How much those who follow the messages take at once."""

from guildhall.core.realtime.ticks import first_id, tick_of
from guildhall.db.pool import Transaction
from guildhall.packs.realm.queries.followers import chunk_end


async def end_of_chunk(tx: Transaction, mark: int, head: int, most: int) -> int:
    """The tick up to which to go from a tick (exclusive), at most to the head: whole ticks, `most` messages and more
    only for what is left of the last tick.
    """
    last = await chunk_end.one_or_none(tx, first_id(mark + 1), first_id(head + 1), most)
    return head if last is None else tick_of(last)
