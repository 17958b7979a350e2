"""Blocks: the senders whose messages a user does not take."""

from uuid import UUID

from guildhall.db.statements import rows


@rows(bool, "select realm.is_blocked(:sender, :user)")
def takes_none_of(sender: UUID, user: UUID) -> None:
    """Return whether a user has blocked a sender."""
