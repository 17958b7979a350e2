"""Invitations to a party, and their answers."""

from datetime import timedelta

from guildhall.core.realtime.actions import publish
from guildhall.core.social.blocks.queries import is_blocked
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person
from guildhall.packs.realm.direct.errors import Blocked
from guildhall.packs.realm.ids import PartyId
from guildhall.packs.realm.parties import queries
from guildhall.packs.realm.parties.actions.parties import hold_own, led, shown, topic_of
from guildhall.packs.realm.parties.errors import (
    InParty,
    PartyDisbanded,
    PartyFull,
    PartyInvitationNotFound,
    TooManyInvitations,
)
from guildhall.packs.realm.parties.schemas import Invited, PartyDetails, PartyInvitation
from guildhall.packs.realm.settings import RealmSettings

_WAITING_MOST = 40
"""The limit of unanswered invitations: one per seat of the largest party."""


async def invite_to_party(
    tx: Transaction, party_id: PartyId, user_id: UserId, settings: RealmSettings
) -> list[Invited]:
    """Invite a person on the same server to the party; return all unanswered invitations.

    A repeated one expires later.

    Raises as `led`, UserNotFound, InParty for members, Blocked by them, PartyFull, TooManyInvitations.
    """
    profile = await profile_for(tx)
    if await lock_person.one_or_none(tx, user_id, profile.server_id) is None:
        raise UserNotFound
    profile, party = await led(tx, party_id)
    if await queries.is_party_member.one_or_none(tx, party_id, user_id) is not None:
        raise InParty(detail="This person is in the party already.")
    if await is_blocked.one(tx, profile.id, user_id):
        raise Blocked
    if party.member_count >= party.max_members:
        raise PartyFull
    if await queries.party_invitations_waiting.one(tx, party_id, user_id, tx.now) >= _WAITING_MOST:
        raise TooManyInvitations(most=_WAITING_MOST)
    until = tx.now + timedelta(minutes=settings.party_invite_minutes)
    await queries.invite_to_party.run(tx, party_id, user_id, profile.id, tx.now, until)
    told = PartyInvitation(party_id, party.name, profile.username, party.member_count, party.max_members, tx.now, until)
    await publish(tx, f"realm.user:{user_id}", "party_invitation", told, by=profile.id)
    return await queries.party_invitations_of.many(tx, party_id, tx.now)


async def uninvite_from_party(tx: Transaction, party_id: PartyId, user_id: UserId) -> None:
    """Take an invitation back. Raises as `led`, PartyInvitationNotFound."""
    profile, _ = await led(tx, party_id)
    if not await queries.drop_party_invitation.one_or_none(tx, party_id, user_id, tx.now):
        raise PartyInvitationNotFound
    await publish(tx, f"realm.user:{user_id}", "party_invitation_withdrawn", {"party_id": party_id}, by=profile.id)


async def accept_party(tx: Transaction, party_id: PartyId) -> PartyDetails:
    """Join a party that has invited the viewer.

    Raises NoProfile, Banned, PartyInvitationNotFound, InParty for members of another one, PartyFull; the invitation
    stays then.
    """
    await hold_own(tx, tx.viewer.id)
    profile = await profile_for(tx)
    party = await queries.held_party.one_or_none(tx, party_id)
    if party is None or party.server_id != profile.server_id:
        raise PartyInvitationNotFound
    if not await queries.drop_party_invitation.one_or_none(tx, party_id, profile.id, tx.now):
        raise PartyInvitationNotFound
    if party.status == "disbanded":
        raise PartyDisbanded
    if await queries.party_of.one_or_none(tx, profile.id) is not None:
        raise InParty
    if party.member_count >= party.max_members:
        raise PartyFull
    await queries.add_party_member.run(tx, party_id, profile.id, "member", tx.now)
    await queries.count_party.run(tx, party_id, 1)
    joined = {"user_id": profile.id, "username": profile.username}
    await publish(tx, topic_of(party_id), "member_joined", joined, by=profile.id)
    return await shown(tx, profile, party_id)


async def decline_party(tx: Transaction, party_id: PartyId) -> None:
    """Decline an invitation. Raises NoProfile, Banned, PartyInvitationNotFound."""
    profile = await profile_for(tx)
    if not await queries.drop_party_invitation.one_or_none(tx, party_id, profile.id, tx.now):
        raise PartyInvitationNotFound
    await publish(tx, topic_of(party_id), "invitation_declined", {"user_id": profile.id}, by=profile.id)


async def invited_to_party(tx: Transaction, party_id: PartyId) -> list[Invited]:
    """Return the unanswered invitations to the viewer's party. Raises NoProfile, Banned, PartyNotFound."""
    profile = await profile_for(tx)
    await shown(tx, profile, party_id)
    return await queries.party_invitations_of.many(tx, party_id, tx.now)
