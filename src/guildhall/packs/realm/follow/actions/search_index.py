"""The search index of messages, a projection."""

from collections.abc import Callable
from uuid import UUID

from guildhall.core.jobs.actions import send
from guildhall.core.realtime.ticks import first_id, tick_of
from guildhall.db.pool import Database, Transaction
from guildhall.packs.realm.follow.actions.chunks import end_of_chunk, is_behind
from guildhall.packs.realm.follow.messages import ReindexMessages, TellMentions
from guildhall.packs.realm.follow.queries import followers as queries

_WORDS = "words"
_CHUNK = 1000
"""Messages that are indexed in one transaction when the index is behind, or made anew."""
_FEW = 48
"""Messages that are indexed in one transaction otherwise: less than a millisecond of a processor, which those who write
then have again."""

Progress = Callable[[int, int], None]
"""Hears how many messages are done, of how many."""


async def index_new_messages(db: Database) -> int:
    """Index the messages that were committed since the last call, chunk by chunk; how many that were.

    Only one process does it at a time: another one returns at once. A job that tells those who are mentioned in them is
    sent in the same transaction.
    """
    done = 0
    async with db.single() as tx:
        ahead = await queries.ahead.one_or_none(tx, _WORDS, _FEW)
        while ahead is not None and ahead.head > ahead.mark:
            end = end_of_chunk(ahead)
            chunk = (first_id(ahead.mark + 1), first_id(end + 1), ahead.mark, end)
            most = _CHUNK if is_behind(ahead, end) else _FEW
            indexed = await queries.index_messages.one(tx, *chunk, most, False)
            if indexed.mentioned and not indexed.moved:
                indexed = await _index_and_tell(db, chunk, most)
            done += indexed.messages
            if not indexed.moved or end == ahead.head:
                break
            ahead = queries.Ahead(end, indexed.head, indexed.last)
    return done


async def _index_and_tell(db: Database, chunk: tuple[UUID, UUID, int, int], most: int) -> queries.Indexed:
    """Index a chunk in which somebody is mentioned."""
    async with db.write() as tx:
        indexed = await queries.index_messages.one(tx, *chunk, most, True)
        if indexed.moved:
            await send(tx, TellMentions(chunk[0], chunk[1]))
        return indexed


async def index_anew(tx: Transaction) -> None:
    """Queue a rebuild of the whole index, as after a change of a server's language."""
    await queries.rebuild_anew.run(tx)
    await send(tx, ReindexMessages())


async def resume_rebuild(db: Database) -> None:
    """Queue the rest of a rebuild that no worker is at, if there is one."""
    async with db.write() as tx:
        if await queries.rebuild_waits.one(tx):
            await send(tx, ReindexMessages())


async def reindex(db: Database, progress: Progress) -> int:
    """Index all messages anew; return their number.

    A rebuild that was stopped continues at its checkpoint. Searches meanwhile use the old index or the new one.
    """
    async with db.write() as tx:
        await queries.begin_rebuild.run(tx)
    async with db.read(timeout=600) as tx:
        # What was imported may be of another clock.
        head = tick_of(await queries.newest_message.one_or_none(tx) or first_id(0))
        total = await queries.messages_between.one(tx, first_id(0), first_id(head + 1))
    done = 0
    while True:
        async with db.write() as tx:
            mark = await queries.held_follower.one_or_none(tx, "reindex")
            if mark is None:  # another process has finished it
                return done
            if not done:
                done = await queries.messages_between.one(tx, first_id(0), first_id(mark + 1))
            last = await queries.chunk_end.one_or_none(tx, first_id(mark + 1), first_id(head + 1), _CHUNK)
            end = end_of_chunk(queries.Ahead(mark, head, last))
            low, high = first_id(mark + 1), first_id(end + 1)
            count = await queries.messages_between.one(tx, low, high)
            await queries.index_messages_again.run(tx, low, high)
            await queries.forget_lost_words.run(tx, low, high)
            if end == head:
                await queries.end_rebuild.run(tx)
            else:
                await queries.move_follower.run(tx, "reindex", end)
        done += count
        progress(done, max(total, done))
        if end == head:
            return done
