"""The kinds of notifications, and the channels by which they go out."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from guildhall.errors import Misconfigured

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
