"""The state of a player's synchronisation."""

from datetime import datetime

from msgspec import Struct

from guildhall.packs.dota2.accounts.rules import AccountId


class SyncState(Struct, frozen=True):
    """The state of a player's synchronisation."""

    account_id: AccountId
    private: bool
    matches_synced_at: datetime | None
    heroes_synced_at: datetime | None
    ratings_synced_at: datetime | None
    refreshed_at: datetime | None


class SyncStart(Struct, frozen=True):
    """The input of a sync that decides how much is fetched: the times of the last fetches and of the last match."""

    matches_synced_at: datetime | None
    heroes_synced_at: datetime | None
    ratings_synced_at: datetime | None
    last_match_at: datetime | None
    private: bool


NOTHING_KNOWN = SyncStart(None, None, None, None, False)
