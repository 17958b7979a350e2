"""Errors of proofs of who somebody is."""

from guildhall.errors import (
    AuthenticationRequired,
    BadRequest,
    Conflict,
    PermissionDenied,
    Unavailable,
)


class WrongCredentials(AuthenticationRequired):
    """The same error for a wrong password and an unknown address, so that it does not reveal which accounts exist."""

    says = "Wrong e-mail or password."


class ProofNeeded(PermissionDenied):
    says = "Reauthentication required: prove again that it is you."


class ChallengeSpent(BadRequest):
    says = "Begin again: this sign-in was used already or has taken too long."


class HashingBusy(Unavailable):
    says = "Too many sign-ins at once; try again in a moment."
    retry_after = 2


class WrongPassword(PermissionDenied):
    says = "Wrong password."


class LastWayIn(Conflict):
    says = "The last way to sign in: add another one to this account first."
