"""Errors of a requested refresh."""

from guildhall.errors import TooManyRequests


class RefreshTooSoon(TooManyRequests):
    says = "Refreshed a moment ago: wait {retry_after} seconds to refresh the player {account_id} again."
    account_id: int
