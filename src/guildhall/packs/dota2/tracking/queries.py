"""The state of players' synchronisation: what is tracked, due and stored."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.tracking.schemas import SyncStart, SyncState


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
