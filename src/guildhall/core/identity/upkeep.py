"""Clean-up jobs."""

from datetime import timedelta

from guildhall.core.identity.messages import ExpireSubscriptions, TidyAccounts
from guildhall.core.identity.queries import attempts, emails, second_factors, subscriptions
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database

_STRIPE_KEEPS = timedelta(days=60)
"""Stripe sends an event again for three days, and somebody by hand for thirty."""
_LONGEST_BLOCK = timedelta(days=2)


async def tidy_accounts(_: TidyAccounts, db: Database, settings: IdentitySettings) -> dict[str, int]:
    """Forget links, challenges, tries and Stripe events that are over, and sign-ups that nobody confirmed."""
    async with db.write(timeout=120) as tx:
        unconfirmed = tx.now - timedelta(hours=settings.verify_hours)
        return {
            "links": await emails.tidy_links.run(tx, tx.now),
            "sign_ups": await emails.tidy_sign_ups.run(tx, unconfirmed),
            "challenges": await second_factors.tidy_challenges.run(tx, tx.now),
            "tries": await attempts.tidy_tries.run(tx, tx.now - _LONGEST_BLOCK),
            "stripe_events": await subscriptions.tidy_events.run(tx, tx.now - _STRIPE_KEEPS),
            "strangers": await subscriptions.tidy_strangers.run(tx, tx.now - _STRIPE_KEEPS),
        }


async def expire_subscriptions(_: ExpireSubscriptions, db: Database) -> int:
    """Store which subscriptions are over by time; gates have respected this since that second."""
    async with db.write() as tx:
        return await subscriptions.expire_subscriptions.run(tx, tx.now)
