"""Wire and row structs of the dota2 pack."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.packs.dota2.rules.accounts import AccountId

Account = Annotated[int, Meta(description="Steam account id (32 bits)", examples=[86745912])]
HeroId = Annotated[int, Meta(description="Hero; sparse numbers up to 155", examples=[14])]
RankTier = Annotated[int, Meta(description="Tens are the medal, units the stars; Immortal is 80", examples=[54])]
Share = Annotated[float, Meta(description="Share between 0 and 1", examples=[0.52])]


class Alias(Struct, frozen=True):
    """A name that the player had before."""

    personaname: str | None = None
    name_since: str | None = None


class ProfileDetails(Struct, frozen=True):
    """Who the player is, as OpenDota calls the fields."""

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
    """A player. `private` players share no match data; `last_sync` is when OpenDota last said all this."""

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
    """A row of player_profiles in the order of its statement."""

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


class WinLoss(Struct, frozen=True):
    """Games won and lost by OpenDota's rule of what counts.

    Of a `private` player the figures are the last that were known; null when there never were any.
    """

    win: Annotated[int, Meta(examples=[3747])] | None
    lose: Annotated[int, Meta(examples=[2328])] | None
    private: bool
    last_sync: datetime | None


class WinLossRow(Struct, frozen=True):
    """What is known of a player's record."""

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


class Match(Struct, frozen=True):
    """A player's part in a match. Fields that OpenDota knows only of parsed or recent matches may be null."""

    match_id: Annotated[int, Meta(examples=[8566721284])]
    player_slot: int
    radiant_win: bool | None
    hero_id: HeroId
    start_time: datetime
    duration: Annotated[int, Meta(description="Seconds", examples=[2551])]
    game_mode: int
    lobby_type: int
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
    """A page of a player's matches, newest first. Of a private player: those known from before."""

    items: list[Match]
    next: str | None
    private: bool
    last_sync: datetime | None


class SyncState(Struct, frozen=True):
    """How far a player's data goes."""

    account_id: AccountId
    tracked_since: datetime | None
    next_sync_at: datetime
    private: bool
    matches_synced_at: datetime | None
    heroes_synced_at: datetime | None
    ratings_synced_at: datetime | None
    refreshed_at: datetime | None
    failures: int


class RankRow(Struct, frozen=True):
    """A row of the rank history, or the present rank."""

    rank_tier: int | None
    leaderboard_rank: int | None
    recorded_at: datetime


class RankPoint(Struct, frozen=True):
    """A point of a player's rank over time. `medal` and `stars` are null while uncalibrated."""

    date: datetime
    rank: RankTier | None
    medal: Annotated[str, Meta(examples=["Legend"])] | None
    stars: int | None
    leaderboard_rank: int | None
    ordinal: Annotated[int, Meta(description="For charts: stars counted through, Immortal on top")] | None
    kind: Literal["change", "mark"]
    source: Literal["observed", "reported"]


class RankHistoryRow(Struct, frozen=True):
    """A row of player_rank_history."""

    id: UUID
    rank_tier: int | None
    leaderboard_rank: int | None
    kind: str
    source: str
    recorded_at: datetime


class RankProgression(Struct, frozen=True):
    """A page of a player's rank over time, oldest first, and how the present rank compares with the first."""

    account_id: Account
    items: list[RankPoint]
    next: str | None
    direction: str | None
    stars_gained: int | None


class HeroConstant(Struct, frozen=True):
    """A hero."""

    hero_id: HeroId
    name: str
    localized_name: Annotated[str, Meta(examples=["Pudge"])]
    primary_attr: str
    attack_type: str
    roles: Any
    img: str | None
    icon: str | None
    updated_at: datetime


class PatchRow(Struct, frozen=True):
    """A patch and when it began."""

    patch_id: int
    name: str
    starts_at: datetime


class MetaTally(Struct, frozen=True):
    """Games and wins of a hero, summed over a window."""

    hero_id: int
    games: int
    wins: int


class HeroTrendItem(Struct, frozen=True):
    """A hero in the window, beside the window before. Sorted by `wilson_low`."""

    hero_id: HeroId
    localized_name: str | None
    games: int
    wins: int
    pick_rate: Share
    win_rate: Share | None
    shrunk_win_rate: Share
    wilson_low: Share
    wilson_high: Share
    games_before: int
    win_rate_before: Share | None
    change: Annotated[float, Meta(description="Of the shrunk rates; null without games in both windows")] | None
    significant: Annotated[bool, Meta(description="More than chance, guarded against testing many heroes")]


