"""Notifications of due alarms."""

from datetime import datetime, timedelta
from uuid import UUID

from guildhall.core.jobs.actions import send, send_many
from guildhall.core.jobs.bindings import Due
from guildhall.core.jobs.errors import RetryLater
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.packs.eve.actions.alarms import BATCH, fire_due
from guildhall.packs.eve.actions.events import NAMELESS_FOR
from guildhall.packs.eve.actions.names import fetch_names
from guildhall.packs.eve.messages import FireAlarms, ForgetAlarms, ResolveNames, SyncCharacter
from guildhall.packs.eve.queries.alarms import alarms_due, coming_alarms, forget_alarms
from guildhall.packs.eve.queries.mailboxes import forget_gone
from guildhall.packs.eve.queries.names import unnamed_of
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.upstream.client import Esi

_MINUTE = timedelta(seconds=60)
_SECONDS = 30
"""Instants of the next minute for which a job is sent; alarms between them wait for the next one."""
_AGAIN = timedelta(seconds=11)
"""The delay until alarms that wait for a fresh answer are checked again."""
_KEEP = timedelta(days=30)


async def fire_alarms(message: FireAlarms, db: Database, settings: EveSettings) -> dict[str, int]:
    """Judge and tell the alarms that are due, batch by batch, each batch in a transaction of its own."""
    told = dropped = waiting = 0
    while True:
        async with db.write() as tx:
            fired = await fire_due(tx, settings)
            if fired.waiting:
                sections: dict[UUID, list[str]] = {}
                for character, section in fired.waiting:
                    sections.setdefault(character, []).append(section)
                await send_many(tx, [SyncCharacter(one, only=tuple(names)) for one, names in sections.items()])
                await send(tx, FireAlarms(tx.now + _AGAIN), at=tx.now + _AGAIN)
        told += fired.told
        dropped += fired.dropped
        waiting += len(fired.waiting)
        if fired.looked_at < BATCH:
            break
    if message.at is None:
        async with db.write() as tx:
            for at in await coming_alarms.many(tx, tx.now, tx.now + _MINUTE, _SECONDS):
                await send(tx, FireAlarms(at), at=at)
    return {"told": told, "dropped": dropped, "waiting": waiting}


def _within_a_minute(now: datetime) -> tuple[object, ...]:
    return (now + _MINUTE,)


ALARMS_DUE = Due(alarms_due, _within_a_minute)


async def resolve_names(message: ResolveNames, db: Database, esi: Esi) -> dict[str, int]:
    """Ask ESI for what has no name here yet."""
    async with db.read() as tx:
        ids = await unnamed_of.many(tx, list(message.ids), tx.now - NAMELESS_FOR)
    try:
        found, unknown = await fetch_names(db, esi, ids)
    except Unavailable as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    return {"found": len(found), "unknown": len(unknown)}


async def forget_old_alarms(_: ForgetAlarms, db: Database) -> int:
    """Delete alarms that were sent or dropped a month ago, and mails that the game has not listed for as long."""
    async with db.write() as tx:
        return await forget_alarms.run(tx, tx.now - _KEEP) + await forget_gone.run(tx, tx.now - _KEEP)
