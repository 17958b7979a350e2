"""Answers of OpenDota, in the pack's own words.

Published schema and reality differ: everything but ids may be missing or null, unknown keys come and go, and numbers
have been strings.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.instants import Instant


class Alias(Struct, frozen=True):
    """A name that the player had before."""

    personaname: str | None = None
    name_since: str | None = None


Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
SmallId = Annotated[int, Meta(ge=0, le=2**15 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class GivenProfile(Struct, frozen=True):
    """The `profile` of /players/{id}."""

    account_id: int
    personaname: str | None = None
    name: str | None = None
    plus: bool | None = None
    cheese: Int | None = None
    steamid: str | None = None
    avatar: str | None = None
    avatarmedium: str | None = None
    avatarfull: str | None = None
    profileurl: str | None = None
    last_login: str | None = None
    loccountrycode: str | None = None
    status: str | None = None
    fh_unavailable: bool | None = None
    is_contributor: bool | None = None
    is_subscriber: bool | None = None


class GivenPlayer(Struct, frozen=True):
    """/players/{id}. The ranks of before 2023-12 come only in old answers."""

    profile: GivenProfile
    rank_tier: int | None = None
    leaderboard_rank: Int | None = None
    competitive_rank: Int | None = None
    solo_competitive_rank: Int | None = None
    computed_mmr: float | None = None
    computed_mmr_turbo: float | None = None
    aliases: list[Alias] | None = None


class GivenWinLoss(Struct, frozen=True):
    """/players/{id}/wl."""

    win: Count
    lose: Count


class GivenMatch(Struct, frozen=True):
    """A row of /players/{id}/matches and /recentMatches."""

    match_id: int
    player_slot: int
    start_time: int
    duration: int
    radiant_win: bool | None = None
    hero_id: int | None = None
    game_mode: int | None = None
    lobby_type: int | None = None
    version: int | None = None
    kills: int | None = None
    deaths: int | None = None
    assists: int | None = None
    average_rank: int | None = None
    leaver_status: int | None = None
    party_size: int | None = None
    hero_variant: int | None = None
    skill: int | None = None
    xp_per_min: int | None = None
    gold_per_min: int | None = None
    hero_damage: int | None = None
    tower_damage: int | None = None
    hero_healing: int | None = None
    last_hits: int | None = None
    lane: int | None = None
    lane_role: int | None = None
    is_roaming: bool | None = None
    cluster: int | None = None


class GivenHero(Struct, frozen=True):
    """A row of /players/{id}/heroes."""

    hero_id: SmallId
    last_played: Annotated[int, Meta(ge=0, le=4_000_000_000)] | None = None
    games: Count = 0
    win: Count = 0
    with_games: Count = 0
    with_win: Count = 0
    against_games: Count = 0
    against_win: Count = 0


class GivenRating(Struct, frozen=True):
    """A row of /players/{id}/ratings: a change of the medal; before 2023 of the old figures."""

    time: Instant
    rank_tier: int | None = None
    competitive_rank: Int | None = None
    solo_competitive_rank: Int | None = None


class GivenHeroConstant(Struct, frozen=True):
    """A hero of /constants/heroes."""

    id: SmallId
    name: str
    localized_name: str
    primary_attr: str
    attack_type: str
    roles: list[str]
    img: str | None = None
    icon: str | None = None


class GivenPatch(Struct, frozen=True):
    """A patch of /constants/patch."""

    id: SmallId
    name: str
    date: Instant


class GivenSearch(Struct, frozen=True):
    """A row of /search; the similarity's name differs from the published one."""

    account_id: int
    personaname: str | None = None
    avatarfull: str | None = None
    last_match_time: str | None = None
    similarity: float | None = None
    sml: float | None = None


Limit = Annotated[int, Meta(ge=1)]
"""A limit of nothing would be no limit but an end of service."""


class GivenMetadata(Struct, frozen=True):
    """The limits in /metadata; old answers lack them, null is none."""

    freeCallLimit: Limit | UnsetType | None = UNSET  # noqa: N815
    freeRateLimit: Limit | UnsetType | None = UNSET  # noqa: N815
    premRateLimit: Limit | UnsetType | None = UNSET  # noqa: N815
