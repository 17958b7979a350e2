"""Settings of events."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LATE_HOURS = 168
"""The longest time that a client's event may be late by any setting."""


class AnalyticsSettings(BaseSettings):
    """Settings of events: intake, roll-ups, retention."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_ANALYTICS_", env_file=".env", extra="ignore")

    events_most: int = Field(100, ge=1, le=1000, description="Events that a client may send in one request.")
    event_bytes: int = Field(4096, ge=64, le=65_536, description="Bytes that the data of a client's event may have.")
    rate_per_minute: int = Field(
        1200, ge=0, description="Events a minute that one person or address may send for long; 0 sets no limit."
    )
    rate_burst: int = Field(
        300, ge=1, description="Events that one person or address may send at once; a full request at least."
    )
    late_hours: int = Field(
        24, ge=0, le=LATE_HOURS, description="Hours that the time of a client's event may lie before its arrival."
    )
    batch_most: int = Field(2000, ge=1, le=10_000, description="Events of one commit.")
    waiting_most: int = Field(20_000, ge=1, description="Events that may wait for their commit in a process.")
    send_seconds: float = Field(10.0, gt=0, le=25, description="Seconds that an event may wait for its commit.")
    keep_key_hours: int = Field(24, ge=1, le=168, description="Hours in which a repeated event is known by its id.")
    keep_months: int = Field(13, ge=1, le=120, description="Full months of events that are kept.")
    keep_daily_months: int = Field(60, ge=1, le=600, description="Full months of daily roll-ups that are kept.")
    values_most: int = Field(
        10_000, ge=1, le=100_000, description="Values of a roll-up that are told apart on a day; others are one sum."
    )
    roll_up_seconds: float = Field(
        0.3, ge=0, le=60, description="Seconds after which a new event is counted, with all that came meanwhile."
    )
    roll_up_idle_seconds: float = Field(
        10.0, ge=0.1, le=300, description="Seconds between looks for events that a dead process has left uncounted."
    )
