"""Notifications of due alarms."""

from datetime import datetime, timedelta

from guildhall.core.jobs.actions import send, send_many
from guildhall.core.jobs.bindings import Due, On, daily, minutely
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.eve.alarms.actions.firing import BATCH, fire_due
from guildhall.packs.eve.alarms.messages import FireAlarms, ForgetAlarms
from guildhall.packs.eve.alarms.queries import alarms_due, coming_alarms, forget_alarms
from guildhall.packs.eve.characters.messages import SyncCharacter
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.mails.queries import forget_gone
from guildhall.packs.eve.settings import EveSettings

_MINUTE = timedelta(seconds=60)
_SECONDS = 30
"""Instants of the next minute for which a job is sent; alarms between them wait for the next one."""
_AGAIN = timedelta(seconds=11)
"""The delay until alarms that wait for a fresh answer are checked again."""
_KEEP = timedelta(days=30)


async def fire_alarms(message: FireAlarms, db: Database, settings: EveSettings) -> dict[str, int]:
    """Judge and tell the alarms that are due, batch by batch, each batch in a transaction of its own."""
    sent = dropped = waiting = 0
    while True:
        async with db.write() as tx:
            fired = await fire_due(tx, settings)
            if fired.waiting:
                sections: dict[CharacterId, list[str]] = {}
                for character, section in fired.waiting:
                    sections.setdefault(character, []).append(section)
                await send_many(tx, [SyncCharacter(one, only=tuple(names)) for one, names in sections.items()])
                await send(tx, FireAlarms(tx.now + _AGAIN), at=tx.now + _AGAIN)
        sent += fired.sent
        dropped += fired.dropped
        waiting += len(fired.waiting)
        if fired.looked_at < BATCH:
            break
    if message.at is None:
        async with db.write() as tx:
            for at in await coming_alarms.many(tx, tx.now, tx.now + _MINUTE, _SECONDS):
                await send(tx, FireAlarms(at), at=at)
    return {"told": sent, "dropped": dropped, "waiting": waiting}


def _within_a_minute(now: datetime) -> tuple[object, ...]:
    return (now + _MINUTE,)


ALARMS_DUE = Due(alarms_due, _within_a_minute)


async def forget_old_alarms(_: ForgetAlarms, db: Database) -> int:
    """Delete alarms that were sent or dropped a month ago, and mails that the game has not listed for as long."""
    async with db.write() as tx:
        return await forget_alarms.run(tx, tx.now - _KEEP) + await forget_gone.run(tx, tx.now - _KEEP)


WORKER = WorkerPart(
    handlers=(
        On(FireAlarms, fire_alarms, schedule=minutely(due=ALARMS_DUE)),
        On(ForgetAlarms, forget_old_alarms, schedule=daily(hour=3, minute=50)),
    )
)
