"""Errors of limits on guessing."""

from guildhall.errors import (
    TooManyRequests,
)


class TooManyTries(TooManyRequests):
    says = "Too many tries; wait {retry_after} seconds."
