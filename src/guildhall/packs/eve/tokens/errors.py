"""Errors of access to a character."""

from guildhall.errors import Conflict, Unavailable


class AccessEnded(Conflict):
    """The character's token is gone: its owner must sign in with it again."""

    says = "Access to the character has ended; sign in with it again."


class RefreshDelayed(Unavailable):
    """The single sign-on does not give a new token now; the old refresh token is kept."""

    says = "The token cannot be refreshed just now: EVE gives no new one; the old one is kept."
