"""Preferences and quiet hours."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from guildhall.core.notify.kinds import Channel
from guildhall.ids import UserId


class PreferenceRow(Struct, frozen=True):
    """A preference with its owner."""

    user_id: UserId
    type: str
    channel: str
    enabled: bool


class QuietHoursRow(Struct, frozen=True):
    """A user's quiet hours: local times, HH:MM."""

    user_id: UserId
    time_zone: str
    starts_at: str
    ends_at: str


class SettingsRow(Struct, frozen=True):
    """The switches of a user's settings by column."""

    user_id: UserId
    switches: Any


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
