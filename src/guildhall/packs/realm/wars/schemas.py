"""Wars between guilds and the territories they are about."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.names import ClientKey
from guildhall.packs.realm.ids import GuildId, ServerId, TerritoryId, WarId
from guildhall.packs.realm.wars.rules import Outcome, WarStatus
from guildhall.text import LINE

TerritoryName = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE, examples=["Ashen Pass"])]


class TerritoryRequest(Struct, frozen=True):
    """A territory to be fought for. `points` are what it takes to conquer it and what that is worth."""

    name: TerritoryName
    points: Annotated[int, Meta(ge=1, le=10_000)] = 100
    guild_id: GuildId | None = None


class TerritoryHolder(Struct, frozen=True):
    """The guild that is to hold a territory; null is none."""

    guild_id: GuildId | None


class Territory(Struct, frozen=True):
    """A territory and the guild that holds it."""

    id: TerritoryId
    server_id: ServerId
    name: str
    points: int
    guild_id: GuildId | None
    guild_name: str | None
    conquered_at: datetime | None


class HeldTerritory(Struct, frozen=True):
    """A territory that is held for a change."""

    id: TerritoryId
    server_id: ServerId
    name: str
    points: int
    guild_id: GuildId | None


class WarRequest(Struct, frozen=True):
    """The guild on which war is declared, and which of their territories it is about, if any."""

    defender_id: GuildId
    territory_id: TerritoryId | None = None


class ConquestRequest(Struct, frozen=True):
    """The territory to take. It may be left out in a war that is about one."""

    territory_id: TerritoryId | None = None


class PointsRequest(Struct, frozen=True):
    """Points that a side has won. `user_id` is who won them, if it was one person."""

    guild_id: GuildId
    points: Annotated[int, Meta(ge=1, le=100_000)]
    client_key: ClientKey
    user_id: UserId | None = None


class War(Struct, frozen=True):
    """A war. `status` is that of this moment: a declared one is active from `starts_at` on."""

    id: WarId
    server_id: ServerId
    attacker_id: GuildId
    attacker_name: str
    defender_id: GuildId
    defender_name: str
    territory_id: TerritoryId | None
    territory: str | None
    status: WarStatus
    attacker_points: int
    defender_points: int
    winner_id: GuildId | None
    outcome: Outcome | None
    taken: bool
    peace_offered_by: GuildId | None
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

    id: WarId
    server_id: ServerId
    attacker_id: GuildId
    defender_id: GuildId
    territory_id: TerritoryId | None
    status: WarStatus
    attacker_points: int
    defender_points: int
    peace_offered_by: GuildId | None
    starts_at: datetime
    ends_at: datetime

    def other(self, guild_id: GuildId) -> GuildId:
        """The other side."""
        return self.defender_id if guild_id == self.attacker_id else self.attacker_id
