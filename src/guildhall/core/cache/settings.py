"""Settings of the cache."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CacheSettings(BaseSettings):
    """Settings of the cache: the sizes of its tiers, and the time for which stale answers still serve."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_CACHE_", env_file=".env", extra="ignore")

    memory_mb: int = Field(
        128, ge=0, le=1_000_000, description="Megabytes of answers in a web process; 0 turns the tier off."
    )
    largest_kb: int = Field(4096, ge=1, description="Kilobytes; a larger answer is not kept in memory.")
    stale_days: float = Field(
        7.0,
        ge=0,
        le=3650,
        description="Days that an expired answer is kept to stand in while its source is down.",
    )
    negative_seconds: float = Field(300.0, ge=0, description="Seconds that a 404 of the game's API is cached.")
    wait_seconds: float = Field(
        10.0,
        ge=0.1,
        le=120,
        description="Seconds that a request waits for another process that fetches the same answer.",
    )
    refreshes: int = Field(32, ge=1, le=1000, description="Background refreshes of stale answers at once in a process.")
    jitter: float = Field(0.1, ge=0, le=0.5, description="Share of a lifetime by which expiry is spread.")
