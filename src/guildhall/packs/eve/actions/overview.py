"""Invalidation of a user's overview in every process."""

from uuid import UUID

from guildhall.core.cache.actions import invalidate
from guildhall.db.pool import Transaction
from guildhall.packs.eve.schemas.views.overview import OVERVIEW


async def forget_overview(tx: Transaction, user_id: UUID) -> None:
    """Invalidate the user's overview: a character has changed, or the set of characters."""
    await invalidate(tx, OVERVIEW.key(user_id), stored=False)
