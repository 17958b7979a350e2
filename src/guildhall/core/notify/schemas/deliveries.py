"""Messages on their way, and their receipts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.ids import SessionId
from guildhall.core.notify.ids import BatchId, DeliveryId, NotificationId, WebhookId
from guildhall.core.notify.rules.consolidation import Text
from guildhall.ids import UserId


class Device(Struct, frozen=True):
    """A signed-in device that takes pushes."""

    session_id: SessionId
    user_id: UserId
    token: str


class WebhookTarget(Struct, frozen=True):
    """A webhook that is on; `url` is sealed."""

    id: WebhookId
    user_id: UserId
    url: str


class Address(Struct, frozen=True):
    """A verified e-mail address."""

    user_id: UserId
    email: str | None


class Claimed(Struct, frozen=True):
    """A delivery that this worker has taken up, again or for the first time; `due_at` is the end of its lease."""

    id: DeliveryId
    user_id: UserId
    batch_id: BatchId
    channel: str
    target: UUID | None
    notices: list[NotificationId]
    attempts: int
    due_at: datetime | None


class Outgoing(Struct, frozen=True):
    """A message on its way. `address` is the device's token, the webhook's URL or the e-mail address; it is shown
    nowhere. `until` is the end of the lease in seconds since the epoch.
    """

    delivery: DeliveryId
    user_id: UserId
    channel: str
    target: UUID | None
    address: str
    text: Text
    notices: list[NotificationId]
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


class Delivery(Struct, frozen=True):
    """A delivery receipt: a message on its way to one device, address or webhook."""

    id: DeliveryId
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
