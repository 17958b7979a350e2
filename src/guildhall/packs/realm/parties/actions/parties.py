"""Parties: forming and ending them, and who leads."""

from msgspec import UNSET, Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import LostRace, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import keeps_order
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import NoProfile, UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person, lock_self
from guildhall.packs.realm.access.rules.names import clean_name
from guildhall.packs.realm.access.schemas.permissions import Profile
from guildhall.packs.realm.chat.actions.channels import close_channel, open_channel
from guildhall.packs.realm.ids import PartyId
from guildhall.packs.realm.parties import queries
from guildhall.packs.realm.parties.errors import (
    InParty,
    NotInParty,
    NotPartyLeader,
    PartyDisbanded,
    PartyFull,
    PartyNotFound,
)
from guildhall.packs.realm.parties.schemas import HeldParty, Party, PartyChange, PartyDetails, PartyRequest

_NAME_MOST = 80


class _Changed(Struct, frozen=True):
    name: str | None
    max_members: int


async def create_party(tx: Transaction, wanted: PartyRequest) -> PartyDetails:
    """Form a party that the viewer leads, with a channel of its own.

    Raises NoProfile, Banned, InParty, ContentRefused.
    """
    await hold_own(tx, tx.viewer.id)
    profile = await profile_for(tx)
    if await queries.party_of.one_or_none(tx, profile.id) is not None:
        raise InParty
    party_id = PartyId(uuid7())
    name = clean_name(wanted.name, _NAME_MOST) if wanted.name is not None else None
    await queries.add_party.run(tx, party_id, name, profile.id, profile.server_id, wanted.max_members, tx.now)
    await queries.add_party_member.run(tx, party_id, profile.id, "leader", tx.now)
    await open_channel(tx, _channel_name(name, profile), profile.server_id, party_id=party_id, created_by=profile.id)
    return await shown(tx, profile, party_id)


async def shown(tx: Transaction, profile: Profile, party_id: PartyId) -> PartyDetails:
    """A party that somebody is in, or whose server they moderate. Raises PartyNotFound."""
    party = await queries.party_for.one_or_none(tx, party_id, profile.id, profile.moderates)
    if party is None or party.server_id != profile.server_id:
        raise PartyNotFound
    return PartyDetails(party, await queries.party_members.many(tx, party_id))


async def own_party(tx: Transaction) -> PartyDetails:
    """The party that the viewer is in. Raises NoProfile, Banned, NotInParty."""
    profile = await profile_for(tx)
    party_id = await queries.party_of.one_or_none(tx, profile.id)
    if party_id is None:
        raise NotInParty(detail="You are in no party.")
    return await shown(tx, profile, party_id)


async def change_party(tx: Transaction, party_id: PartyId, change: PartyChange) -> Party:
    """Give a party another name or size. Raises as `led`, PartyFull when more are in it than are to be let in."""
    profile, party = await led(tx, party_id)
    most = party.max_members if change.max_members is UNSET else change.max_members
    if most < party.member_count:
        raise PartyFull(detail=f"The party has {party.member_count} members.")
    name = party.name
    if change.name is not UNSET:
        name = clean_name(change.name, _NAME_MOST) if change.name is not None else None
    await queries.change_party.run(tx, party_id, name, most)
    await publish(tx, topic_of(party_id), "party_changed", _Changed(name, most), by=profile.id)
    return (await shown(tx, profile, party_id)).party


async def leave_party(tx: Transaction, party_id: PartyId) -> None:
    """Leave a party. If the leader leaves, the longest member leads next; the last one to leave disbands the party.

    Raises NoProfile, Banned, PartyNotFound, LostRace.
    """
    profile = await profile_for(tx)
    party = await held(tx, profile, party_id)
    await remove_from_party(tx, party, profile.id, "left", profile.id)


async def kick_from_party(tx: Transaction, principal: Principal, party_id: PartyId, user_id: UserId) -> None:
    """Remove a member; the leader leaves instead. Raises as `ruled`, NotInParty."""
    party = await ruled(tx, principal, party_id, "party_member_kicked")
    by = principal.viewer.id
    if user_id == by == party.leader_id:
        raise InParty(detail="Leave the party instead.")
    if await queries.is_party_member.one_or_none(tx, party_id, user_id) is None:
        raise NotInParty
    await remove_from_party(tx, party, user_id, "kicked", by)


async def hand_on_party(tx: Transaction, principal: Principal, party_id: PartyId, user_id: UserId) -> PartyDetails:
    """Make another member the leader. Raises as `ruled`, UserNotFound, NotInParty."""
    server_id = await queries.party_server.one_or_none(tx, party_id)
    if server_id is None:
        raise PartyNotFound
    if await lock_person.one_or_none(tx, user_id, server_id) is None:
        raise UserNotFound
    party = await ruled(tx, principal, party_id, "party_handed_on")
    if await queries.is_party_member.one_or_none(tx, party_id, user_id) is None:
        raise NotInParty
    if user_id != party.leader_id:
        await _lead(tx, party, user_id, principal.viewer.id)
    return await _details(tx, principal.viewer.id, party_id)


async def disband_party(tx: Transaction, principal: Principal, party_id: PartyId) -> None:
    """End a party: remove all members and close its channel. Raises as `ruled`."""
    await _disband(tx, await ruled(tx, principal, party_id, "party_disbanded"), principal.viewer.id)


