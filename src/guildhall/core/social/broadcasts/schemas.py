"""Notices to followers, as rows have them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from guildhall.core.social.ids import BroadcastId
from guildhall.ids import UserId

Outcome = Literal["told", "replaced", "withdrawn", "stopped", "too_many"]


class BroadcastRow(Struct, frozen=True):
    """A locked broadcast that is under way. The columns of queries.broadcast_to_continue."""

    id: BroadcastId
    actor_id: UserId
    type: str
    item_id: UUID
    title: str
    body: str
    data: Any
    occurrence_key: str
    happened_at: datetime
    after_at: datetime | None
    after_id: UserId | None
    told: int


class BroadcastLine(Struct, frozen=True):
    """One line of the list of broadcasts. `followers` is the present number of the person's followers."""

    id: BroadcastId
    handle: str | None
    title: str
    happened_at: datetime
    told: int
    followers: int
    ended_at: datetime | None
    outcome: Outcome | None


class Hearer(Struct, frozen=True):
    """A follower who may be told. The columns of queries.hearers."""

    user_id: UserId
    since: datetime
    suspended: bool


class Batch(Struct, frozen=True):
    """The result of telling some followers: their number, whether all are told, or the seconds to wait before."""

    told: int
    ended: bool = False
    wait: float = 0.0
