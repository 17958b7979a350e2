"""The game's notifications, as ESI gives them and as they are stored."""

from datetime import datetime

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id


class GivenNotification(Struct, frozen=True):
    """A line of /notifications. `text` is YAML; types that nobody knows appear."""

    notification_id: Id
    type: str
    sender_id: Id
    sender_type: str
    timestamp: Instant
    text: str | None = None
    is_read: bool | None = None


class GameNotification(Struct, frozen=True):
    """A notification of the game to a pilot."""

    notification_id: int
    type: str
    sender_id: int
    sender_type: str
    sent_at: datetime
    text: str
    is_read: bool
