"""Errors of links with Path of Exile accounts and of calls to the game's API."""

from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.errors import Conflict, NotFound, Unavailable


class AccountNotLinked(NotFound):
    says = "Not linked: you have not signed in with Path of Exile; link your account first."


class OtherAccountLinked(Conflict):
    """A person has one account at the game here: its characters and builds would be mixed up otherwise."""

    says = "Another account is linked: unlink {poe_account_name} first."
    poe_account_name: str


class LinkEnded(Conflict):
    """The game does not let us in any more: the person must sign in again."""

    says = "The link has ended: sign in with Path of Exile again."


class ScopeMissing(Conflict):
    """The game forbids it: the token lacks a scope."""

    says = "Not allowed by you: sign in with Path of Exile again and allow {scope}."
    scope: str


class TokenDelayed(Unavailable):
    """A new token is not to be had just now; the old refresh token is kept."""

    says = "The token cannot be refreshed just now: Path of Exile gives no new one; the old one is kept."


class GggLimited(UpstreamLimited):
    says = "Path of Exile's API is left alone for now: a limit is near."


class AccountLimited(GggLimited):
    """A limit of the one account that was asked about: the others go on."""


class TokenRefused(Exception):
    """The API answered 401: the access token is not good. The refresh token may be."""
