"""Notifications, as they are sent and as their owner reads them."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from guildhall.core.notify.ids import NotificationId
from guildhall.ids import UserId

Status = Literal["pending", "sent", "failed", "read"]


class Notice(Struct, frozen=True):
    """A notification to a user. `occurrence_key` names the occurrence: each is sent once, ever.

    `happened_at` is when it happened in the game; `data` are ids for the app, never a secret.
    """

    user_id: UserId
    type: str
    title: str
    body: str
    occurrence_key: str
    happened_at: datetime
    character_id: int | None = None
    data: dict[str, Any] = {}


class Notification(Struct, frozen=True):
    """A notification as its owner reads it."""

    id: NotificationId
    character_id: int | None
    type: str
    title: str
    body: str
    data: Any
    status: Status
    happened_at: datetime
    created_at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    error: str | None


class Told(Struct, frozen=True):
    """A notification with its place in the stream."""

    told_no: int
    id: NotificationId
    character_id: int | None
    type: str
    title: str
    body: str
    data: Any
    happened_at: datetime
    created_at: datetime


class Notifications(Struct, frozen=True):
    """A page of notifications. `unread` counts all of the user's, whatever the filters."""

    items: list[Notification]
    unread: int
    next: str | None = None


class ReadRequest(Struct, frozen=True):
    """The notifications that were read: all, or those up to and including one."""

    up_to: NotificationId | None = None


class ReadCount(Struct, frozen=True):
    """The number of notifications that were marked as read, and of those that are left unread."""

    read: int
    unread: int
