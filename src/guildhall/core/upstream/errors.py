"""How a call to a game API can fail."""

from guildhall.errors import Unavailable


class UpstreamNotFound(Exception):
    """The game API says 404: there is no such thing. An answer, not a failure."""


class UpstreamDown(Unavailable):
    """The game API cannot be reached, is too slow, or fails by its own account."""

    code = "upstream_down"
    title = "The game API does not answer"


class UpstreamResting(UpstreamDown):
    """The game API has been failing, and is left alone for a while: this call was not made."""


class UpstreamLied(Unavailable):
    """The game API answered with something that is not its documented answer: HTML, cut JSON, wrong types."""

    code = "upstream_lied"
    title = "The game API gave a wrong answer"


class UpstreamLimited(Unavailable):
    """The budget of calls to the game API is used up for now."""

    code = "upstream_limited"
    title = "The game API's call limit is used up"


class UpstreamRefused(Unavailable):
    """The game API refuses the call as we make it: a key that is wrong, a parameter that it no longer takes."""

    code = "upstream_refused"
    title = "The game API refused the call"
