"""Wars that begin and end by time."""

from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.pack import WorkerPart
from guildhall.packs.realm.wars.actions.wars import begin_if_due, end_overdue
from guildhall.packs.realm.wars.errors import WarEnded, WarNotFound
from guildhall.packs.realm.wars.messages import TendWars
from guildhall.packs.realm.wars.queries import due_wars, overdue_wars, wars_to_tend

log = get_logger(__name__)

_AT_ONCE = 500


async def tend_wars(message: TendWars, db: Database) -> int:
    """Begin or end the wars that are due; return how many.

    Each in its own transaction, the longest due first, 500 of each.
    """
    tended = 0
    for wars, turn in ((due_wars, begin_if_due), (overdue_wars, end_overdue)):
        async with db.read() as tx:
            due = await wars.many(tx, tx.now, _AT_ONCE)
        for war_id in due:
            try:
                await db.transact(lambda tx, war_id=war_id, turn=turn: turn(tx, war_id))  # type: ignore[misc]
            except (WarEnded, WarNotFound):
                continue  # ended meanwhile, or gone with a guild
            except Unavailable:
                raise
            except Exception as error:  # one war's fault is no matter of the others
                log.error("war_not_tended", war_id=str(war_id), exc_info=error)
                continue
            tended += 1
    return tended


WORKER = WorkerPart(handlers=(On(TendWars, tend_wars, schedule=minutely(due=Due(wars_to_tend))),))
