"""Errors of accounts and authentication."""

from uuid import UUID

from guildhall.errors import (
    AuthenticationRequired,
    BadRequest,
    Conflict,
    NotFound,
    PermissionDenied,
    TooManyRequests,
    Unavailable,
    Unprocessable,
)


class Unauthenticated(AuthenticationRequired):
    says = "Authentication required: sign in first."


class TokenExpired(Unauthenticated):
    says = "The access token has expired; refresh it."


class SessionEnded(Unauthenticated):
    says = "The session has ended; sign in again."


class RefreshTokenInvalid(Unauthenticated):
    says = "The refresh token is not valid: it belongs to no session."


class RefreshTokenReused(Unauthenticated):
    """The token was stolen: it was used twice."""

    says = "The refresh token was used before; its session has ended."


class RefreshRaced(Conflict):
    """Probably another tab of the same browser has used the token."""

    says = "Somebody has just refreshed: this refresh token was used a moment ago; use the tokens that it gave."


class AccountSuspended(PermissionDenied):
    code = "identity.suspended"
    says = "The account is suspended."


class CrossSite(PermissionDenied):
    says = "Not from here: another site's page made this request with the cookies of this one."


class ScopeMissing(PermissionDenied):
    says = "The API token lacks a scope: it may not do this."


class RoleMissing(PermissionDenied):
    says = "Not for your role: only a {least} may do this."
    least: str


class SessionNotFound(NotFound):
    says = "Session not found: you have no session {session_id}."
    session_id: UUID


class WrongCredentials(AuthenticationRequired):
    """The same error for a wrong password and an unknown address, so that it does not reveal which accounts exist."""

    says = "Wrong e-mail or password."


class WrongCode(AuthenticationRequired):
    says = "Wrong code: it is wrong, too old, or was used already."


class ProofNeeded(PermissionDenied):
    says = "Reauthentication required: prove again that it is you."


class TooManyTries(TooManyRequests):
    says = "Too many tries; wait {retry_after} seconds."


class PasswordRefused(Unprocessable):
    says = "The password is too weak: it is easy to guess."


class BadEmail(BadRequest):
    says = "Not an e-mail address."


class LinkSpent(BadRequest):
    says = (
        "The link does not work any more: it was used, is too old, or a newer one has replaced it; ask for a new one."
    )


class ChallengeSpent(BadRequest):
    says = "Begin again: this sign-in was used already or has taken too long."


class PasskeyRefused(AuthenticationRequired):
    says = "The passkey was not accepted."


class PasskeyNotFound(NotFound):
    says = "No such passkey."


class PasskeyKnown(Conflict):
    says = "The passkey is registered already."


class TooManyPasskeys(Conflict):
    says = "Too many passkeys: an account has at most {most}; remove one first."
    most: int


class TotpAlreadyOn(Conflict):
    says = "The second factor is on already; turn it off first."


class TotpNotBegun(Conflict):
    says = "There is no second factor; begin with POST /api/v1/me/totp."


class MailNotConfigured(Unavailable):
    says = "No mail is sent here: the operator of this server has not set GUILDHALL_IDENTITY_SMTP_HOST."
    retry_after = 3600


class MailUnavailable(Unavailable):
    says = "The mail server does not answer: it is away, or refuses our login."
    retry_after = 60


class MailRefused(Unprocessable):
    """The mail server will never take this mail."""

    says = "The mail was refused: no mail can have this address or this subject."


class HashingBusy(Unavailable):
    says = "Too many sign-ins at once; try again in a moment."
    retry_after = 2


class PremiumNeeded(PermissionDenied):
    says = "Premium is needed: {gate} is part of it."
    gate: str


class LimitReached(Conflict):
    says = "The limit is reached: the present tier allows {limit} at most ({gate})."
    gate: str
    limit: int


class UserNotFound(NotFound):
    says = "No such account."


class BadSignature(BadRequest):
    says = "The signature is wrong: it is missing, does not fit the body, or is too old."


class StripeNotConfigured(Unavailable):
    says = "No payments are taken here: GUILDHALL_IDENTITY_STRIPE_WEBHOOK_SECRETS is not set."
    retry_after = 3600


class BadEvent(BadRequest):
    says = "The event cannot be read: Stripe does not document an event like this."


class WrongPassword(PermissionDenied):
    says = "Wrong password."


class EmailNeeded(Conflict):
    says = "An e-mail address is needed first: add one and confirm it; a password goes with it."


class LastWayIn(Conflict):
    says = "The last way to sign in: add another one to this account first."


class ExportBusy(Unavailable):
    says = "Other exports are being made; try again in a moment."
    retry_after = 10


class ProviderUnknown(NotFound):
    says = "No such sign-in: this server has no {kind}sign-in '{name}'."
    kind: str = ""
    name: str


class BadReturn(BadRequest):
    says = "Not a place to return to: the setting return_to names the places that a sign-in may lead to."


class BadState(BadRequest):
    says = "No such sign-in is under way: this state is unknown or too old; begin again."


class OtherBrowser(PermissionDenied):
    says = "Begun somewhere else: this sign-in was begun in another browser or app; begin again here."


class MixedUp(BadRequest):
    says = "The answer of another provider: this sign-in was begun at a different one."


class SignInDenied(PermissionDenied):
    code = "identity.denied"
    says = "The provider did not sign you in."


class LinkedElsewhere(Conflict):
    says = "Linked to another account: unlink this identity there first."


class IdentityNotFound(NotFound):
    says = "Identity not found: you have no identity {identity_id}."
    identity_id: UUID


class TooManyIdentities(Conflict):
    says = "Too many identities: an account may have {most}."
    most: int


class ApiTokenNotFound(NotFound):
    says = "API token not found: you have no API token {token_id}."
    token_id: UUID


class TooManyApiTokens(Conflict):
    says = "Too many API tokens: an account may have {most}."
    most: int
