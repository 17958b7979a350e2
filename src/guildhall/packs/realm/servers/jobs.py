"""Logging out who is not there any more, and forgetting old sessions."""

from datetime import datetime, timedelta

from guildhall.core.jobs.bindings import Due, On, daily, minutely
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.follow.actions.population import refresh_population
from guildhall.packs.realm.servers.actions.sessions import end_silent_sessions
from guildhall.packs.realm.servers.messages import EndSilentSessions, ForgetRealmSessions
from guildhall.packs.realm.servers.queries import forget_sessions, sessions_or_populations_due
from guildhall.packs.realm.settings import RealmSettings

_BATCH = 1000
"""Rows deleted in one transaction."""


async def log_out_silent(_: EndSilentSessions, db: Database, settings: RealmSettings) -> dict[str, int]:
    """Log out who was not heard of for `session_idle_minutes`; how many, and how many servers' populations changed."""
    async with db.write() as tx:
        ended = await end_silent_sessions(tx, tx.now - timedelta(minutes=settings.session_idle_minutes))
    async with db.write() as tx:  # of its own, so that no session is held while servers are
        return {"ended": ended, "populations": await refresh_population(tx)}


def _silent_since(now: datetime, settings: RealmSettings) -> tuple[object, ...]:
    return (now - timedelta(minutes=settings.session_idle_minutes),)


SILENT = Due(sessions_or_populations_due, _silent_since)


async def forget_old_sessions(_: ForgetRealmSessions, db: Database, settings: RealmSettings) -> dict[str, int]:
    """Delete sessions that ended more than `keep_session_days` ago; how many."""
    total = 0
    while True:
        async with db.write() as tx:
            gone = await forget_sessions.run(tx, tx.now - timedelta(days=settings.keep_session_days), _BATCH)
        total += gone
        if gone < _BATCH:
            return {"forgotten": total}


WORKER = WorkerPart(
    handlers=(
        On(EndSilentSessions, log_out_silent, schedule=minutely(due=SILENT)),
        On(ForgetRealmSessions, forget_old_sessions, schedule=daily(hour=3, minute=35)),
    )
)
