"""Failures that accounts and sign-in tell."""

from guildhall.errors import BadRequest, Conflict, GuildhallError, NotFound, TooManyRequests, Unavailable


class Unauthenticated(GuildhallError):
    """The request is not authenticated: no token or session, or one that is not valid (any more)."""

    status = 401
    code = "identity.unauthenticated"
    title = "Authentication required"

    def __init__(self, detail: str = "Sign in first.") -> None:
        super().__init__(detail)


class TokenExpired(Unauthenticated):
    """The access token has expired; a refresh gives another."""

    code = "identity.token_expired"
    title = "The access token has expired"


class SessionEnded(Unauthenticated):
    """The session was ended, or its account is gone."""

    code = "identity.session_ended"
    title = "The session has ended"


class RefreshTokenInvalid(Unauthenticated):
    """No living session has this refresh token."""

    code = "identity.refresh_token_invalid"
    title = "The refresh token is not valid"


class RefreshTokenReused(Unauthenticated):
    """A refresh token came a second time: somebody has stolen it. Its session is over."""

    code = "identity.refresh_token_reused"
    title = "The refresh token was used before"


class RefreshRaced(Conflict):
    """The same refresh token was used a moment ago, by another tab of the same browser it seems."""

    code = "identity.refresh_raced"
    title = "Somebody has just refreshed"


class AccountSuspended(GuildhallError):
    """The account may not be used."""

    status = 403
    code = "identity.suspended"
    title = "The account is suspended"

    def __init__(self) -> None:
        super().__init__("This account is suspended.")


class CrossSite(GuildhallError):
    """A request with the cookies of a browser that does not come from its own page."""

    status = 403
    code = "identity.cross_site"
    title = "Not from here"


class ScopeMissing(GuildhallError):
    """The API token may not do this."""

    status = 403
    code = "identity.scope_missing"
    title = "The API token lacks a scope"


class RoleMissing(GuildhallError):
    """Only people of a higher role may do this."""

    status = 403
    code = "identity.role_missing"
    title = "Not for your role"


class SessionNotFound(NotFound):
    """The viewer has no such session."""

    code = "identity.session_not_found"
    title = "Session not found"


class BadIdentityQuery(BadRequest):
    """A parameter is not what it should be."""

    code = "identity.bad_query"
    title = "Bad parameter"


class WrongCredentials(GuildhallError):
    """E-mail and password do not belong together; nothing is said of which is wrong, or whether either is known."""

    status = 401
    code = "identity.wrong_credentials"
    title = "Wrong e-mail or password"

    def __init__(self) -> None:
        super().__init__("The e-mail or the password is wrong.")


class WrongCode(GuildhallError):
    """The second factor's code is wrong, was used already, or came too late."""

    status = 401
    code = "identity.wrong_code"
    title = "Wrong code"

    def __init__(self) -> None:
        super().__init__("The code is wrong or was used already.")


class ProofNeeded(GuildhallError):
    """The request wants more than a session: the password, or a sign-in of just now."""

    status = 403
    code = "identity.proof_needed"
    title = "Reauthentication required"

    def __init__(self, how: str) -> None:
        super().__init__(how)


class TooManyTries(TooManyRequests):
    """Too many failed tries for this account or from this address."""

    code = "identity.too_many_tries"
    title = "Too many tries"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries; wait {seconds} seconds.", seconds)


class PasswordRefused(GuildhallError):
    """The new password is too easy to guess."""

    status = 422
    code = "identity.password_refused"
    title = "The password is too weak"


class BadEmail(BadRequest):
    """What was given is no address of e-mail."""

    code = "identity.bad_email"
    title = "Not an e-mail address"

    def __init__(self) -> None:
        super().__init__("That is not an e-mail address.")


class LinkSpent(BadRequest):
    """The link of a mail was used, has expired, or a newer one has taken its place."""

    code = "identity.link_spent"
    title = "The link does not work any more"

    def __init__(self) -> None:
        super().__init__("The link was used already or is too old; ask for a new one.")


class ChallengeSpent(BadRequest):
    """A passkey's or second factor's challenge was used, has expired, or was never given."""

    code = "identity.challenge_spent"
    title = "Begin again"

    def __init__(self) -> None:
        super().__init__("This sign-in was used already or has taken too long; begin again.")


class PasskeyRefused(GuildhallError):
    """The authenticator's answer does not prove anything."""

    status = 401
    code = "identity.passkey_refused"
    title = "The passkey was not accepted"

    def __init__(self) -> None:
        super().__init__("The passkey was not accepted.")


class PasskeyNotFound(NotFound):
    """The account has no such passkey."""

    code = "identity.passkey_not_found"
    title = "No such passkey"

    def __init__(self) -> None:
        super().__init__("There is no such passkey.")


class PasskeyKnown(Conflict):
    """The authenticator is registered already."""

    code = "identity.passkey_known"
    title = "The passkey is registered already"

    def __init__(self) -> None:
        super().__init__("This passkey is registered already.")


class TooManyPasskeys(Conflict):
    """The account has as many passkeys as it may."""

    code = "identity.too_many_passkeys"
    title = "Too many passkeys"

    def __init__(self, most: int) -> None:
        super().__init__(f"An account has at most {most} passkeys; remove one first.")


class TotpAlreadyOn(Conflict):
    """The account has a second factor."""

    code = "identity.totp_already_on"
    title = "The second factor is on already"

    def __init__(self) -> None:
        super().__init__("The second factor is on already; turn it off first.")


class TotpNotBegun(Conflict):
    """There is no second factor to confirm or to turn off."""

    code = "identity.totp_not_begun"
    title = "There is no second factor"

    def __init__(self) -> None:
        super().__init__("There is no second factor; begin with POST /api/v1/me/totp.")


