"""Why nothing comes of it with a party."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.errors.access import Forbidden


class PartyNotFound(NotFound):
    """There is no such party, or the viewer may not know of it."""

    code = "realm.party_not_found"
    title = "Party not found"

    def __init__(self) -> None:
        super().__init__("There is no such party.")


class NotInParty(NotFound):
    """The person is in no party, or not in this one."""

    code = "realm.not_in_party"
    title = "Not in the party"


class PartyInvitationNotFound(NotFound):
    """There is no invitation, or it has expired."""

    code = "realm.party_invitation_not_found"
    title = "No invitation"

    def __init__(self) -> None:
        super().__init__("There is no such invitation, or it has expired.")


class NotPartyLeader(Forbidden):
    """Only who leads the party may do this."""

    code = "realm.not_party_leader"
    title = "You do not lead the party"

    def __init__(self) -> None:
        super().__init__("Only the party's leader may do this.")


class InParty(Conflict):
    """One person is in one party at a time."""

    code = "realm.in_party"
    title = "In a party already"


class PartyFull(Conflict):
    """The party has no place left."""

    code = "realm.party_full"
    title = "The party is full"


class PartyDisbanded(Conflict):
    """The party has ended."""

    code = "realm.party_disbanded"
    title = "The party was disbanded"

    def __init__(self) -> None:
        super().__init__("The party was disbanded.")


class TooManyInvitations(Conflict):
    """Too many wait for an answer."""

    code = "realm.too_many_invitations"
    title = "Too many invitations"
