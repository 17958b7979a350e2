"""Settings of the limits of people."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LimitsSettings(BaseSettings):
    """Settings of the requests that a person may make in a window, over all processes and devices; 0 sets no limit."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_LIMITS_", env_file=".env", extra="ignore")

    window_seconds: int = Field(60, ge=1, le=86_400, description="Seconds of a window of the groups below.")
    read_free: int = Field(1200, ge=0, le=1_000_000_000, description="Requests that read.")
    read_premium: int = Field(6000, ge=0, le=1_000_000_000, description="The same of premium accounts.")
    write_free: int = Field(600, ge=0, le=1_000_000_000, description="Requests that write.")
    write_premium: int = Field(1800, ge=0, le=1_000_000_000, description="The same of premium accounts.")
    search_free: int = Field(120, ge=0, le=1_000_000_000, description="Searches.")
    search_premium: int = Field(600, ge=0, le=1_000_000_000, description="The same of premium accounts.")
    upload_free: int = Field(60, ge=0, le=1_000_000_000, description="Uploads of files and of large bodies.")
    upload_premium: int = Field(300, ge=0, le=1_000_000_000, description="The same of premium accounts.")
    flush_seconds: float = Field(
        1.0, ge=0.05, le=60, description="Seconds between two times that a process tells the others what it counted."
    )
    unsynced_percent: int = Field(
        5,
        ge=1,
        le=100,
        description="Requests, in percent of a limit, that a process lets through before it tells the others: with N "
        "processes a limit is exceeded by N times that at most.",
    )
    count_seconds: float = Field(
        1.0,
        ge=0.1,
        le=10,
        description="Seconds that counting may take; then each process goes on with what it counts by itself.",
    )
