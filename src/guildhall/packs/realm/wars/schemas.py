"""Wars between guilds and the territories they are about."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.packs.realm.access.schemas.names import ClientKey
from guildhall.packs.realm.wars.rules import Outcome, WarStatus
from guildhall.text import LINE

TerritoryName = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE, examples=["Ashen Pass"])]


class TerritoryRequest(Struct, frozen=True):
    """A territory to be fought for. `points` are what it takes to conquer it and what that is worth."""

    name: TerritoryName
    points: Annotated[int, Meta(ge=1, le=10_000)] = 100
    guild_id: UUID | None = None


class TerritoryHolder(Struct, frozen=True):
    """The guild that is to hold a territory; null is none."""

    guild_id: UUID | None


class Territory(Struct, frozen=True):
    """A territory and the guild that holds it."""

    id: UUID
    server_id: UUID
    name: str
    points: int
    guild_id: UUID | None
    guild_name: str | None
    conquered_at: datetime | None


class HeldTerritory(Struct, frozen=True):
    """A territory that is held for a change."""

    id: UUID
    server_id: UUID
    name: str
    points: int
    guild_id: UUID | None


class WarRequest(Struct, frozen=True):
    """The guild on which war is declared, and which of their territories it is about, if any."""

    defender_id: UUID
    territory_id: UUID | None = None


class ConquestRequest(Struct, frozen=True):
    """The territory to take. It may be left out in a war that is about one."""

    territory_id: UUID | None = None


class PointsRequest(Struct, frozen=True):
    """Points that a side has won. `user_id` is who won them, if it was one person."""

    guild_id: UUID
    points: Annotated[int, Meta(ge=1, le=100_000)]
    client_key: ClientKey
    user_id: UUID | None = None


class War(Struct, frozen=True):
    """A war. `status` is that of this moment: a declared one is active from `starts_at` on."""

    id: UUID
    server_id: UUID
    attacker_id: UUID
    attacker_name: str
    defender_id: UUID
    defender_name: str
    territory_id: UUID | None
    territory: str | None
    status: WarStatus
    attacker_points: int
    defender_points: int
    winner_id: UUID | None
    outcome: Outcome | None
    taken: bool
    peace_offered_by: UUID | None
    declared_at: datetime
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None


class PointsTaken(Struct, frozen=True):
    """The war after a report of points. `again` when the same was reported before and nothing was added now."""

    war: War
    again: bool


class HeldWar(Struct, frozen=True):
    """A war that is held for a change."""

    id: UUID
    server_id: UUID
    attacker_id: UUID
    defender_id: UUID
    territory_id: UUID | None
    status: WarStatus
    attacker_points: int
    defender_points: int
    peace_offered_by: UUID | None
    starts_at: datetime
    ends_at: datetime

    def other(self, guild_id: UUID) -> UUID:
        """The other side."""
        return self.defender_id if guild_id == self.attacker_id else self.attacker_id
