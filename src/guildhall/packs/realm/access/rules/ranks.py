"""The rule for power over other people."""

from collections.abc import Mapping

NOBODY = 0
CHANNEL = 1
"""Moderates one channel, or leads the guild, party or raid that it follows."""
MODERATOR = 2
"""Moderates a server."""
ADMIN = 3
"""Administers a server."""
PLATFORM = 4
"""Administers the whole installation; needs no character."""

_OF_BADGE: Mapping[str, int] = {"admin": ADMIN, "moderator": MODERATOR}


def rank_of(badge: str) -> int:
    """The rank that a badge gives on its server."""
    return _OF_BADGE.get(badge, NOBODY)


def outranks(actor: int, subject: int) -> bool:
    """Return whether an actor may act against a subject: only against a lower rank."""
    return actor > subject
