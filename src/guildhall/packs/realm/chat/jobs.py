"""Jobs of chat."""

from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.chat.actions.mention_notices import notify_mentioned
from guildhall.packs.realm.follow.messages import TellMentions


async def tell_mentions(message: TellMentions, db: Database) -> dict[str, int]:
    """Tell who was mentioned and may read it."""
    async with db.write() as tx:
        return {"told": await notify_mentioned(tx, message.low, message.high)}


WORKER = WorkerPart(handlers=(On(TellMentions, tell_mentions),))
