"""Errors of passwords."""

from guildhall.errors import (
    Conflict,
    Unprocessable,
)


class PasswordRefused(Unprocessable):
    says = "The password is too weak: it is easy to guess."


class EmailNeeded(Conflict):
    says = "An e-mail address is needed first: add one and confirm it; a password goes with it."
