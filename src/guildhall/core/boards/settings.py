"""Settings of leaderboards."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class BoardsSettings(BaseSettings):
    """Settings of leaderboards: their counts, their copy in Redis, and how long lists that have ended are kept."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_BOARDS_", env_file=".env", extra="ignore")

    count_seconds: float = Field(
        1.0, ge=0.02, le=10, description="Seconds between two rounds that count new scores and copy them to Redis."
    )
    count_batch: int = Field(5000, ge=100, le=50_000, description="Changes that one round counts in a transaction.")
    stale_seconds: float = Field(
        3.0, ge=0.5, le=60, description="Age up to which Redis' copy may answer; PostgreSQL answers where it is older."
    )
    keep_weeks: int = Field(26, ge=1, le=1000, description="Weeks for which the lists of past weeks are kept.")
    keep_closed_days: int = Field(
        0, ge=0, le=36_500, description="Days for which lists of closed leagues and seasons are kept; 0 is for good."
    )
