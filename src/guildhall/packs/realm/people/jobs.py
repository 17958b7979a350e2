"""Jobs for characters, after changes of their accounts."""

from guildhall.core.identity.accounts.messages import AccountSuspended
from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.people.actions.succession import pass_on_if_suspended


async def pass_leads_on(message: AccountSuspended, db: Database) -> dict[str, bool]:
    """Pass on the leads of a suspended account, unless it was restored meanwhile."""
    return {"passed_on": await db.transact(lambda tx: pass_on_if_suspended(tx, message.user_id))}


WORKER = WorkerPart(handlers=(On(AccountSuspended, pass_leads_on),))
