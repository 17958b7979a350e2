"""Errors of parties."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.access.errors.permissions import Forbidden


class PartyNotFound(NotFound):
    says = "Party not found."


class NotInParty(NotFound):
    says = "Not in the party: this person is not a member of it."


class PartyInvitationNotFound(NotFound):
    says = "No invitation: there is none, or it has expired."


class NotPartyLeader(Forbidden):
    says = "You do not lead the party: only its leader may do this."


class InParty(Conflict):
    says = "In a party already: leave it first."


class PartyFull(Conflict):
    says = "The party is full."


class PartyDisbanded(Conflict):
    says = "The party was disbanded."


class TooManyInvitations(Conflict):
    says = "Too many invitations: {most} people have not answered yet."
    most: int
