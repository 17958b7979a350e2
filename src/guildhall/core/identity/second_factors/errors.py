"""Errors of second factors."""

from guildhall.errors import (
    AuthenticationRequired,
    Conflict,
)


class WrongCode(AuthenticationRequired):
    says = "Wrong code: it is wrong, too old, or was used already."


class TotpAlreadyOn(Conflict):
    says = "The second factor is on already; turn it off first."


class TotpNotBegun(Conflict):
    says = "There is no second factor; begin with POST /api/v1/me/totp."
