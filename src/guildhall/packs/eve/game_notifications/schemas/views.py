"""The game's notifications as their owner sees them."""

from datetime import datetime

from msgspec import Struct


class GameNotification(Struct, frozen=True):
    """A notification of the game. `text` is YAML as it came; types may be unknown to everybody."""

    notification_id: int
    type: str
    sender_id: int
    sender_name: str | None
    sender_type: str
    sent_at: datetime
    is_read: bool
    text: str


class GameNotifications(Struct, frozen=True):
    """A page of the game's notifications, newest first."""

    items: list[GameNotification]
    as_of: datetime | None
    age: int | None
    next: str | None = None
