"""Settings of profiles, follows, blocks, feeds and broadcasts."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SocialSettings(BaseSettings):
    """Settings of what people do with each other."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_SOCIAL_", env_file=".env", extra="ignore")

    handle_change_days: int = Field(
        30, ge=0, le=3650, description="Days between two changes of a handle; the first change is free."
    )
    handle_hold_days: int = Field(
        90, ge=0, le=3650, description="Days for which nobody else gets a handle that somebody gave up."
    )
    reserved_handles: list[str] = Field(
        default_factory=list,
        description="Handles that nobody gets beside the built-in ones, as a JSON list: the platform's own names.",
    )
    app_settings_kb: int = Field(16, ge=1, le=64, description="Kilobytes of settings that apps may keep for a person.")
    last_seen_minutes: int = Field(
        5, ge=1, le=1440, description="Minutes between two notes of when a person was last seen."
    )
    last_seen_flush_seconds: float = Field(
        30.0, ge=0.05, le=3600, description="Seconds for which a web process gathers such notes into one statement."
    )
    blocks_most: int = Field(1000, ge=1, le=100_000, description="People that one may block.")
    follows_most: int = Field(5000, ge=1, le=100_000, description="People that one may follow.")
    follows_per_hour: int = Field(300, ge=1, le=100_000, description="People that one may begin to follow in an hour.")
    open_reports_most: int = Field(
        20, ge=1, le=1000, description="Reports of profiles by one person that may wait to be handled."
    )
    keep_activity_months: int = Field(
        6, ge=1, le=120, description="Full months for which activities are kept; feeds go back as far."
    )
    broadcast_delay_seconds: float = Field(
        60.0,
        ge=0,
        le=86400,
        description="Seconds before followers are told of something: what is withdrawn by then is not told, and the "
        "last word about one thing replaces those before.",
    )
    broadcast_batch: int = Field(500, ge=1, le=5000, description="Followers that are told in one transaction.")
    broadcasts_per_day: int = Field(
        24, ge=1, le=10_000, description="Notices to all followers that one person may cause in a day."
    )
    keep_broadcast_days: int = Field(30, ge=1, le=3650, description="Days for which ended broadcasts are kept.")
