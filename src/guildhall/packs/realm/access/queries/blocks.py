"""Blocks: the senders whose messages a user does not take."""

from guildhall.db.statements import rows
from guildhall.ids import UserId


@rows(bool, "select realm.is_blocked(:sender, :user)")
def takes_none_of(sender: UserId, user: UserId) -> None:
    """Return whether a user has blocked a sender."""
