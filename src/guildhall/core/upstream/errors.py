"""Errors of calls to a game API."""

from guildhall.errors import Unavailable


class UpstreamNotFound(Exception):
    """The game API says 404: there is no such thing. An answer, not a failure."""


class UpstreamDown(Unavailable):
    """The game API cannot be reached, is too slow, or fails by its own account."""

    code = "upstream_down"
    says = "The game API does not answer."


class UpstreamResting(UpstreamDown):
    """The game API has been failing, and is left alone for a while: this call was not made."""


class UpstreamLied(Unavailable):
    """HTML, cut JSON, wrong types."""

    code = "upstream_lied"
    says = "The game API gave a wrong answer: it does not fit the documentation of the API."
    retry_after = 30


class UpstreamLimited(Unavailable):
    code = "upstream_limited"
    says = "The game API's call limit is used up."


class UpstreamRefused(Unavailable):
    """A key is wrong, or the game API no longer takes a parameter."""

    code = "upstream_refused"
    says = "The game API refused the call."
    retry_after = 60
