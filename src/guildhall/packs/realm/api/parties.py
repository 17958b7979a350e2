"""Parties: forming them, who is in them, who leads, who is asked to join."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import parties as actions
from guildhall.packs.realm.actions import party_invitations as invitations
from guildhall.packs.realm.actions.access import profile_for, profile_on
from guildhall.packs.realm.api.parameters import READ, WRITE, After, Limit, PartyId, ServerId, UserId
from guildhall.packs.realm.queries import parties as queries
from guildhall.packs.realm.schemas.names import PersonRequest
from guildhall.packs.realm.schemas.parties import (
    Invited,
    Party,
    PartyCard,
    PartyChange,
    PartyDetails,
    PartyInvitation,
    PartyRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below

_PAGES = Cursor("realm.parties", 1, tuple[UUID])

Open = Annotated[bool, QueryParameter(name="open", description="Only those with a place left")]


@get("/servers/{server_id:uuid}/parties", summary="Parties of a server", responses=documented(400, 401, 403, 404, 409))
async def list_parties(
    server_id: ServerId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    open_: Open = False,
    after: After = None,
    limit: Limit = 20,
) -> Page[PartyCard]:
    """The active parties of the viewer's server, newest first."""
    at = _PAGES.decode_or_none(after)
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        rows = await queries.active_parties.many(tx, server_id, open_, None if at is None else at[0], limit + 1)
    return _PAGES.page(rows, limit, lambda row: (row.id,))


@get("/parties/mine", summary="Your party", responses=documented(401, 403, 404, 409))
async def own_party(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> PartyDetails:
    """The party that the viewer is in. One person is in one party at a time."""
    async with db.read(viewer) as tx:
        return await actions.own_party(tx, viewer)


@get("/parties/{party_id:uuid}", summary="A party and its members", responses=documented(400, 401, 403, 404, 409))
async def get_party(
    party_id: PartyId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> PartyDetails:
    """Return a party. For its members, moderators of the server and administrators of the platform."""
    async with db.read(principal.viewer) as tx:
        return await actions.readable_party(tx, principal, party_id)


@get(
    "/parties/{party_id:uuid}/invitations",
    summary="Open invitations to a party",
    responses=documented(400, 401, 403, 404, 409),
)
async def list_invited(
    party_id: PartyId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> list[Invited]:
    """Return the unanswered invitations that have not expired, the latest first."""
    async with db.read(viewer) as tx:
        return await invitations.invited_to_party(tx, viewer, party_id)


@get("/party-invitations", summary="Parties that ask you to join", responses=documented(401, 403, 409))
async def list_invitations(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> list[PartyInvitation]:
    """The invitations that are good, the latest first, a hundred at most."""
    async with db.read(viewer) as tx:
        profile = await profile_for(tx, viewer)
        return await queries.party_invitations_for.many(tx, profile.id, tx.now)


@post("/parties", summary="Form a party", responses=documented(400, 401, 403, 409, 413, 422))
async def create_party(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[PartyRequest]
) -> PartyDetails:
    """The viewer leads it. It has a channel of its own, for its members."""
    async with db.write(viewer) as tx:
        return await actions.create_party(tx, viewer, data)


@patch("/parties/{party_id:uuid}", summary="Change a party", responses=documented(400, 401, 403, 404, 409, 413, 422))
async def change_party(
    party_id: PartyId, viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[PartyChange]
) -> Party:
    """Change a party's name and size. For its leader."""
    async with db.write(viewer) as tx:
        return await actions.change_party(tx, viewer, party_id, data)


@delete("/parties/{party_id:uuid}", summary="Disband a party", responses=documented(400, 401, 403, 404, 409))
async def disband_party(
    party_id: PartyId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Remove all members of a party and close its channel.

    For its leader, moderators of the server and administrators of the platform.
    """
    async with db.write(principal.viewer) as tx:
        await actions.disband_party(tx, principal, party_id)


@post(
    "/parties/{party_id:uuid}/invitations",
    summary="Ask somebody to join a party",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def invite(
    party_id: PartyId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    data: JSONBody[PersonRequest],
) -> list[Invited]:
    """Invite a person to the party; return all unanswered invitations. For its leader.

    A repeated invitation renews the first.
    """
    async with db.write(viewer) as tx:
        return await invitations.invite_to_party(tx, viewer, party_id, data.user_id, settings)


@delete(
    "/parties/{party_id:uuid}/invitations/{user_id:uuid}",
    summary="Take an invitation to a party back",
    responses=documented(400, 401, 403, 404, 409),
)
async def uninvite(
    party_id: PartyId, user_id: UserId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> None:
    """Withdraw an invitation. For the party's leader."""
    async with db.write(viewer) as tx:
        await invitations.uninvite_from_party(tx, viewer, party_id, user_id)


@post(
    "/parties/{party_id:uuid}/acceptance",
    status_code=200,
    summary="Join a party",
    responses=documented(400, 401, 403, 404, 409),
)
async def accept(party_id: PartyId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> PartyDetails:
    """Accept an invitation. Never more are in a party than its size."""
    async with db.write(viewer) as tx:
        return await invitations.accept_party(tx, viewer, party_id)


@post(
    "/parties/{party_id:uuid}/refusal",
    status_code=204,
    summary="Decline an invitation to a party",
    responses=documented(400, 401, 403, 404, 409),
)
async def decline(party_id: PartyId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """Decline an invitation. The party is notified."""
    async with db.write(viewer) as tx:
        await invitations.decline_party(tx, viewer, party_id)


@post(
    "/parties/{party_id:uuid}/departure",
    status_code=204,
    summary="Leave a party",
    responses=documented(400, 401, 403, 404, 409),
)
async def leave(party_id: PartyId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """Leave a party. If the leader leaves, the longest member leads next. The last one to leave disbands it."""
    await db.transact(lambda tx: actions.leave_party(tx, viewer, party_id), viewer)


@delete(
    "/parties/{party_id:uuid}/members/{user_id:uuid}",
    summary="Throw somebody out of a party",
    responses=documented(400, 401, 403, 404, 409),
)
async def kick(
    party_id: PartyId, user_id: UserId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Remove a member. For the party's leader, moderators of the server and administrators of the platform."""
    await db.transact(lambda tx: actions.kick_from_party(tx, principal, party_id, user_id), principal.viewer)


@put(
    "/parties/{party_id:uuid}/leader",
    summary="Let another member lead a party",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def hand_on(
    party_id: PartyId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[PersonRequest],
) -> PartyDetails:
    """Make another member the leader. The former leader becomes a plain member.

    For the leader, moderators of the server and administrators of the platform.
    """
    return await db.transact(lambda tx: actions.hand_on_party(tx, principal, party_id, data.user_id), principal.viewer)


_reads = below("", [list_parties, own_party, get_party, list_invited, list_invitations], guards=[requires(READ)])
_writes = below(
    "",
    [
        create_party, change_party, disband_party, invite, uninvite, accept, decline, leave, kick, hand_on,
    ],
    guards=[requires(WRITE)],
)  # fmt: skip
routes = below("/api/v1/realm", [*_reads, *_writes])