class MetaTrends(Struct, frozen=True):
    """Heroes' figures over player-games of known players, by OpenDota's rule of what counts."""

    from_day: date
    to_day: date
    partial_day: Annotated[date, Meta(description="Today: not over, and biased to short games")] | None
    before_from_day: date | None
    patch: int | None
    bracket: int | None
    player_games: int
    heroes: list[HeroTrendItem]
    as_of: datetime


class ComparedPlayer(Struct, frozen=True):
    """One of the compared players."""

    account_id: Account
    personaname: str | None
    rank_tier: RankTier | None
    medal: str | None
    stars: int | None
    leaderboard_rank: int | None
    win: int | None
    lose: int | None
    win_rate: Share | None
    matches: Annotated[int, Meta(description="Known matches with an outcome in the last 90 days")]
    recent_win_rate: Share | None
    kills_per_match: float | None
    deaths_per_match: float | None
    assists_per_match: float | None
    current_streak: Annotated[int, Meta(description="Wins above zero, losses below")]
    top_heroes: list[PlayerHero]
    private: bool


class Comparison(Struct, frozen=True):
    """Players side by side, and the heroes that all of them play."""

    players: list[ComparedPlayer]
    shared_heroes: list[int]


class RecentForm(Struct, frozen=True):
    """A player's last ninety days in figures."""

    account_id: AccountId
    matches: int
    wins: int
    kills: float | None
    deaths: float | None
    assists: float | None


class LeaderboardRow(Struct, frozen=True):
    """A line of a leaderboard. `score` is what it is sorted by."""

    account_id: Account
    personaname: str | None
    avatar: str | None
    rank_tier: RankTier | None
    leaderboard_rank: int | None
    games: int | None
    wins: int | None
    score: float


class StatisticsRow(Struct, frozen=True):
    """A player's figures in one group: a hero, a game mode, or a week by its Monday (days since 1970)."""

    key: int
    games: int
    wins: int
    losses: int
    kills: float | None
    deaths: float | None
    assists: float | None
    duration: float | None


class StatisticsItem(Struct, frozen=True):
    """A player's figures in one group. Averages are a match; `duration` in seconds."""

    group: Annotated[str, Meta(description="Hero id, game mode id, or the week's Monday", examples=["14"])]
    label: str | None
    games: int
    wins: int
    losses: int
    win_rate: Share | None
    kills: float | None
    deaths: float | None
    assists: float | None
    kda: float | None
    duration: float | None


class Outcome(Struct, frozen=True):
    """A match's side and result, for streaks."""

    player_slot: int
    radiant_win: bool | None


class StreaksAnswer(Struct, frozen=True):
    """A player's streaks over all known matches. `current` is above zero for wins, below for losses."""

    account_id: Account
    current: int
    longest_win: int
    longest_loss: int
    matches: int


class SearchResult(Struct, frozen=True):
    """A player found by name or id. `similarity` is OpenDota's, null for an exact id."""

    account_id: Account
    personaname: str | None = None
    avatarfull: str | None = None
    last_match_time: str | None = None
    similarity: float | None = None


class RefreshAccepted(Struct, frozen=True):
    """The refresh is queued. `job_id` is null when one was waiting or running already."""

    account_id: Account
    queued: bool
    job_id: UUID | None


class TrendRule(Struct, frozen=True):
    """A rule as it is stored."""

    id: UUID
    kind: str
    hero_id: int | None
    bracket: int | None
    window_days: int | None
    threshold: float
    account_id: int | None
    armed: bool
    fired_at: datetime | None


class StoredMatch(Struct, frozen=True):
    """What is stored of a match. `detailed` when the figures are there that only recent matches come with."""

    match_id: int
    start_time: datetime
    player_slot: int
    radiant_win: bool | None
    hero_id: int
    duration: int
    game_mode: int
    lobby_type: int
    version: int | None
    average_rank: int | None
    leaver_status: int | None
    party_size: int | None
    detailed: bool


class KnownMatch(Struct, frozen=True):
    """A match that is stored already."""

    match_id: int
    start_time: datetime
