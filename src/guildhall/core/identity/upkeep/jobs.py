"""Clean-up jobs of all rooms."""

from datetime import datetime, timedelta

from guildhall.core.identity.api_tokens.queries import forget_api_tokens
from guildhall.core.identity.attempts import queries as attempts
from guildhall.core.identity.credentials import queries as credentials
from guildhall.core.identity.emails import queries as emails
from guildhall.core.identity.passwords import queries as passwords
from guildhall.core.identity.principals.queries import forget_revocations
from guildhall.core.identity.sessions.queries import forget_sessions, forget_spent_tokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.queries import forget_flows
from guildhall.core.identity.subscriptions import queries as subscriptions
from guildhall.core.identity.upkeep.messages import CleanUpSessions, TidyAccounts
from guildhall.core.jobs.bindings import On, hourly
from guildhall.db.pool import Database
from guildhall.db.statements import Command
from guildhall.pack import WorkerPart

_STRIPE_KEEPS = timedelta(days=60)
"""Stripe sends an event again for three days, and somebody by hand for thirty."""
_LONGEST_BLOCK = timedelta(days=2)
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


async def tidy_accounts(_: TidyAccounts, db: Database, settings: IdentitySettings) -> dict[str, int]:
    """Forget links, challenges, tries and Stripe events that are over, and sign-ups that nobody confirmed."""
    async with db.write(timeout=120) as tx:
        unconfirmed = tx.now - timedelta(hours=settings.verify_hours)
        return {
            "links": await emails.tidy_links.run(tx, tx.now),
            "sign_ups": await passwords.tidy_sign_ups.run(tx, unconfirmed),
            "challenges": await credentials.tidy_challenges.run(tx, tx.now),
            "tries": await attempts.tidy_tries.run(tx, tx.now - _LONGEST_BLOCK),
            "stripe_events": await subscriptions.tidy_events.run(tx, tx.now - _STRIPE_KEEPS),
            "strangers": await subscriptions.tidy_strangers.run(tx, tx.now - _STRIPE_KEEPS),
        }


async def _forget(db: Database, batch: Command[[datetime, int]], before: datetime) -> int:
    total = 0
    while True:
        async with db.write() as tx:
            gone = await batch.run(tx, before, _BATCH)
        total += gone
        if gone < _BATCH:
            return total


WORKER = WorkerPart(
    handlers=(
        On(CleanUpSessions, clean_up_sessions, schedule=hourly(minute=10)),
        On(TidyAccounts, tidy_accounts, schedule=hourly(minute=20)),
    )
)
