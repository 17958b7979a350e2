"""Facts and orders about links with Path of Exile accounts."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class LinkBegun(Message, frozen=True):
    """A sign-in with Path of Exile, the first or another one: what was watched is watched again."""

    name: ClassVar[str] = "poe2.link_begun"

    user_id: UserId


class LinkLost(Message, frozen=True):
    """The game does not let us in any more: nothing of the account is asked for, and its user is told."""

    name: ClassVar[str] = "poe2.link_lost"

    user_id: UserId


class KeepLinks(Message, frozen=True):
    """Tell people whose link ends soon, end those whose time is over, and delete what was revoked long ago."""

    name: ClassVar[str] = "poe2.keep_links"
    unique: ClassVar[bool] = True


class RevokeTokens(Message, frozen=True):
    """Revoke the tokens of unlinked accounts at the game."""

    name: ClassVar[str] = "poe2.revoke_tokens"
    unique: ClassVar[bool] = True