class MailNotConfigured(Unavailable):
    """The server has no mail server to send with."""

    code = "identity.mail_not_configured"
    title = "No mail is sent here"

    def __init__(self) -> None:
        super().__init__("This server sends no mail: whoever runs it has not set GUILDHALL_IDENTITY_SMTP_HOST.", 3600)


class MailUnavailable(Unavailable):
    """The mail server does not take mail now; it may later."""

    code = "identity.mail_unavailable"
    title = "The mail server does not answer"


class MailRefused(GuildhallError):
    """The mail server will never take this mail: the address is wrong, or the mail is."""

    status = 422
    code = "identity.mail_refused"
    title = "The mail was refused"


class HashingBusy(Unavailable):
    """More passwords wait to be hashed than the process has room for."""

    code = "identity.hashing_busy"
    title = "Too many sign-ins at once"

    def __init__(self) -> None:
        super().__init__("Too many people sign in just now; try again in a moment.", 2)


class PremiumNeeded(GuildhallError):
    """The feature is of the premium tier."""

    status = 403
    code = "identity.premium_needed"
    title = "Premium is needed"

    def __init__(self, gate: str) -> None:
        super().__init__(f"{gate} is part of premium.")


class LimitReached(Conflict):
    """The tier's limit is used up."""

    code = "identity.limit_reached"
    title = "The limit is reached"

    def __init__(self, gate: str, limit: int) -> None:
        super().__init__(f"{gate}: {limit} is the most that the present tier allows.")


class UserNotFound(NotFound):
    """There is no such account."""

    code = "identity.user_not_found"
    title = "No such account"

    def __init__(self) -> None:
        super().__init__("There is no such account.")


class BadSignature(BadRequest):
    """The webhook's signature is missing, wrong, or too old."""

    code = "identity.bad_signature"
    title = "The signature is wrong"


class StripeNotConfigured(Unavailable):
    """The server knows no signing secret of Stripe's."""

    code = "identity.stripe_not_configured"
    title = "No payments are taken here"

    def __init__(self) -> None:
        super().__init__("This server takes no payments: GUILDHALL_IDENTITY_STRIPE_WEBHOOK_SECRETS is not set.", 3600)


class BadEvent(BadRequest):
    """The webhook's body is signed, and is not what Stripe documents."""

    code = "identity.bad_event"
    title = "The event cannot be read"


class NoSession(Conflict):
    """A machine with an API token has no session."""

    code = "identity.no_session"
    title = "Not in a session"

    def __init__(self) -> None:
        super().__init__("An API token belongs to no session.")


class WrongPassword(GuildhallError):
    """Somebody who is signed in did not know the password."""

    status = 403
    code = "identity.wrong_password"
    title = "Wrong password"

    def __init__(self) -> None:
        super().__init__("The password is wrong.")


class EmailNeeded(Conflict):
    """A password is of no use to an account without an address to sign in with."""

    code = "identity.email_needed"
    title = "An e-mail address is needed first"

    def __init__(self) -> None:
        super().__init__("Add an e-mail address and confirm it; a password goes with it.")


class LastWayIn(Conflict):
    """Without this the account could not be entered any more."""

    code = "identity.last_way_in"
    title = "The last way to sign in"


class ExportBusy(Unavailable):
    """Other exports are being made."""

    code = "identity.export_busy"
    title = "Other exports are being made"

    def __init__(self) -> None:
        super().__init__("Other exports are being made just now; try again in a moment.", 10)


class ProviderUnknown(NotFound):
    """No such sign-in is on."""

    code = "identity.provider_unknown"
    title = "No such sign-in"


class BadReturn(BadRequest):
    """A sign-in may not lead there."""

    code = "identity.bad_return"
    title = "Not a place to return to"


class BadState(BadRequest):
    """No sign-in is under way by this state: it is over, too old, or was never begun here."""

    code = "identity.bad_state"
    title = "No such sign-in is under way"

    def __init__(self) -> None:
        super().__init__("No sign-in is under way by this state; begin again.")


class OtherBrowser(GuildhallError):
    """The sign-in was begun in another browser or app."""

    status = 403
    code = "identity.other_browser"
    title = "Begun somewhere else"

    def __init__(self) -> None:
        super().__init__("This sign-in was begun in another browser or app; begin again here.")


class MixedUp(BadRequest):
    """The answer is of another provider than the one that was asked."""

    code = "identity.mixed_up"
    title = "The answer of another provider"

    def __init__(self) -> None:
        super().__init__("This answer is of another provider than the one that was asked.")


class SignInDenied(GuildhallError):
    """The person, or the provider, has said no."""

    status = 403
    code = "identity.denied"
    title = "The provider did not sign you in"


class LinkedElsewhere(Conflict):
    """The person at the provider is another user's here."""

    code = "identity.linked_elsewhere"
    title = "Linked to another account"

    def __init__(self) -> None:
        super().__init__("This identity belongs to another account here; unlink it there first.")


class IdentityNotFound(NotFound):
    """The viewer has no such identity."""

    code = "identity.identity_not_found"
    title = "Identity not found"


class TooManyIdentities(Conflict):
    """As many identities are linked as the settings allow."""

    code = "identity.too_many_identities"
    title = "Too many identities"


class ApiTokenNotFound(NotFound):
    """The viewer has no such API token."""

    code = "identity.api_token_not_found"
    title = "API token not found"


class TooManyApiTokens(Conflict):
    """As many API tokens are there as the settings allow."""

    code = "identity.too_many_api_tokens"
    title = "Too many API tokens"
