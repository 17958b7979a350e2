"""Jobs of the message projections."""

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import Due, On, daily, minutely
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.follow.actions.counts import count_new_messages, recount
from guildhall.packs.realm.follow.actions.search_index import index_new_messages, reindex, resume_rebuild
from guildhall.packs.realm.follow.messages import FollowMessages, RecountMessages, ReindexMessages
from guildhall.packs.realm.follow.queries import followers as queries


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


WORKER = WorkerPart(
    handlers=(
        On(FollowMessages, follow_messages, schedule=minutely(due=Due(queries.any_behind))),
        On(RecountMessages, recount_messages, schedule=daily(hour=4, minute=20)),
        On(AccountDeleted, count_without_account),
        On(ReindexMessages, reindex_messages),
    )
)
