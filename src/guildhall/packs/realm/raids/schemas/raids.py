"""Raids as they are asked for, as they are read, and as they are held while something changes."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from guildhall.ids import UserId
from guildhall.instants import Instant, Timed
from guildhall.packs.realm.access.rules.amounts import DEATHS_MOST, TOTAL_MOST
from guildhall.packs.realm.ids import ChannelId, RaidId, ServerId
from guildhall.packs.realm.raids.rules.loot import Difficulty, Quality
from guildhall.packs.realm.raids.rules.raids import PullStatus, Status
from guildhall.text import LINE, TEXT

Role = Literal["tank", "dps", "healer"]
SignupState = Literal["confirmed", "bench", "tentative", "declined", "no_show"]

RaidName = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Friday night"])]
BossName = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Ragnaros"])]
ClassName = Annotated[str, Meta(min_length=1, max_length=40, pattern=LINE, examples=["warrior"])]
Phase = Annotated[str, Meta(min_length=1, max_length=60, pattern=LINE, examples=["Submerged"])]
Slots = Annotated[int, Meta(ge=0, le=40)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Total = Annotated[int, Meta(ge=0, le=TOTAL_MOST)]
Deaths = Annotated[int, Meta(ge=0, le=DEATHS_MOST)]


class RaidRequest(Timed, frozen=True):
    """A raid to prepare. `scheduled_at` is when it is planned for, with its time zone."""

    name: RaidName
    boss_name: BossName
    difficulty: Difficulty = "normal"
    description: Annotated[str, Meta(max_length=1000, pattern=TEXT, examples=["Bring fire resistance."])] | None = None
    scheduled_at: Instant | None = None
    tank_slots: Slots = 2
    healer_slots: Slots = 4
    dps_slots: Slots = 14
    chat_open: bool = False
    """True if every sign-up opens the raid's channel at once; otherwise it opens to those whom the leader confirms."""


class RaidChange(Timed, frozen=True):
    """A change of a raid; a field that is left out or null stays."""

    name: RaidName | None = None
    boss_name: BossName | None = None
    difficulty: Difficulty | None = None
    description: Annotated[str, Meta(max_length=1000, pattern=TEXT, examples=["Bring fire resistance."])] | None = None
    scheduled_at: Instant | None = None
    tank_slots: Slots | None = None
    healer_slots: Slots | None = None
    dps_slots: Slots | None = None
    signups_open: bool | None = None
    chat_open: bool | None = None


class Raid(Struct, frozen=True):
    """A raid. Times are UTC; `loot_seed` is shown when the loot has been drawn from it."""

    id: RaidId
    name: str
    boss_name: str
    difficulty: Difficulty
    server_id: ServerId
    leader_id: UserId
    leader_name: str
    description: str | None
    status: Status
    health_percentage: int
    phase: str | None
    start_time: datetime | None
    end_time: datetime | None
    duration_seconds: int | None
    kill_seconds: int | None
    participant_count: int
    victory: bool | None
    loot_generated: bool
    loot_seed: int | None
    scheduled_at: datetime | None
    tank_slots: int
    healer_slots: int
    dps_slots: int
    signups_open: bool
    chat_open: bool
    external_id: str | None
    channel_id: ChannelId | None
    created_at: datetime
    updated_at: datetime


class RaidPull(Struct, frozen=True):
    """An attempt of a raid."""

    number: int
    status: PullStatus
    started_at: datetime
    ended_at: datetime | None
    duration_seconds: int | None
    best_health: int


class Participant(Struct, frozen=True):
    """A participant of a raid. The numbers are totals of the whole raid."""

    user_id: UserId
    username: str
    role: Role
    class_: str = field(name="class")
    damage_dealt: int
    healing: int
    damage_taken: int
    deaths: int
    uptime_percentage: int
    joined_at: datetime


class Signup(Struct, frozen=True):
    """A person's sign-up for a raid. The bench is in the order of `signed_at`."""

    user_id: UserId
    username: str
    role: Role
    class_: str = field(name="class")
    state: SignupState
    officer: bool
    note: str | None
    signed_at: datetime
    admitted: bool
    """True if the raid's channel is open to them."""


