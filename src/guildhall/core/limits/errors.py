"""Errors of the limits of people."""

from guildhall.errors import TooManyRequests


class LimitUsedUp(TooManyRequests):
    says = (
        "Limit used up: this account has made its {limit} requests of the kind '{group}'; wait {retry_after} seconds."
    )
    limit: int
    group: str
