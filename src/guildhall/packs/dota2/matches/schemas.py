"""Players' matches, as stored and as read."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.dota2.answers.schemas import HeroId


class Match(Struct, frozen=True):
    """A player's part in a match. Fields that OpenDota knows only of parsed or recent matches may be null."""

    match_id: Annotated[int, Meta(examples=[8566721284])]
    player_slot: int
    radiant_win: bool | None
    hero_id: HeroId
    start_time: datetime
    duration: Annotated[int, Meta(description="Seconds", examples=[2551])]
    game_mode: int | None
    lobby_type: int | None
    version: int | None
    kills: int | None
    deaths: int | None
    assists: int | None
    average_rank: int | None
    leaver_status: int | None
    party_size: int | None
    hero_variant: int | None
    skill: int | None
    xp_per_min: int | None
    gold_per_min: int | None
    hero_damage: int | None
    tower_damage: int | None
    hero_healing: int | None
    last_hits: int | None
    lane: int | None
    lane_role: int | None
    is_roaming: bool | None
    cluster: int | None


class Matches(Struct, frozen=True):
    """A page of a player's matches, newest first. A private player's are those known from before."""

    items: list[Match]
    next: str | None
    private: bool
    last_sync: datetime | None


class StoredMatch(Struct, frozen=True):
    """A stored match. `detailed` if it has the figures that only recent matches come with."""

    match_id: int
    start_time: datetime
    player_slot: int
    radiant_win: bool | None
    hero_id: int
    duration: int
    game_mode: int | None
    lobby_type: int | None
    version: int | None
    average_rank: int | None
    leaver_status: int | None
    party_size: int | None
    detailed: bool
