"""The live topic of a person."""

from uuid import UUID

from guildhall.core.identity.principals.permissions import require_scope
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.schemas import TopicKind
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.api.parameters import READ
from guildhall.packs.realm.access.errors.permissions import NothingToFollow


async def _may_follow_user(tx: Transaction, principal: Principal, key: UUID) -> None:
    """Allow only the viewer's own topic; banned people too, because they hear of the ban there."""
    require_scope(principal, READ)
    if principal.viewer.id != key:
        raise NothingToFollow


TOPICS = (TopicKind("realm.user", _may_follow_user),)
