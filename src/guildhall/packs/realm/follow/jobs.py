"""Jobs of the message projections."""

from datetime import timedelta

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import Due, On, daily, hourly, minutely
from guildhall.core.realtime.ticks import first_id, tick_at
from guildhall.db.pool import Database
from guildhall.packs.realm.chat.actions.told import tell_of_direct, tell_of_mentions
from guildhall.packs.realm.follow.actions.counts import count_new_messages, recount
from guildhall.packs.realm.follow.actions.search_index import index_new_messages, reindex, resume_rebuild
from guildhall.packs.realm.follow.messages import (
    FollowMessages,
    ForgetMessageKeys,
    RecountMessages,
    ReindexMessages,
    TellDirectMessage,
    TellMentions,
)
from guildhall.packs.realm.follow.queries import followers as queries
from guildhall.packs.realm.settings import RealmSettings

_KEYS_AT_ONCE = 20_000


async def follow_messages(_: FollowMessages, db: Database) -> dict[str, int]:
    """Count and index new messages.

    Web processes do it many times a second; this job is for times when there is none.
    """
    await resume_rebuild(db)
    return {"counters": await count_new_messages(db), "indexed": await index_new_messages(db)}


async def recount_messages(_: RecountMessages, db: Database) -> dict[str, int]:
    """Count all messages anew."""
    return {"corrected": await recount(db)}


async def count_without_account(_: AccountDeleted, db: Database) -> dict[str, int]:
    """Recount the channels: deleting an account deletes its messages. One job serves all of the same time."""
    async with db.write() as tx:
        return {"sent": int(await send(tx, RecountMessages()) is not None)}


async def reindex_messages(_: ReindexMessages, db: Database) -> dict[str, int]:
    """Index all messages anew."""
    return {"indexed": await reindex(db, lambda done, total: None)}


async def forget_message_keys(_: ForgetMessageKeys, db: Database, settings: RealmSettings) -> dict[str, int]:
    """Delete the keys of messages older than `keep_key_hours`, some at once; how many."""
    total = 0
    while True:
        async with db.write(timeout=60) as tx:
            before = tx.now - timedelta(hours=settings.keep_key_hours)
            oldest = first_id(tick_at(round(before.timestamp() * 1_000_000)))
            gone = await queries.forget_message_keys.run(tx, oldest, _KEYS_AT_ONCE)
        total += gone
        if gone < _KEYS_AT_ONCE:
            return {"forgotten": total}


async def tell_mentions(message: TellMentions, db: Database) -> dict[str, int]:
    """Tell who was mentioned and may read it."""
    async with db.write() as tx:
        return {"told": await tell_of_mentions(tx, message.low, message.high)}


async def tell_direct_message(message: TellDirectMessage, db: Database) -> dict[str, int]:
    """Tell of a direct message, unless it was read meanwhile."""
    async with db.write() as tx:
        return {"told": await tell_of_direct(tx, message.message_id)}


HANDLERS = (
    On(FollowMessages, follow_messages, schedule=minutely(due=Due(queries.any_behind))),
    On(RecountMessages, recount_messages, schedule=daily(hour=4, minute=20)),
    On(AccountDeleted, count_without_account),
    On(ReindexMessages, reindex_messages),
    On(ForgetMessageKeys, forget_message_keys, schedule=hourly(minute=35)),
    On(TellMentions, tell_mentions),
    On(TellDirectMessage, tell_direct_message),
)
