"""What a notification is made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct


class NoticeKind(Struct, frozen=True):
    """A kind of notification that a slice sends.

    `setting` names the column of core.user_settings that turns it on and off for every channel; without one it is
    on until a preference says otherwise. One that is older than `max_age` seconds is not sent any more. `many` is
    the line for several at once, with `{count}`.
    """

    type: str
    title: str
    many: str
    setting: str | None = None
    max_age: float = 6 * 3600.0
    urgent: bool = False
    """Goes out in quiet hours too."""


class Notice(Struct, frozen=True):
    """One thing that a user is to be told. `occurrence_key` names the occurrence: the same is told once, ever.

    `happened_at` is when it happened in the game; `data` are ids for the app, never a secret.
    """

    user_id: UUID
    type: str
    title: str
    body: str
    occurrence_key: str
    happened_at: datetime
    character_id: int | None = None
    data: dict[str, Any] = {}
