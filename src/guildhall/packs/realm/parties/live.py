"""The live topic of a party."""

from uuid import UUID

from guildhall.core.identity.principals.permissions import require_scope
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.schemas import TopicKind
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.api.parameters import READ
from guildhall.packs.realm.access.errors.permissions import NothingToFollow
from guildhall.packs.realm.ids import PartyId
from guildhall.packs.realm.parties.queries import follows_party


async def _may_follow_party(tx: Transaction, principal: Principal, key: UUID) -> None:
    require_scope(principal, READ)
    await profile_for(tx)
    if not await follows_party.one(tx, PartyId(key), principal.viewer.id):
        raise NothingToFollow


TOPICS = (TopicKind("realm.party", _may_follow_party, presence=True),)
