"""Messages on their way, and their receipts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.core.notify.rules.consolidation import Text


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
