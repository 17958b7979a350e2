"""Settings of notifications."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class NotifySettings(BaseSettings):
    """Settings of notifications: gathering, sending, retention, streams."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_NOTIFY_", env_file=".env", extra="ignore")

    gather_seconds: float = Field(
        3.0, ge=0, le=300, description="Seconds that a notification waits for others of its user, to go out as one."
    )
    lines: int = Field(6, ge=1, le=50, description="Lines of a message that tells of several; the rest is a number.")
    batch: int = Field(1000, ge=1, le=10_000, description="Notifications that a worker takes up at a time.")
    concurrency: int = Field(64, ge=1, le=1000, description="Messages that a worker sends at once.")
    lease_seconds: float = Field(
        60.0,
        ge=1,
        le=3600,
        description="Seconds after which a message that a worker has taken up and not accounted for is sent again, "
        "under the same id.",
    )
    send_seconds: float = Field(10.0, gt=0, le=60, description="Seconds that sending one message may take.")
    attempts: int = Field(6, ge=1, le=50, description="How often a message is tried.")
    retry_first: float = Field(
        15.0, ge=0.01, le=3600, description="Seconds before the second attempt; doubled each time."
    )
    retry_longest: float = Field(1800.0, ge=0.01, le=86400, description="Longest wait in seconds between two attempts.")
    fcm_service_account: SecretStr | None = Field(
        None,
        description="The service account's JSON, or the path of its file: pushes go out by FCM. A loopback http "
        "address is taken too, for the sandbox. Without it there are no pushes.",
    )
    fcm_url: str = Field("https://fcm.googleapis.com", description="Where FCM answers.")
    webhook_private_addresses: bool = Field(
        False, description="Lets webhooks lead to http and to this machine's and network's own addresses."
    )
    webhooks_most: int = Field(5, ge=0, le=100, description="Webhooks that a user may have.")
    webhook_failures: int = Field(
        20, ge=1, le=1000, description="Messages in a row that fail for good before a webhook is turned off."
    )
    stream_heartbeat: float = Field(15.0, ge=0.05, le=300, description="Seconds between signs of life of a stream.")
    stream_send_seconds: float = Field(
        10.0, gt=0, le=300, description="Seconds after which a stream whose reader takes nothing is closed."
    )
    stream_retry_seconds: float = Field(
        3.0, ge=0.1, le=300, description="Seconds after which the client of a closed stream reconnects."
    )
    streams_most: int = Field(5, ge=1, le=1000, description="Streams that a user may have open in one process.")
    keep_read_days: int = Field(30, ge=1, le=3650, description="Days that a read notification is kept.")
    keep_days: int = Field(180, ge=1, le=3650, description="Days that any notification is kept.")
    keep_delivery_days: int = Field(30, ge=1, le=3650, description="Days that delivery receipts are kept.")

    @model_validator(mode="after")
    def _leases(self) -> Self:
        if self.lease_seconds < 2 * self.send_seconds:
            raise ValueError("lease_seconds must be at least twice send_seconds, or two workers send the same")
        return self
