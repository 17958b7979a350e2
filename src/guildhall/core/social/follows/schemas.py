"""Follows, as lists show them."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.social.profiles.schemas import ProfileCard
from guildhall.ids import UserId


class FollowRow(Struct, frozen=True):
    """A follow with the person at its other end. The columns of queries.followers_of and following_of."""

    user_id: UserId
    handle: str
    display_name: str
    avatar_url: str | None
    is_content_creator: bool
    is_verified: bool
    since: datetime

    def shown(self) -> "Follow":
        """Return it as the list shows it."""
        card = ProfileCard(
            self.user_id, self.handle, self.display_name, self.avatar_url, self.is_content_creator, self.is_verified
        )
        return Follow(card, self.since)


class Follow(Struct, frozen=True):
    """A person who follows somebody, or is followed, and since when."""

    person: ProfileCard
    since: datetime


class ListOwner(Struct, frozen=True):
    """The person whose follows are listed. The columns of queries.list_owner."""

    user_id: UserId
    hides_follows: bool
