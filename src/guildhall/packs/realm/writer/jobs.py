"""Jobs of the writer."""

from datetime import timedelta

from guildhall.core.jobs.bindings import On, hourly
from guildhall.core.realtime.ticks import first_id, tick_at
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer import queries
from guildhall.packs.realm.writer.messages import ForgetMessageKeys

_KEYS_AT_ONCE = 20_000


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


WORKER = WorkerPart(handlers=(On(ForgetMessageKeys, forget_message_keys, schedule=hourly(minute=35)),))
