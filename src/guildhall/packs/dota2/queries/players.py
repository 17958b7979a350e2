"""Players: profile, record, heroes, ranks, and how far each is synced."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.db.statements import Command, command, rows
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.schemas.players import PlayerHero, ProfileRow, SyncStart, SyncState, WinLossRow
from guildhall.packs.dota2.schemas.ranks import RankHistoryRow, RankRow


@rows(
    ProfileRow,
    """
    select account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
           last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber,
           rank_tier, leaderboard_rank, competitive_rank, computed_mmr, computed_mmr_turbo, aliases, last_sync,
           coalesce((select s.private from dota2.player_sync s where s.account_id = p.account_id),
                    p.fh_unavailable and p.name is null, false) as private
    from dota2.player_profiles p
    where account_id = :account
    """,
    hot=True,
    proven=("private",),
)
def player_profile(account: AccountId) -> None: ...


@command(
    """
    insert into dota2.player_profiles as p (
        account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
        last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber,
        rank_tier, leaderboard_rank, competitive_rank, computed_mmr, computed_mmr_turbo, aliases, raw,
        created_at, updated_at, last_sync
    )
    values (:account, :personaname, :name, :plus, :cheese, :steamid, :avatar, :avatarmedium, :avatarfull, :profileurl,
            :last_login, :loccountrycode, :status, :fh_unavailable, :is_contributor, :is_subscriber, :rank_tier,
            :leaderboard_rank, :competitive_rank, :computed_mmr, :computed_mmr_turbo, :aliases, :raw,
            :created_at, :created_at, :created_at)
    on conflict (account_id) do update
    set personaname = excluded.personaname, name = excluded.name, plus = excluded.plus, cheese = excluded.cheese,
        steamid = excluded.steamid, avatar = excluded.avatar, avatarmedium = excluded.avatarmedium,
        avatarfull = excluded.avatarfull, profileurl = excluded.profileurl, last_login = excluded.last_login,
        loccountrycode = excluded.loccountrycode, status = excluded.status,
        fh_unavailable = excluded.fh_unavailable, is_contributor = excluded.is_contributor,
        is_subscriber = excluded.is_subscriber, rank_tier = excluded.rank_tier,
        leaderboard_rank = excluded.leaderboard_rank,
        competitive_rank = excluded.competitive_rank, computed_mmr = excluded.computed_mmr,
        computed_mmr_turbo = excluded.computed_mmr_turbo, aliases = excluded.aliases, raw = excluded.raw,
        updated_at = case when p.raw = excluded.raw then p.updated_at else excluded.updated_at end,
        last_sync = excluded.last_sync
    where p.last_sync <= excluded.last_sync
    """,
)
def save_profile(
    account: AccountId,
    personaname: str | None,
    name: str | None,
    plus: bool | None,
    cheese: int | None,
    steamid: str | None,
    avatar: str | None,
    avatarmedium: str | None,
    avatarfull: str | None,
    profileurl: str | None,
    last_login: datetime | None,
    loccountrycode: str | None,
    status: str | None,
    fh_unavailable: bool | None,
    is_contributor: bool,
    is_subscriber: bool,
    rank_tier: int | None,
    leaderboard_rank: int | None,
    competitive_rank: int | None,
    computed_mmr: float | None,
    computed_mmr_turbo: float | None,
    aliases: Any,
    raw: Any,
    created_at: datetime,
) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('dota2.player', :account))")
def lock_player(account: AccountId) -> None:
    """Lock a player, so that two syncs of one never wait for each other in a circle."""


@rows(
    WinLossRow,
    """
    select w.win, w.lose, coalesce(s.private, p.fh_unavailable and p.name is null, false) as private, w.last_sync
    from dota2.player_winloss w
    left join dota2.player_sync s using (account_id)
    left join dota2.player_profiles p using (account_id)
    where w.account_id = :account
    """,
)
def player_winloss(account: AccountId) -> None: ...


@command(
    """
    insert into dota2.player_winloss as w (account_id, win, lose, updated_at, last_sync)
    values (:account, :win, :lose, :updated_at, :updated_at)
    on conflict (account_id) do update
    set win = excluded.win, lose = excluded.lose, last_sync = excluded.last_sync,
        updated_at = case when (w.win, w.lose) = (excluded.win, excluded.lose) then w.updated_at
                          else excluded.updated_at end
    where w.last_sync <= excluded.last_sync
    """,
)
def save_winloss(account: AccountId, win: int, lose: int, updated_at: datetime) -> None: ...


@command("update dota2.player_winloss set last_sync = greatest(last_sync, :as_of) where account_id = :account")
def touch_winloss(account: AccountId, as_of: datetime) -> None: ...


@rows(
    PlayerHero,
    """
    select hero_id, last_played, games, win, with_games, with_win, against_games, against_win
    from dota2.player_heroes
    where account_id = :account
      and (:after_games::int is null or (games, hero_id) < (:after_games, :after_hero))
    order by games desc, hero_id desc
    limit :limit
    """,
)
def player_heroes(account: AccountId, after_games: int | None, after_hero: int | None, limit: int) -> None: ...


@command(
    """
    insert into dota2.player_heroes as h (account_id, hero_id, last_played, games, win, with_games, with_win,
                                          against_games, against_win, updated_at)
    select :account, u.*, :updated_at
    from unnest(:heroes::smallint[], :last_played::timestamptz[], :games::int[], :win::int[], :with_games::int[],
                :with_wins::int[], :against_games::int[], :against_wins::int[]) u
    on conflict (account_id, hero_id) do update
    set last_played = excluded.last_played, games = excluded.games, win = excluded.win,
        with_games = excluded.with_games, with_win = excluded.with_win, against_games = excluded.against_games,
        against_win = excluded.against_win, updated_at = excluded.updated_at
    where (h.last_played, h.games, h.win, h.with_games, h.with_win, h.against_games, h.against_win)
        is distinct from (excluded.last_played, excluded.games, excluded.win, excluded.with_games, excluded.with_win,
                          excluded.against_games, excluded.against_win)
    """,
)
def save_heroes(
    account: AccountId,
    heroes: list[int],
    last_played: list[datetime | None],
    games: list[int],
    win: list[int],
    with_games: list[int],
    with_wins: list[int],
    against_games: list[int],
    against_wins: list[int],
    updated_at: datetime,
) -> None: ...


@rows(
    SyncState,
    """
    select account_id, tracked_since, next_sync_at, private, matches_synced_at, heroes_synced_at,
           ratings_synced_at, refreshed_at, failures
    from dota2.player_sync
    where account_id = :account
    """,
    hot=True,
)
def sync_state(account: AccountId) -> None: ...


@rows(
    SyncStart,
    """
    select s.matches_synced_at, s.heroes_synced_at, s.ratings_synced_at,
           (select m.start_time from dota2.player_matches m where m.account_id = s.account_id
            order by m.start_time desc limit 1) as last_match_at,
           s.private
    from dota2.player_sync s
    where s.account_id = :account
    """,
    hot=True,
)
def sync_start(account: AccountId) -> None: ...


@command(
    """
    insert into dota2.player_sync as s (account_id, private) values (:account, :private)
    on conflict (account_id) do update set private = excluded.private where s.private <> excluded.private
    """,
)
def note_private(account: AccountId, private: bool) -> None: ...


@command(
    """
    insert into dota2.player_sync (account_id, matches_synced_at) values (:account, :matches_synced_at)
    on conflict (account_id) do update set matches_synced_at = excluded.matches_synced_at
    """,
)
def note_matches_synced(account: AccountId, matches_synced_at: datetime) -> None: ...


@command(
    """
    insert into dota2.player_sync (account_id, heroes_synced_at) values (:account, :heroes_synced_at)
    on conflict (account_id) do update set heroes_synced_at = excluded.heroes_synced_at
    """,
)
def note_heroes_synced(account: AccountId, heroes_synced_at: datetime) -> None: ...


@command(
    """
    insert into dota2.player_sync (account_id, ratings_synced_at) values (:account, :ratings_synced_at)
    on conflict (account_id) do update set ratings_synced_at = excluded.ratings_synced_at
    """,
)
def note_ratings_synced(account: AccountId, ratings_synced_at: datetime) -> None: ...


@command(
    """
    update dota2.player_sync
    set next_sync_at = :next_sync_at, matches_synced_at = :matches_synced_at, failures = 0, last_error = null
    where account_id = :account
    """,
)
def note_synced(account: AccountId, next_sync_at: datetime, matches_synced_at: datetime) -> None: ...


@command(
    """
    insert into dota2.player_sync as s (account_id, next_sync_at, failures, last_error)
    values (:account, :next_sync_at, 1, :last_error)
    on conflict (account_id) do update
    set next_sync_at = excluded.next_sync_at, failures = s.failures + 1, last_error = excluded.last_error
    """,
)
def note_failed(account: AccountId, next_sync_at: datetime, last_error: str) -> None: ...


@rows(
    bool,
    """
    insert into dota2.player_sync as s (account_id, refreshed_at) values (:account, :now)
    on conflict (account_id) do update set refreshed_at = excluded.refreshed_at
    where s.refreshed_at is null or s.refreshed_at <= :before
    returning true as claimed
    """,
)
def claim_refresh(account: AccountId, now: datetime, before: datetime) -> None:
    """Take the right to refresh when nobody did since an instant; no row when somebody has."""


@command(
    """
    insert into dota2.player_sync as s (account_id, tracked_since, next_sync_at)
    select unnest(:accounts::bigint[]), :tracked_since, :tracked_since
    on conflict (account_id) do update set tracked_since = coalesce(s.tracked_since, excluded.tracked_since)
    """,
)
def track(accounts: list[int], tracked_since: datetime) -> None: ...


@command("update dota2.player_sync set tracked_since = null where account_id = any(:accounts::bigint[])")
def untrack(accounts: list[int]) -> None: ...


@rows(int, "select count(*)::int as players from dota2.player_sync where tracked_since is not null")
def tracked_count() -> None: ...


@rows(
    int,
    """
    select account_id from dota2.player_sync
    where tracked_since is not null and account_id > :after
    order by account_id
    limit :limit
    """,
)
def tracked_players(after: int, limit: int) -> None: ...


@rows(
    int,
    """
    select account_id from dota2.player_sync
    where tracked_since is not null and next_sync_at <= :now
    order by next_sync_at
    limit :limit
    """,
    hot=True,
)
def due_players(now: datetime, limit: int) -> None:
    """The players whose data is due, stalest first."""


@rows(
    bool,
    """
    select exists (
        select from dota2.player_sync where tracked_since is not null and next_sync_at <= :before
    ) as due
    """,
    proven=("due",),
)
def any_due(before: datetime) -> None: ...


@rows(
    RankRow,
    """
    select rank_tier, leaderboard_rank, recorded_at
    from dota2.player_rank_history
    where account_id = :account and source = 'observed'
    order by recorded_at desc
    limit 1
    """,
)
def latest_rank(account: AccountId) -> None: ...


@command(
    """
    insert into dota2.player_rank_history
        (id, account_id, rank_tier, leaderboard_rank, competitive_rank, kind, source, recorded_at)
    values (:id, :account, :rank_tier, :leaderboard_rank, :competitive_rank, :kind, 'observed', :recorded_at)
    on conflict (account_id, recorded_at) do nothing
    """,
)
def add_rank(
    id: UUID,
    account: AccountId,
    rank_tier: int | None,
    leaderboard_rank: int | None,
    competitive_rank: int | None,
    kind: str,
    recorded_at: datetime,
) -> None: ...


@command(
    """
    insert into dota2.player_rank_history
        (id, account_id, rank_tier, competitive_rank, solo_competitive_rank, kind, source, recorded_at)
    select u.id, :account, u.rank_tier, u.competitive_rank, u.solo_competitive_rank, 'change', 'reported', u.recorded_at
    from unnest(:ids::uuid[], :rank_tiers::smallint[], :competitive_ranks::int[], :solo_competitive_ranks::int[],
                :recorded_at::timestamptz[])
         u (id, rank_tier, competitive_rank, solo_competitive_rank, recorded_at)
    on conflict (account_id, recorded_at) do nothing
    """,
)
def add_reported_ranks(
    account: AccountId,
    ids: list[UUID],
    rank_tiers: list[int | None],
    competitive_ranks: list[int | None],
    solo_competitive_ranks: list[int | None],
    recorded_at: list[datetime],
) -> None: ...


@rows(
    RankHistoryRow,
    """
    select id, rank_tier, leaderboard_rank, kind, source, recorded_at
    from dota2.player_rank_history
    where account_id = :account
      and (rank_tier is not null or source = 'observed')
      and (:after::timestamptz is null or recorded_at > :after)
    order by recorded_at
    limit :limit
    """,
)
def rank_history(account: AccountId, after: datetime | None, limit: int) -> None: ...


@rows(
    RankRow,
    """
    select rank_tier, leaderboard_rank, recorded_at
    from dota2.player_rank_history
    where account_id = :account and rank_tier is not null
    order by recorded_at
    limit 1
    """,
)
def first_rank(account: AccountId) -> None: ...


def _forget(table: str) -> Command[[AccountId]]:
    @command(f"delete from dota2.{table} where account_id = :account")
    def forget(account: AccountId) -> None: ...

    return forget


FORGET = tuple(
    _forget(table)
    for table in (
        "player_profiles",
        "player_winloss",
        "player_sync",
        "player_rank_history",
        "player_matches",
        "player_heroes",
        "trend_rules",
    )
)
"""The statements that delete all rows of a player, table by table."""
