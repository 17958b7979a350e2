"""Settings of the job queue."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class JobsSettings(BaseSettings):
    """Settings of the worker and of the retention of its records."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_JOBS_", env_file=".env", extra="ignore")

    concurrency: int = Field(20, ge=2, le=1000, description="Jobs that one worker runs at once.")
    heartbeat_timeout: float = Field(
        30.0,
        ge=1,
        le=3600,
        description="Seconds without a sign of life after which a killed worker's job runs again.",
    )
    poll_interval: float = Field(
        5.0, ge=0.1, le=60, description="Seconds between polls of the queue when no notification comes."
    )
    retry_first: float = Field(
        2.0, ge=0.01, le=3600, description="Seconds before the second attempt; doubled each time."
    )
    retry_longest: float = Field(600.0, ge=0.01, le=86400, description="Longest wait in seconds between two attempts.")
    unfit_hours: float = Field(
        24.0, ge=0, le=720,
        description="Hours that a job whose message is of another version waits for a worker that knows it.",
    )  # fmt: skip
    keep_days: int = Field(7, ge=1, le=3650, description="Days that completed and failed jobs are remembered.")
    shutdown_timeout: float = Field(
        20.0, ge=0, le=600, description="Seconds that running jobs get to finish at a stop."
    )
