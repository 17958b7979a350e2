"""Names of leagues."""

import re

_PRIVATE = re.compile(r"\(PL\d{1,12}\)\s*$")


def is_private(league: str | None) -> bool:
    """Return whether a league is a private one, by the number that the game puts behind its name."""
    return league is not None and _PRIVATE.search(league) is not None