async def readable_party(tx: Transaction, principal: Principal, party_id: PartyId) -> PartyDetails:
    """A party that the viewer is in, or on whose server they keep order. Raises NoProfile, Banned, PartyNotFound."""
    server_id = await queries.party_server.one_or_none(tx, party_id)
    if server_id is not None and await keeps_order(tx, principal, server_id):
        return await _details(tx, principal.viewer.id, party_id)
    return await shown(tx, await profile_for(tx), party_id)


async def _details(tx: Transaction, user_id: UserId, party_id: PartyId) -> PartyDetails:
    """A party that is there, for somebody who may see it."""
    party = await queries.party_for.one(tx, party_id, user_id, True)
    return PartyDetails(party, await queries.party_members.many(tx, party_id))


async def ruled(tx: Transaction, principal: Principal, party_id: PartyId, act: str) -> HeldParty:
    """A party that the viewer leads, locked; or on whose server they keep order, which the audit keeps.

    Raises as `led`.
    """
    party = await queries.held_party.one_or_none(tx, party_id)
    if party is None or party.leader_id == principal.viewer.id:
        return (await led(tx, party_id))[1]
    if not await keeps_order(tx, principal, party.server_id):
        return (await led(tx, party_id))[1]
    if party.status == "disbanded":
        raise PartyDisbanded
    await record(
        tx, act, actor=principal.viewer.id, server=party.server_id, subject=party.leader_id,
        details={"party_id": party.id},
    )  # fmt: skip
    return party


async def held(tx: Transaction, profile: Profile, party_id: PartyId) -> HeldParty:
    """A party that somebody is in, locked. Raises PartyNotFound."""
    party = await queries.held_party.one_or_none(tx, party_id)
    if party is None or await queries.is_party_member.one_or_none(tx, party_id, profile.id) is None:
        raise PartyNotFound
    return party


async def led(tx: Transaction, party_id: PartyId) -> tuple[Profile, HeldParty]:
    """Return the viewer's character and the party that it leads, locked.

    Raises NoProfile, Banned, PartyNotFound for people outside the party, NotPartyLeader, PartyDisbanded.
    """
    profile = await profile_for(tx)
    party = await queries.held_party.one_or_none(tx, party_id)
    if party is not None and party.status == "disbanded" and party.leader_id == profile.id:
        raise PartyDisbanded
    if party is None or await queries.is_party_member.one_or_none(tx, party_id, profile.id) is None:
        raise PartyNotFound
    if party.leader_id != profile.id:
        raise NotPartyLeader
    return profile, party


async def hold_own(tx: Transaction, user_id: UserId) -> None:
    """Lock one's own row, before any other, and before anything is read of it. Raises NoProfile."""
    if await lock_self.one_or_none(tx, user_id) is None:
        raise NoProfile


def topic_of(party_id: PartyId) -> str:
    """Return the topic of a party's live events."""
    return f"realm.party:{party_id}"


async def remove_from_party(tx: Transaction, party: HeldParty, user_id: UserId, how: str, by: UserId) -> None:
    """Take a member out of a held party; the heir of a leader leads then, and the last one's end is the party's.

    Raises LostRace.
    """
    if party.member_count == 1:
        await _disband(tx, party, by)
        return
    await queries.drop_party_member.run(tx, party.id, user_id)
    await queries.count_party.run(tx, party.id, -1)
    await publish(tx, topic_of(party.id), "member_left", {"user_id": user_id, "how": how}, by=user_id)
    if party.leader_id == user_id:
        heir = await queries.party_heir.one_or_none(tx, party.id, tx.now)
        if heir is None:  # all who are left are leaving Guildhall at this very moment
            raise LostRace
        await _lead(tx, party, heir, by)
    await revoke_access(tx, topic_of(party.id), user_id)
    await revoke_access(tx, f"realm.channel:{party.channel_id}", user_id)
    if how != "left":
        await publish(tx, f"realm.user:{user_id}", "party_left", {"party_id": party.id, "how": how}, by=by)


async def _lead(tx: Transaction, party: HeldParty, user_id: UserId, by: UserId) -> None:
    await queries.party_roles.run(tx, party.id, user_id, True)
    await queries.party_roles.run(tx, party.id, user_id, False)
    await queries.lead_party.run(tx, party.id, user_id)
    await publish(tx, topic_of(party.id), "leader_changed", {"leader_id": user_id}, by=by)
    # Who led moderated the channel until now.
    await revoke_access(tx, f"realm.channel:{party.channel_id}", party.leader_id)


async def _disband(tx: Transaction, party: HeldParty, by: UserId) -> None:
    await queries.drop_party_invitations.run(tx, party.id)
    await queries.drop_party_members.many(tx, party.id)
    await queries.end_party.run(tx, party.id, tx.now)
    await publish(tx, topic_of(party.id), "party_disbanded", {"party_id": party.id}, by=by)
    await revoke_access(tx, topic_of(party.id))
    if party.channel_id is not None:
        await close_channel(tx, party.channel_id)


def _channel_name(name: str | None, profile: Profile) -> str:
    return name if name is not None else f"Party of {profile.username}"
