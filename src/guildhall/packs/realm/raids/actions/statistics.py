"""Permission to see raid statistics."""

from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.queries.permissions import profile_of
from guildhall.packs.realm.raids.queries.statistics import boss_records
from guildhall.packs.realm.raids.schemas.statistics import BossRecord


async def records_of(tx: Transaction, user_id: UserId, boss: str | None, difficulty: str | None) -> list[BossRecord]:
    """Return a person's raids by boss, of the viewer's server. Raises as profile_for, UserNotFound."""
    profile = await profile_for(tx)
    subject = await profile_of.one_or_none(tx, user_id, tx.now)
    if subject is None or subject.server_id != profile.server_id:
        raise UserNotFound
    return await boss_records.many(tx, user_id, boss, difficulty)
