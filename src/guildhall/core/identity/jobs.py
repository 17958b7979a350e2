"""The upkeep of sessions and of what sign-in leaves behind."""

from datetime import datetime, timedelta

from guildhall.core.identity.messages import CleanUpSessions
from guildhall.core.identity.queries.api_tokens import forget_api_tokens
from guildhall.core.identity.queries.flows import forget_flows
from guildhall.core.identity.queries.sessions import forget_revocations, forget_sessions, forget_spent_tokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database
from guildhall.db.statements import Command

_BATCH = 1000
"""Rows deleted in one transaction; a session takes its spent tokens along."""


async def clean_up_sessions(_: CleanUpSessions, db: Database, settings: IdentitySettings) -> dict[str, int]:
    """Delete expired rows; return how many of each table.

    A session that has ended is deleted when its last refresh token would have expired: until then a replay is known.
    """
    async with db.write() as tx:
        now = tx.now
    longest = timedelta(days=settings.session_days)
    return {
        "sessions": await _forget(db, forget_sessions, now),
        "spent_tokens": await _forget(db, forget_spent_tokens, now - longest),
        "flows": await _forget(db, forget_flows, now),
        "api_tokens": await _forget(db, forget_api_tokens, now - timedelta(days=settings.revoked_tokens_days)),
        "revocations": await _forget(db, forget_revocations, now - timedelta(hours=2)),
    }


async def _forget(db: Database, batch: Command[[datetime, int]], before: datetime) -> int:
    total = 0
    while True:
        async with db.write() as tx:
            gone = await batch.run(tx, before, _BATCH)
        total += gone
        if gone < _BATCH:
            return total
