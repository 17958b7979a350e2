"""Players: profile, record, heroes, and the answers made of them."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers.schemas import Account, HeroId, RankTier
from guildhall.packs.dota2.opendota.schemas import Alias


class ProfileDetails(Struct, frozen=True):
    """A player's profile, with OpenDota's names of fields."""

    account_id: Account
    personaname: str | None
    name: str | None
    plus: bool | None
    cheese: int | None
    steamid: str | None
    avatar: str | None
    avatarmedium: str | None
    avatarfull: str | None
    profileurl: str | None
    last_login: datetime | None
    loccountrycode: str | None
    status: str | None
    fh_unavailable: bool | None
    is_contributor: bool
    is_subscriber: bool


class PlayerProfile(Struct, frozen=True):
    """A player. `private` players share no match data: professionals whose data is
    hidden but shown all the same are not. `last_sync` is when OpenDota last said all this."""

    profile: ProfileDetails
    rank_tier: RankTier | None
    leaderboard_rank: int | None
    competitive_rank: int | None
    computed_mmr: float | None
    computed_mmr_turbo: float | None
    aliases: list[Alias]
    private: bool
    last_sync: datetime


class ProfileRow(Struct, frozen=True):
    """A row of player_profiles in the order of its statement. `private` is how the player stands with us."""

    account_id: AccountId
    personaname: str | None
    name: str | None
    plus: bool | None
    cheese: int | None
    steamid: str | None
    avatar: str | None
    avatarmedium: str | None
    avatarfull: str | None
    profileurl: str | None
    last_login: datetime | None
    loccountrycode: str | None
    status: str | None
    fh_unavailable: bool | None
    is_contributor: bool
    is_subscriber: bool
    rank_tier: int | None
    leaderboard_rank: int | None
    competitive_rank: int | None
    computed_mmr: float | None
    computed_mmr_turbo: float | None
    aliases: Any
    last_sync: datetime
    private: bool


class WinLoss(Struct, frozen=True):
    """Games won and lost by OpenDota's rule of which games count.

    The figures of a `private` player are the last known ones; null if there never were any.
    """

    win: Annotated[int, Meta(examples=[3747])] | None
    lose: Annotated[int, Meta(examples=[2328])] | None
    private: bool
    last_sync: datetime | None


class WinLossRow(Struct, frozen=True):
    """A player's record of wins and losses."""

    win: int | None
    lose: int | None
    private: bool
    last_sync: datetime | None


class PlayerHero(Struct, frozen=True):
    """A hero that the player plays, with the games beside and against it."""

    hero_id: HeroId
    last_played: datetime | None
    games: int
    win: int
    with_games: int
    with_win: int
    against_games: int
    against_win: int


class PlayerHeroes(Struct, frozen=True):
    """A page of a player's heroes, most played first."""

    items: list[PlayerHero]
    next: str | None
    private: bool
    last_sync: datetime | None


class SearchResult(Struct, frozen=True):
    """A player found by name or id. `similarity` is OpenDota's, null for an exact id."""

    account_id: Account
    personaname: str | None = None
    avatarfull: str | None = None
    last_match_time: str | None = None
    similarity: float | None = None
