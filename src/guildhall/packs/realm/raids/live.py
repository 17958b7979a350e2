"""The live topic of a raid."""

from uuid import UUID

from guildhall.core.identity.principals.permissions import require_scope
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.schemas import TopicKind
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.permissions import profile_on
from guildhall.packs.realm.access.api.parameters import READ
from guildhall.packs.realm.access.errors.permissions import NothingToFollow
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.queries.raids import raid_server


async def _may_follow_raid(tx: Transaction, principal: Principal, key: UUID) -> None:
    """Raids are for everyone of their server to watch."""
    require_scope(principal, READ)
    server_id = await raid_server.one_or_none(tx, RaidId(key))
    if server_id is None:
        raise NothingToFollow
    await profile_on(tx, server_id)


TOPICS = (TopicKind("realm.raid", _may_follow_raid, presence=True),)
