"""Invalidation of a user's overview in every process."""

from uuid import UUID

from guildhall.core.cache.actions import invalidate
from guildhall.db.pool import Transaction
from guildhall.packs.eve.schemas.views.overview import OVERVIEW


async def forget_overview(tx: Transaction, user_id: UUID) -> None:
    """Have the user's overview made anew: something of a character has changed, or which characters there are."""
    await invalidate(tx, OVERVIEW.key(user_id), stored=False)