class RaidLoot(Struct, frozen=True):
    """An item that the boss has left, and who has won it."""

    number: int
    item: str
    quality: Quality
    user_id: UserId | None


class RaidDetails(Struct, frozen=True):
    """A raid with everybody and everything of it."""

    raid: Raid
    pulls: list[RaidPull]
    participants: list[Participant]
    signups: list[Signup]
    loot: list[RaidLoot]


class SignupRequest(Struct, frozen=True):
    """The viewer's sign-up: state, role and class."""

    role: Role
    class_: ClassName = field(name="class")
    state: Literal["coming", "tentative", "declined"] = "coming"
    note: Annotated[str, Meta(max_length=200, pattern=TEXT, examples=["Ten minutes late"])] | None = None


class SignupChange(Struct, frozen=True):
    """A leader's change of a sign-up.

    `confirmed` puts them first in the line for their role, `bench` last; a free place is taken at once. Being confirmed
    or made an officer also opens the raid's channel to them, for messages from then on.
    """

    state: SignupState | None = None
    role: Role | None = None
    officer: bool | None = None


class Attendance(Struct, frozen=True):
    """The present and the absent people among those with a place."""

    present: Annotated[list[UserId], Meta(max_length=120)] = []
    absent: Annotated[list[UserId], Meta(max_length=120)] = []


class LeaderRequest(Struct, frozen=True):
    """The person who is to lead."""

    user_id: UserId


class BossHealth(Struct, frozen=True):
    """The health and the phase of the boss."""

    health_percentage: Percent
    phase: Phase | None = None


class PullEnd(Struct, frozen=True):
    """The end of a pull. `health_percentage` is the boss's at the end of a wipe."""

    outcome: Literal["wipe", "victory"]
    health_percentage: Percent | None = None


class ParticipantStats(Struct, frozen=True):
    """A participant's totals of the whole raid so far. A total never falls: a smaller one changes nothing."""

    user_id: UserId
    damage_dealt: Total | None = None
    healing: Total | None = None
    damage_taken: Total | None = None
    deaths: Deaths | None = None
    uptime_percentage: Percent | None = None


class StatsRequest(Timed, frozen=True):
    """The totals of many, at an instant (now when it is left out): an older uptime changes nothing."""

    participants: Annotated[list[ParticipantStats], Meta(min_length=1, max_length=200)]
    at: Instant | None = None


class StatsTaken(Struct, frozen=True):
    """The numbers of participants whose figures have changed, and of those whose were the same already."""

    taken: int
    again: int


class LockedRaid(Struct, frozen=True):
    """A raid that is held for a change."""

    id: RaidId
    server_id: ServerId
    leader_id: UserId
    name: str
    boss_name: str
    difficulty: Difficulty
    status: Status
    health_percentage: int
    phase: str | None
    start_time: datetime | None
    end_time: datetime | None
    kill_seconds: int | None
    loot_generated: bool
    loot_seed: int
    tank_slots: int
    healer_slots: int
    dps_slots: int
    signups_open: bool
    chat_open: bool
    tick_at: datetime | None
    tick_seq: int


class LastPull(Struct, frozen=True):
    """The latest pull of a raid."""

    raid_id: RaidId
    number: int
    status: PullStatus
    started_at: datetime
    ended_at: datetime | None
    best_health: int


class HeldSignup(Struct, frozen=True):
    """A sign-up while its raid is held."""

    user_id: UserId
    role: Role
    class_: str = field(name="class")
    state: SignupState
    officer: bool
    note: str | None
    signed_at: datetime
    admitted_at: datetime | None


class HeldStats(Struct, frozen=True):
    """A participant's numbers while they are held."""

    raid_id: RaidId
    user_id: UserId
    class_: str = field(name="class")
    damage_dealt: int
    healing: int
    damage_taken: int
    deaths: int
    uptime_percentage: int
    stats_at: datetime | None
