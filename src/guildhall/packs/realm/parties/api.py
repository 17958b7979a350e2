"""Parties: forming them, who is in them, who leads, who is asked to join."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.access.actions.permissions import profile_for, profile_on
from guildhall.packs.realm.access.api.parameters import AN_ID, PROFILE, READ, SERVER, WRITE, PathServerId, PathUserId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.schemas.names import PersonRequest
from guildhall.packs.realm.direct.errors import Blocked
from guildhall.packs.realm.ids import PartyId
from guildhall.packs.realm.parties import queries
from guildhall.packs.realm.parties.actions import invitations
from guildhall.packs.realm.parties.actions import parties as actions
from guildhall.packs.realm.parties.errors import (
    InParty,
    NotInParty,
    NotPartyLeader,
    PartyDisbanded,
    PartyFull,
    PartyInvitationNotFound,
    PartyNotFound,
    TooManyInvitations,
)
from guildhall.packs.realm.parties.schemas import (
    Invited,
    Party,
    PartyCard,
    PartyChange,
    PartyDetails,
    PartyInvitation,
    PartyRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_PAGES = Cursor("realm.parties", 1, tuple[PartyId])

Open = Annotated[bool, QueryParameter(name="open", description="Only those with a place left")]


PathPartyId = Annotated[PartyId, PathParameter(description="The party's id", examples=AN_ID)]


@routes.get("/servers/{server_id:uuid}/parties", scope=READ, pages=Pages(_PAGES), raises=SERVER)
async def list_parties(
    server_id: PathServerId, tx: Read, asked: Asked[tuple[PartyId]], open_: Open = False
) -> Page[PartyCard]:
    """Parties of a server.

    The active parties of the viewer's server, newest first.
    """
    at = asked.after
    await profile_on(tx, server_id)
    rows = await queries.active_parties.many(tx, server_id, open_, None if at is None else at[0], asked.rows)
    return _PAGES.page(rows, asked.limit, lambda row: (row.id,))


@routes.get("/parties/mine", scope=READ, raises=(*PROFILE, NotInParty, PartyNotFound))
async def own_party(tx: Read) -> PartyDetails:
    """Your party.

    The party that the viewer is in. One person is in one party at a time.
    """
    return await actions.own_party(tx)


@routes.get("/parties/{party_id:uuid}", scope=READ, raises=(*PROFILE, PartyNotFound))
async def get_party(party_id: PathPartyId, principal: Principal, tx: Read) -> PartyDetails:
    """A party and its members.

    For its members, moderators of the server and administrators of the platform.
    """
    return await actions.readable_party(tx, principal, party_id)


@routes.get("/parties/{party_id:uuid}/invitations", scope=READ, raises=(*PROFILE, PartyNotFound))
async def list_invited(party_id: PathPartyId, tx: Read) -> list[Invited]:
    """Open invitations to a party.

    Return the unanswered invitations that have not expired, the latest first.
    """
    return await invitations.invited_to_party(tx, party_id)


@routes.get("/party-invitations", scope=READ, raises=PROFILE)
async def list_invitations(tx: Read) -> list[PartyInvitation]:
    """Parties that ask you to join.

    The invitations that are good, the latest first, a hundred at most.
    """
    profile = await profile_for(tx)
    return await queries.party_invitations_for.many(tx, profile.id, tx.now)


@routes.post("/parties", scope=WRITE, raises=(*PROFILE, PartyNotFound, InParty, ContentRefused))
async def create_party(tx: Write, data: PartyRequest) -> PartyDetails:
    """Form a party.

    The viewer leads it. It has a channel of its own, for its members.
    """
    return await actions.create_party(tx, data)


@routes.patch(
    "/parties/{party_id:uuid}",
    scope=WRITE,
    raises=(*PROFILE, NotPartyLeader, PartyNotFound, PartyDisbanded, PartyFull, ContentRefused),
)
async def change_party(party_id: PathPartyId, tx: Write, data: PartyChange) -> Party:
    """Change a party.

    Change a party's name and size. For its leader.
    """
    return await actions.change_party(tx, party_id, data)


@routes.delete(
    "/parties/{party_id:uuid}", scope=WRITE, raises=(*PROFILE, NotPartyLeader, PartyNotFound, PartyDisbanded)
)
async def disband_party(party_id: PathPartyId, principal: Principal, tx: Write) -> None:
    """Disband a party.

    Remove all members of a party and close its channel.

    For its leader, moderators of the server and administrators of the platform.
    """
    await actions.disband_party(tx, principal, party_id)


@routes.post(
    "/parties/{party_id:uuid}/invitations",
    scope=WRITE,
    raises=(
        *PROFILE,
        Blocked,
        NotPartyLeader,
        PartyNotFound,
        UserNotFound,
        InParty,
        PartyDisbanded,
        PartyFull,
        TooManyInvitations,
    ),
)
async def invite(party_id: PathPartyId, tx: Write, settings: RealmSettings, data: PersonRequest) -> list[Invited]:
    """Ask somebody to join a party.

    Invite a person to the party; return all unanswered invitations. For its leader.

    A repeated invitation renews the first.
    """
    return await invitations.invite_to_party(tx, party_id, data.user_id, settings)


@routes.delete(
    "/parties/{party_id:uuid}/invitations/{user_id:uuid}",
    scope=WRITE,
    raises=(*PROFILE, NotPartyLeader, PartyInvitationNotFound, PartyNotFound, PartyDisbanded),
)
async def uninvite(party_id: PathPartyId, user_id: PathUserId, tx: Write) -> None:
    """Take an invitation to a party back.

    For the party's leader.
    """
    await invitations.uninvite_from_party(tx, party_id, user_id)


@routes.post(
    "/parties/{party_id:uuid}/acceptance",
    scope=WRITE,
    status=200,
    raises=(*PROFILE, PartyInvitationNotFound, PartyNotFound, InParty, PartyDisbanded, PartyFull),
)
async def accept(party_id: PathPartyId, tx: Write) -> PartyDetails:
    """Join a party.

    Accept an invitation. Never more are in a party than its size.
    """
    return await invitations.accept_party(tx, party_id)


@routes.post("/parties/{party_id:uuid}/refusal", scope=WRITE, status=204, raises=(*PROFILE, PartyInvitationNotFound))
async def decline(party_id: PathPartyId, tx: Write) -> None:
    """Decline an invitation to a party.

    The party is notified.
    """
    await invitations.decline_party(tx, party_id)


@routes.post("/parties/{party_id:uuid}/departure", scope=WRITE, status=204, raises=(*PROFILE, PartyNotFound))
async def leave(party_id: PathPartyId, viewer: Viewer, db: Database) -> None:
    """Leave a party.

    If the leader leaves, the longest member leads next. The last one to leave disbands it.
    """
    await db.transact(lambda tx: actions.leave_party(tx, party_id), viewer)


@routes.delete(
    "/parties/{party_id:uuid}/members/{user_id:uuid}",
    scope=WRITE,
    raises=(*PROFILE, NotPartyLeader, NotInParty, PartyNotFound, InParty, PartyDisbanded),
)
async def kick(party_id: PathPartyId, user_id: PathUserId, principal: Principal, db: Database) -> None:
    """Throw somebody out of a party.

    For the party's leader, moderators of the server and administrators of the platform.
    """
    await db.transact(lambda tx: actions.kick_from_party(tx, principal, party_id, user_id), principal.viewer)


@routes.put(
    "/parties/{party_id:uuid}/leader",
    scope=WRITE,
    raises=(*PROFILE, NotPartyLeader, NotInParty, PartyNotFound, UserNotFound, PartyDisbanded),
)
async def hand_on(party_id: PathPartyId, principal: Principal, db: Database, data: PersonRequest) -> PartyDetails:
    """Let another member lead a party.

    The former leader becomes a plain member.

    For the leader, moderators of the server and administrators of the platform.
    """
    return await db.transact(lambda tx: actions.hand_on_party(tx, principal, party_id, data.user_id), principal.viewer)
