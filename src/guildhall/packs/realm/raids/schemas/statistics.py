"""Statistics of raids."""

from datetime import datetime

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.rules.loot import Difficulty


class BossRecord(Struct, frozen=True):
    """A person's raids against a boss. Seconds are those of the pull that won; averages are of whole raids."""

    boss_name: str
    difficulty: Difficulty
    raids: int
    attempts: int
    kills: int
    best_seconds: int | None
    best_health: int | None
    average_damage: float
    average_healing: float
    best_damage: int
    best_healing: int
    deaths: int
    last_raid_at: datetime


class Kill(Struct, frozen=True):
    """A place among the fastest kills of a boss."""

    raid_id: RaidId
    name: str
    leader_id: UserId
    leader_name: str
    kill_seconds: int
    attempts: int
    participant_count: int
    killed_at: datetime


class Standing(Struct, frozen=True):
    """A person's best results in the raids of a boss."""

    user_id: UserId
    username: str
    raids: int
    kills: int
    best_damage: int
    best_healing: int
    total_damage: int
    total_healing: int
