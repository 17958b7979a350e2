"""Players: profile, record, heroes, ranks, and how far each is synced."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.schemas.players import PlayerHero, ProfileRow, SyncStart, SyncState, WinLossRow
from guildhall.packs.dota2.schemas.ranks import RankHistoryRow, RankRow

player_profile = Query(
    ProfileRow,
    """
    select account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
           last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber,
           rank_tier, leaderboard_rank, competitive_rank, computed_mmr, computed_mmr_turbo, aliases, last_sync,
           coalesce((select s.private from dota2.player_sync s where s.account_id = p.account_id),
                    p.fh_unavailable and p.name is null, false) as private
    from dota2.player_profiles p
    where account_id = $1
    """,
    AccountId,
    hot=True,
    proven=("private",),
)

save_profile = Command(
    """
    insert into dota2.player_profiles as p (
        account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl,
        last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber,
        rank_tier, leaderboard_rank, competitive_rank, computed_mmr, computed_mmr_turbo, aliases, raw,
        created_at, updated_at, last_sync
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $24, $24)
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
    AccountId, str | None, str | None, bool | None, int | None, str | None, str | None, str | None, str | None,
    str | None, datetime | None, str | None, str | None, bool | None, bool, bool, int | None, int | None,
    int | None, float | None, float | None, Any, Any, datetime,
)  # fmt: skip

# Whoever writes of a player does it alone, so that two syncs of one never wait for each other in a circle.
lock_player: Query[None] = Query(None, "select pg_advisory_xact_lock(hashtextextended('dota2.player', $1))", AccountId)

player_winloss = Query(
    WinLossRow,
    """
    select w.win, w.lose, coalesce(s.private, p.fh_unavailable and p.name is null, false) as private, w.last_sync
    from dota2.player_winloss w
    left join dota2.player_sync s using (account_id)
    left join dota2.player_profiles p using (account_id)
    where w.account_id = $1
    """,
    AccountId,
)

save_winloss = Command(
    """
    insert into dota2.player_winloss as w (account_id, win, lose, updated_at, last_sync)
    values ($1, $2, $3, $4, $4)
    on conflict (account_id) do update
    set win = excluded.win, lose = excluded.lose, last_sync = excluded.last_sync,
        updated_at = case when (w.win, w.lose) = (excluded.win, excluded.lose) then w.updated_at
                          else excluded.updated_at end
    where w.last_sync <= excluded.last_sync
    """,
    AccountId,
    int,
    int,
    datetime,
)

touch_winloss = Command(
    "update dota2.player_winloss set last_sync = greatest(last_sync, $2) where account_id = $1",
    AccountId,
    datetime,
)

player_heroes = Query(
    PlayerHero,
    """
    select hero_id, last_played, games, win, with_games, with_win, against_games, against_win
    from dota2.player_heroes
    where account_id = $1
      and ($2::int is null or (games, hero_id) < ($2, $3))
    order by games desc, hero_id desc
    limit $4
    """,
    AccountId,
    int | None,
    int | None,
    int,
)

save_heroes = Command(
    """
    insert into dota2.player_heroes as h (account_id, hero_id, last_played, games, win, with_games, with_win,
                                          against_games, against_win, updated_at)
    select $1, u.*, $10
    from unnest($2::smallint[], $3::timestamptz[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[]) u
    on conflict (account_id, hero_id) do update
    set last_played = excluded.last_played, games = excluded.games, win = excluded.win,
        with_games = excluded.with_games, with_win = excluded.with_win, against_games = excluded.against_games,
        against_win = excluded.against_win, updated_at = excluded.updated_at
    where (h.last_played, h.games, h.win, h.with_games, h.with_win, h.against_games, h.against_win)
        is distinct from (excluded.last_played, excluded.games, excluded.win, excluded.with_games, excluded.with_win,
                          excluded.against_games, excluded.against_win)
    """,
    AccountId, list[int], list[datetime | None], list[int], list[int], list[int], list[int], list[int], list[int],
    datetime,
)  # fmt: skip

sync_state = Query(
    SyncState,
    """
    select account_id, tracked_since, next_sync_at, private, matches_synced_at, heroes_synced_at,
           ratings_synced_at, refreshed_at, failures
    from dota2.player_sync
    where account_id = $1
    """,
    AccountId,
    hot=True,
)

sync_start = Query(
    SyncStart,
    """
    select s.matches_synced_at, s.heroes_synced_at, s.ratings_synced_at,
           (select m.start_time from dota2.player_matches m where m.account_id = s.account_id
            order by m.start_time desc limit 1) as last_match_at,
           s.private
    from dota2.player_sync s
    where s.account_id = $1
    """,
    AccountId,
    hot=True,
)

note_private = Command(
    """
    insert into dota2.player_sync as s (account_id, private) values ($1, $2)
    on conflict (account_id) do update set private = excluded.private where s.private <> excluded.private
    """,
    AccountId,
    bool,
)

