"""The state of players' synchronisation: how far what is stored goes."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.tracking.schemas import SyncStart, SyncState


@rows(
    SyncState,
    """
    select account_id, private, matches_synced_at, heroes_synced_at, ratings_synced_at, refreshed_at
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
