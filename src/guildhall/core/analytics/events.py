"""The event types of Guildhall itself."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.core.analytics.declaration import EventType


class ScreenViewed(Struct, frozen=True):
    """A screen or page of the client's was shown."""

    screen: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_./:-]+$(?!\n)")]


SCREEN_VIEWED = EventType("analytics.screen_viewed", ScreenViewed, rollups=("screen",), from_clients=True)
