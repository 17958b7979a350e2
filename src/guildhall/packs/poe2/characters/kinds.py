"""The kinds of notifications about characters."""

from guildhall.core.notify.kinds import NoticeKind

CHANGED = NoticeKind(
    "poe2_character_changed",
    "A watched character has changed",
    "{count} watched characters have changed",
    max_age=7 * 86_400.0,
)
"""A character has another name, is gone, or is in another realm."""
