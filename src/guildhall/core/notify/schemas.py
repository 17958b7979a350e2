"""Structs of notifications, for the queue, the channels and the API."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from guildhall.errors import Misconfigured

Status = Literal["pending", "sent", "failed", "read"]
Channel = Literal["push", "email", "webhook", "in_app"]

CHANNELS: dict[Channel, bool] = {"push": True, "email": False, "webhook": True, "in_app": True}
"""The channels, and whether each is on by default."""


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


class NoticeKinds:
    """The kinds of all slices that are on, by type."""

    def __init__(self, kinds: Iterable[NoticeKind]) -> None:
        """Raises Misconfigured when two share a type."""
        by_type: dict[str, NoticeKind] = {}
        for kind in kinds:
            if kind.type in by_type:
                raise Misconfigured(f"Two kinds of notifications share the type {kind.type}.")
            by_type[kind.type] = kind
        self.by_type: Mapping[str, NoticeKind] = by_type

    def of(self, type: str) -> NoticeKind:
        """The kind; one with defaults for a type whose slice is off by now."""
        return self.by_type.get(type) or NoticeKind(type, type, f"{{count}} × {type}")


class Notice(Struct, frozen=True):
    """A notification to a user. `occurrence_key` names the occurrence: each is sent once, ever.

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


class Waiting(Struct, frozen=True):
    """A notification that is due, with what its message needs."""

    id: UUID
    user_id: UUID
    character_id: int | None
    type: str
    title: str
    body: str
    data: Any
    happened_at: datetime
    held_until: datetime | None


class Device(Struct, frozen=True):
    """A signed-in device that takes pushes."""

    session_id: UUID
    user_id: UUID
    token: str


class WebhookTarget(Struct, frozen=True):
    """A webhook that is on; `url` is sealed."""

    id: UUID
    user_id: UUID
    url: str


class Address(Struct, frozen=True):
    """A verified e-mail address."""

    user_id: UUID
    email: str | None


class PreferenceRow(Struct, frozen=True):
    """A preference with its owner."""

    user_id: UUID
    type: str
    channel: str
    enabled: bool


class QuietHoursRow(Struct, frozen=True):
    """A user's quiet hours: local times, HH:MM."""

    user_id: UUID
    time_zone: str
    starts_at: str
    ends_at: str


class SettingsRow(Struct, frozen=True):
    """The switches of a user's settings by column."""

    user_id: UUID
    switches: Any


class Claimed(Struct, frozen=True):
    """A delivery that this worker has taken up, again or for the first time; `due_at` is the end of its lease."""

    id: UUID
    user_id: UUID
    batch_id: UUID
    channel: str
    target: UUID | None
    notices: list[UUID]
    attempts: int
    due_at: datetime | None


class Text(Struct, frozen=True):
    """The text of a message: consolidated, or one notification's own words."""

    title: str
    body: str
    data: dict[str, str]


class Outgoing(Struct, frozen=True):
    """A message on its way. `address` is the device's token, the webhook's URL or the e-mail address; it is shown
    nowhere. `until` is the end of the lease in seconds since the epoch.
    """

    delivery: UUID
    user_id: UUID
    channel: str
    target: UUID | None
    address: str
    text: Text
    notices: list[UUID]
    attempts: int
    until: float
    ttl: float
    """Seconds for which telling it makes sense."""

    def __repr__(self) -> str:
        return f"Outgoing({self.delivery} by {self.channel})"


class Outcome(Struct, frozen=True):
    """The outcome at a channel: `sent`, `failed` for good, or `retry`.

    `wait` is in seconds, if the channel says when to come back. `counts` is false for a wait that the channel asked
    for, which is no failed attempt. `gone` says that the target is no more.
    """

    name: Literal["sent", "retry", "failed"]
    provider_id: str | None = None
    error: str | None = None
    wait: float | None = None
    counts: bool = True
    gone: bool = False


class Notification(Struct, frozen=True):
    """A notification as its owner reads it."""

    id: UUID
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
    id: UUID
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


class Delivery(Struct, frozen=True):
    """A delivery receipt: a message on its way to one device, address or webhook."""

    id: UUID
    channel: str
    target: UUID | None
    status: Literal["pending", "sent", "failed"]
    attempts: int
    provider_id: str | None
    error: str | None
    created_at: datetime
    tried_at: datetime | None
    sent_at: datetime | None
    next_attempt_at: datetime | None


class Deliveries(Struct, frozen=True):
    """The deliveries of a notification outside the app; empty if it is shown in the app only, or is not sent yet."""

    items: list[Delivery]


class ReadRequest(Struct, frozen=True):
    """The notifications that were read: all, or those up to and including one."""

    up_to: UUID | None = None


class ReadCount(Struct, frozen=True):
    """The number of notifications that were marked as read, and of those that are left unread."""

    read: int
    unread: int


class Preference(Struct, frozen=True):
    """The choice whether notifications of a type go out by a channel."""

    type: str
    channel: Channel
    enabled: bool


class QuietHours(Struct, frozen=True):
    """Local times, HH:MM, in an IANA time zone; over midnight when `starts_at` is the later one."""

    time_zone: str
    starts_at: str
    ends_at: str


class KindOfNotice(Struct, frozen=True):
    """A type of notification. `setting` is the switch in the user's settings that rules all its channels."""

    type: str
    title: str
    urgent: bool
    setting: str | None
    channels: dict[str, bool]


class Preferences(Struct, frozen=True):
    """The channels of each type, and the quiet hours."""

    types: list[KindOfNotice]
    quiet_hours: QuietHours | None


class PreferencesChange(Struct, frozen=True):
    """A change of preferences; a field that is left out stays. `quiet_hours: null` ends the quiet hours."""

    preferences: list[Preference] = []
    quiet_hours: QuietHours | UnsetType | None = UNSET


class Webhook(Struct, frozen=True):
    """A webhook; its address is not shown again."""

    id: UUID
    name: str
    host: str
    failures: int
    disabled_at: datetime | None
    error: str | None
    created_at: datetime


class NewWebhook(Struct, frozen=True):
    """A webhook to add: a Discord-compatible https address."""

    name: str
    url: str


class WebhookChange(Struct, frozen=True):
    """`enabled: true` turns a webhook on again and forgets its failures."""

    name: str | None = None
    enabled: bool | None = None


class Webhooks(Struct, frozen=True):
    """A user's webhooks."""

    items: list[Webhook]


class TestSent(Struct, frozen=True):
    """The webhook's answer to the test."""

    sent: bool
    error: str | None
