"""Structs of the limits of people."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.identity.subscriptions.rules import Status, Tier
from guildhall.ids import UserId


class LimitState(Struct, frozen=True):
    """A group of endpoints: its limit, the requests that were made in the present window, and when that ends.

    `limit` and `remaining` are null where there is no limit; `resets_at` where no window has begun.
    """

    name: Annotated[str, Meta(examples=["read"])]
    title: Annotated[str, Meta(examples=["Requests that read"])]
    limit: Annotated[int | None, Meta(examples=[1200])]
    used: Annotated[int, Meta(examples=[17])]
    remaining: Annotated[int | None, Meta(examples=[1183])]
    window_seconds: Annotated[int, Meta(examples=[60])]
    resets_at: datetime | None


class MyLimits(Struct, frozen=True):
    """Limits of the account's tier."""

    tier: Tier
    limits: list[LimitState]


class Made(Struct, frozen=True):
    """The requests that a person has made of a group in the present window, and the seconds until it ends."""

    user_id: UserId
    endpoint: str
    made: int
    seconds_left: float


class Bought(Struct, frozen=True):
    """The subscription of a person."""

    user_id: UserId
    tier: Tier
    status: Status
    ends_at: datetime | None