note_matches_synced = Command(
    """
    insert into dota2.player_sync (account_id, matches_synced_at) values ($1, $2)
    on conflict (account_id) do update set matches_synced_at = excluded.matches_synced_at
    """,
    AccountId,
    datetime,
)

note_heroes_synced = Command(
    """
    insert into dota2.player_sync (account_id, heroes_synced_at) values ($1, $2)
    on conflict (account_id) do update set heroes_synced_at = excluded.heroes_synced_at
    """,
    AccountId,
    datetime,
)

note_ratings_synced = Command(
    """
    insert into dota2.player_sync (account_id, ratings_synced_at) values ($1, $2)
    on conflict (account_id) do update set ratings_synced_at = excluded.ratings_synced_at
    """,
    AccountId,
    datetime,
)

note_synced = Command(
    """
    update dota2.player_sync
    set next_sync_at = $2, matches_synced_at = $3, failures = 0, last_error = null
    where account_id = $1
    """,
    AccountId,
    datetime,
    datetime,
)

note_failed = Command(
    """
    insert into dota2.player_sync as s (account_id, next_sync_at, failures, last_error) values ($1, $2, 1, $3)
    on conflict (account_id) do update
    set next_sync_at = excluded.next_sync_at, failures = s.failures + 1, last_error = excluded.last_error
    """,
    AccountId,
    datetime,
    str,
)

# Takes the right to refresh when nobody did since $3; no row when somebody has.
claim_refresh = Query(
    bool,
    """
    insert into dota2.player_sync as s (account_id, refreshed_at) values ($1, $2)
    on conflict (account_id) do update set refreshed_at = excluded.refreshed_at
    where s.refreshed_at is null or s.refreshed_at <= $3
    returning true as claimed
    """,
    AccountId,
    datetime,
    datetime,
)

track = Command(
    """
    insert into dota2.player_sync as s (account_id, tracked_since, next_sync_at)
    select unnest($1::bigint[]), $2, $2
    on conflict (account_id) do update set tracked_since = coalesce(s.tracked_since, excluded.tracked_since)
    """,
    list[int],
    datetime,
)

untrack = Command("update dota2.player_sync set tracked_since = null where account_id = any($1::bigint[])", list[int])

tracked_count = Query(int, "select count(*)::int as players from dota2.player_sync where tracked_since is not null")

tracked_players = Query(
    int,
    """
    select account_id from dota2.player_sync
    where tracked_since is not null and account_id > $1
    order by account_id
    limit $2
    """,
    int,
    int,
)

# The players whose data is due, stalest first.
due_players = Query(
    int,
    """
    select account_id from dota2.player_sync
    where tracked_since is not null and next_sync_at <= $1
    order by next_sync_at
    limit $2
    """,
    datetime,
    int,
    hot=True,
)

any_due = Query(
    bool,
    """
    select exists (
        select from dota2.player_sync where tracked_since is not null and next_sync_at <= $1
    ) as due
    """,
    datetime,
    proven=("due",),
)

latest_rank = Query(
    RankRow,
    """
    select rank_tier, leaderboard_rank, recorded_at
    from dota2.player_rank_history
    where account_id = $1 and source = 'observed'
    order by recorded_at desc
    limit 1
    """,
    AccountId,
)

add_rank = Command(
    """
    insert into dota2.player_rank_history
        (id, account_id, rank_tier, leaderboard_rank, competitive_rank, kind, source, recorded_at)
    values ($1, $2, $3, $4, $5, $6, 'observed', $7)
    on conflict (account_id, recorded_at) do nothing
    """,
    UUID,
    AccountId,
    int | None,
    int | None,
    int | None,
    str,
    datetime,
)

add_reported_ranks = Command(
    """
    insert into dota2.player_rank_history
        (id, account_id, rank_tier, competitive_rank, solo_competitive_rank, kind, source, recorded_at)
    select u.id, $1, u.rank_tier, u.competitive_rank, u.solo_competitive_rank, 'change', 'reported', u.recorded_at
    from unnest($2::uuid[], $3::smallint[], $4::int[], $5::int[], $6::timestamptz[])
         u (id, rank_tier, competitive_rank, solo_competitive_rank, recorded_at)
    on conflict (account_id, recorded_at) do nothing
    """,
    AccountId,
    list[UUID],
    list[int | None],
    list[int | None],
    list[int | None],
    list[datetime],
)

rank_history = Query(
    RankHistoryRow,
    """
    select id, rank_tier, leaderboard_rank, kind, source, recorded_at
    from dota2.player_rank_history
    where account_id = $1
      and (rank_tier is not null or source = 'observed')
      and ($2::timestamptz is null or recorded_at > $2)
    order by recorded_at
    limit $3
    """,
    AccountId,
    datetime | None,
    int,
)

first_rank = Query(
    RankRow,
    """
    select rank_tier, leaderboard_rank, recorded_at
    from dota2.player_rank_history
    where account_id = $1 and rank_tier is not null
    order by recorded_at
    limit 1
    """,
    AccountId,
)

FORGET = tuple(
    Command(f"delete from dota2.{table} where account_id = $1", AccountId)
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
"""Everything that is kept of a player, table by table."""
