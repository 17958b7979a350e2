"""The archive's daily round, who is taken out of it, and what imports leave behind."""

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import On, daily
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.archive.actions.archive import archive_months
from guildhall.packs.realm.archive.actions.changes import forget_person
from guildhall.packs.realm.archive.messages import ArchiveMessages, ForgetArchived
from guildhall.packs.realm.settings import RealmSettings


async def archive_messages(_: ArchiveMessages, db: Database, settings: RealmSettings) -> dict[str, int]:
    """Archive what is old enough; how many months and messages."""
    done = await archive_months(db, settings)
    return {"months": len(done), "messages": sum(one.messages for one in done)}


async def order_forgetting(message: AccountDeleted, db: Database) -> dict[str, int]:
    """An account is gone: its owner goes from the archive too, by a job that waits until nobody works on it."""
    async with db.write() as tx:
        await send(tx, ForgetArchived(message.user_id))
    return {"sent": 1}


async def forget_archived(message: ForgetArchived, db: Database, settings: RealmSettings) -> dict[str, int]:
    """Take somebody out of the archive; how many files were written anew."""
    return {"files": await forget_person(db, settings, message.user_id)}


WORKER = WorkerPart(
    handlers=(
        On(ArchiveMessages, archive_messages, schedule=daily(hour=2, minute=30)),
        On(AccountDeleted, order_forgetting),
        On(ForgetArchived, forget_archived),
    )
)
