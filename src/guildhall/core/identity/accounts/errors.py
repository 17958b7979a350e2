"""Errors of accounts as a whole."""

from guildhall.errors import (
    NotFound,
    Unavailable,
)


class UserNotFound(NotFound):
    says = "No such account."


class ExportBusy(Unavailable):
    says = "Other exports are being made; try again in a moment."
    retry_after = 10
