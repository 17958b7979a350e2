"""Permission to act on a server, in a channel, or against another person."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.permissions import profile_on, reading
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, Forbidden, ServerNotFound
from guildhall.packs.realm.access.queries.permissions import channel_server, profile_of, server_is_there
from guildhall.packs.realm.access.rules.ranks import ADMIN, CHANNEL, MODERATOR, NOBODY, PLATFORM, outranks, rank_of
from guildhall.packs.realm.access.schemas.authority import Actor
from guildhall.packs.realm.ids import ChannelId, ServerId

_NEEDED = {
    CHANNEL: "Only a moderator of the channel may do this.",
    MODERATOR: "Only a moderator of the server may do this.",
    ADMIN: "Only an administrator of the server may do this.",
}


async def acting_on(tx: Transaction, principal: Principal, server_id: ServerId, least: int) -> Actor:
    """Return the actor on a server, who has at least the rank `least`.

    Raises ServerNotFound, also for a person of another server; NoProfile, Banned, Forbidden.
    """
    if principal.role == "admin":
        if await server_is_there.one_or_none(tx, server_id) is None:
            raise ServerNotFound
        return Actor(principal.viewer.id, server_id, PLATFORM)
    profile = await profile_on(tx, server_id)
    actor = Actor(profile.id, server_id, rank_of(profile.badge))
    if actor.rank < least:
        raise Forbidden(detail=_NEEDED[least])
    return actor


async def keeps_order(tx: Transaction, principal: Principal, server_id: ServerId) -> bool:
    """Return whether somebody moderates a server, administers it, or administers the platform."""
    if principal.role == "admin":
        return True
    profile = await profile_of.one_or_none(tx, principal.viewer.id, tx.now)
    if profile is None or profile.server_id != server_id:
        return False
    return profile.moderates and profile.is_active and profile.banned_until is None


async def acting_in(tx: Transaction, principal: Principal, channel_id: ChannelId) -> Actor:
    """Return the actor in a channel that they moderate. Raises as `actions.access.reading`, Forbidden."""
    server_id = await channel_server.one_or_none(tx, channel_id)
    if server_id is None:
        raise ChannelNotFound
    if principal.role == "admin":
        return Actor(principal.viewer.id, server_id, PLATFORM)
    access = await reading(tx, channel_id)
    actor = await acting_on(tx, principal, server_id, NOBODY)
    if not access.may_moderate:
        raise Forbidden(detail=_NEEDED[CHANNEL])
    return Actor(actor.id, server_id, max(actor.rank, CHANNEL))


def require_above(actor: Actor, subject_id: UserId, subject_rank: int) -> None:
    """Raises Forbidden for people who act against themselves, an equal or a higher rank."""
    if actor.id == subject_id:
        raise Forbidden(detail="You cannot do this to yourself.")
    if not outranks(actor.rank, subject_rank):
        raise Forbidden(detail="This person's rank is not lower than yours.")


async def require_game(tx: Transaction, principal: Principal, server_id: ServerId) -> None:
    """Allow only principals that act for the game: administrators of the server or of the platform.

    Raises as acting_on, Forbidden.
    """
    await acting_on(tx, principal, server_id, ADMIN)
