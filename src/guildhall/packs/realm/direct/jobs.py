"""Jobs of direct messages."""

from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.direct.actions import tell_of_direct
from guildhall.packs.realm.direct.messages import TellDirectMessage


async def tell_direct_message(message: TellDirectMessage, db: Database) -> dict[str, int]:
    """Tell of a direct message, unless it was read meanwhile."""
    async with db.write() as tx:
        return {"told": await tell_of_direct(tx, message.message_id)}


WORKER = WorkerPart(handlers=(On(TellDirectMessage, tell_direct_message),))
