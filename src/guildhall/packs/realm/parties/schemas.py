"""Parties as they are asked for, as they are read, and as they are held while something changes."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, PartyId, ServerId
from guildhall.text import LINE

PartyStatus = Literal["active", "disbanded"]
PartyRole = Literal["leader", "member"]
PartyName = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE, examples=["Deep delvers"])]
PartySize = Annotated[int, Meta(ge=2, le=40)]


class PartyRequest(Struct, frozen=True):
    """A party to form. `max_members` counts the leader."""

    name: PartyName | None = None
    max_members: PartySize = 5


class PartyChange(Struct, frozen=True):
    """A change of a party; a field that is left out stays. A name of null removes the name."""

    name: PartyName | UnsetType | None = UNSET
    max_members: PartySize | UnsetType = UNSET


class PartyCard(Struct, frozen=True):
    """One line of a list of parties."""

    id: PartyId
    name: str | None
    leader_id: UserId
    leader_name: str
    member_count: int
    max_members: int
    created_at: datetime


class Party(Struct, frozen=True):
    """A party as its members see it."""

    id: PartyId
    name: str | None
    leader_id: UserId
    leader_name: str
    server_id: ServerId
    member_count: int
    max_members: int
    status: PartyStatus
    created_at: datetime
    disbanded_at: datetime | None
    channel_id: ChannelId | None


class PartyMember(Struct, frozen=True):
    """A member of a party."""

    user_id: UserId
    username: str
    level: int
    role: PartyRole
    joined_at: datetime


class PartyDetails(Struct, frozen=True):
    """A party and who is in it, the leader first, then by time."""

    party: Party
    members: list[PartyMember]


class PartyInvitation(Struct, frozen=True):
    """An invitation to a party, as the one who is invited sees it."""

    party_id: PartyId
    name: str | None
    leader_name: str
    member_count: int
    max_members: int
    created_at: datetime
    expires_at: datetime


class Invited(Struct, frozen=True):
    """A person who was invited and has not answered."""

    user_id: UserId
    username: str
    invited_by: UserId | None
    created_at: datetime
    expires_at: datetime


class HeldParty(Struct, frozen=True):
    """A party that is held for a change."""

    id: PartyId
    server_id: ServerId
    leader_id: UserId
    name: str | None
    status: PartyStatus
    member_count: int
    max_members: int
    channel_id: ChannelId | None
