"""Activities, as feeds show them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.core.social.ids import ActivityId
from guildhall.core.social.profiles.schemas import ProfileCard
from guildhall.ids import UserId


class Head(Struct, frozen=True):
    """A person, and an id behind which they did nothing. The columns of queries.heads_before."""

    id: ActivityId
    actor_id: UserId


class ActivityRow(Struct, frozen=True):
    """An activity with its person. The columns of queries.feed_between, activities_by and activities_of."""

    id: ActivityId
    kind: str
    item_id: UUID
    data: Any
    created_at: datetime
    user_id: UserId
    handle: str
    display_name: str
    avatar_url: str | None
    is_content_creator: bool
    is_verified: bool

    def shown(self) -> "FeedEntry":
        """Return it as a feed shows it."""
        person = ProfileCard(
            self.user_id, self.handle, self.display_name, self.avatar_url, self.is_content_creator, self.is_verified
        )
        return FeedEntry(self.id, person, self.kind, self.item_id, self.data, self.created_at)


class FeedEntry(Struct, frozen=True):
    """An activity of a person. `kind` says which thing of which pack `item_id` is, and what `data` has."""

    id: ActivityId
    person: ProfileCard
    kind: str
    item_id: UUID
    data: Any
    created_at: datetime
