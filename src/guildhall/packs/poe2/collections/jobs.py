"""Jobs of collections."""

from guildhall.core.identity.accounts.messages import AccountRenamed
from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.builds.queries.builds import account_name
from guildhall.packs.poe2.collections import queries


async def rename_owner(message: AccountRenamed, db: Database) -> dict[str, int]:
    """Put a person's new name on their collections."""
    async with db.write() as tx:
        name = await account_name.one_or_none(tx, message.user_id)
        return {"collections": 0 if name is None else await queries.rename_owner.run(tx, message.user_id, name)}


WORKER = WorkerPart(handlers=(On(AccountRenamed, rename_owner),))
