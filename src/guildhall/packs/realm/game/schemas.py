"""The rows of a game server, and what it is answered."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from guildhall.ids import UserId
from guildhall.instants import Instant, Timed
from guildhall.packs.realm.access.schemas.permissions import Experience, Level
from guildhall.packs.realm.game.rules import Fault
from guildhall.packs.realm.ids import ChannelId, RaidId
from guildhall.packs.realm.raids.rules.loot import Difficulty
from guildhall.packs.realm.raids.rules.raids import PullStatus
from guildhall.packs.realm.raids.schemas.raids import (
    BossName,
    ClassName,
    Deaths,
    Percent,
    Phase,
    RaidName,
    Role,
    Slots,
    Total,
)
from guildhall.text import LINE, TEXT

Key = Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE, examples=["kill-4711"])]
"""The game's own name for a row: what comes again under the same one within a day is the same."""
ExternalId = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["player-42"])]
Name = Annotated[str, Meta(min_length=1, max_length=32, pattern=LINE, examples=["Thrall"])]
Words = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
Kind = Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,60}$")]
Sequence = Annotated[int, Meta(ge=0, le=2**53)]


class GameEvent(Timed, frozen=True, forbid_unknown_fields=True):
    """An event of the game: a system message in a channel, or in the server's log."""

    key: Key
    kind: Kind
    content: Words
    channel_id: ChannelId | None = None
    data: Any = None
    at: Instant | None = None


class GameMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """A system message in a channel."""

    key: Key
    channel_id: ChannelId
    content: Words
    metadata: dict[str, Any] | None = None


class GameRaid(Timed, frozen=True, forbid_unknown_fields=True):
    """A raid of the game's. The leader is named by id or by name."""

    external_id: ExternalId
    name: RaidName
    boss_name: BossName
    leader_id: UserId | None = None
    leader_name: Name | None = None
    difficulty: Difficulty = "normal"
    description: Annotated[str, Meta(max_length=1000, pattern=TEXT, examples=["Bring fire resistance."])] | None = None
    scheduled_at: Instant | None = None
    tank_slots: Slots = 2
    healer_slots: Slots = 4
    dps_slots: Slots = 14


class RaidTick(Timed, frozen=True, forbid_unknown_fields=True):
    """The state of a raid at an instant. `seq` orders ticks of one instant."""

    at: Instant
    raid_id: RaidId | None = None
    external_id: ExternalId | None = None
    seq: Sequence = 0
    status: PullStatus | None = None
    health_percentage: Percent | None = None
    phase: Phase | None = None


class PlayerStats(Timed, frozen=True, forbid_unknown_fields=True):
    """A person's totals in a raid, their level and experience, at an instant.

    The person is named by id or by name. With a role and a class they become a participant of the raid.
    """

    at: Instant
    user_id: UserId | None = None
    username: Name | None = None
    raid_id: RaidId | None = None
    external_id: ExternalId | None = None
    role: Role | None = None
    class_: ClassName | None = field(name="class", default=None)
    damage_dealt: Total | None = None
    healing: Total | None = None
    damage_taken: Total | None = None
    deaths: Deaths | None = None
    uptime_percentage: Percent | None = None
    level: Level | None = None
    experience: Experience | None = None


class RowsTaken(Struct, frozen=True):
    """The result of a request with many rows.

    `again` counts rows that were there already and changed nothing; `errors` lists the `refused` ones by line number.
    """

    taken: int
    again: int
    refused: int
    errors: list[Fault]


EVENTS = msgspec.json.Decoder(GameEvent)
MESSAGES = msgspec.json.Decoder(GameMessage)
RAIDS = msgspec.json.Decoder(GameRaid)
TICKS = msgspec.json.Decoder(RaidTick)
STATS = msgspec.json.Decoder(PlayerStats)


class KnownPerson(Struct, frozen=True):
    """A person of a server, and the name that was asked for, or an empty one."""

    id: UserId
    name: str


class KnownRaid(Struct, frozen=True):
    """A raid of a server."""

    id: RaidId
    external_id: str | None


class HeldCharacter(Struct, frozen=True):
    """A character that is held for a change."""

    id: UserId
    level: int
    experience: int


class KnownChannel(Struct, frozen=True):
    """A channel of a server. `public` ones are part of the server's live log."""

    id: ChannelId
    closed: bool
    public: bool
