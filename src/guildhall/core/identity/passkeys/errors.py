"""Errors of passkeys."""

from guildhall.errors import (
    AuthenticationRequired,
    Conflict,
    NotFound,
)


class PasskeyRefused(AuthenticationRequired):
    says = "The passkey was not accepted."


class PasskeyNotFound(NotFound):
    says = "No such passkey."


class PasskeyKnown(Conflict):
    says = "The passkey is registered already."


class TooManyPasskeys(Conflict):
    says = "Too many passkeys: an account has at most {most}; remove one first."
    most: int
