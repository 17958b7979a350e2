"""Settings of the dota2 pack."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Dota2Settings(BaseSettings):
    """Settings of calls to OpenDota and of the freshness of players."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_DOTA2_", env_file=".env", extra="ignore")

    opendota_url: str = Field(
        "https://api.opendota.com/api", pattern=r"^https?://", description="Base address of the OpenDota API."
    )
    opendota_api_key: SecretStr | None = Field(None, description="OpenDota API key; raises its limits, costs money.")
    minute_limit: int | None = Field(
        None, ge=0, description="Calls a minute; unset asks OpenDota for its limit, 0 sets none."
    )
    day_limit: int | None = Field(
        None, ge=0, description="Calls a UTC day; unset asks OpenDota for its limit, 0 sets none."
    )
    reserve: float = Field(
        0.4, ge=0, lt=1, description="Share of the limits that background syncs leave to people who wait."
    )
    deadline_seconds: float = Field(15.0, gt=0, le=120, description="Seconds that one question to OpenDota may take.")
    call_concurrency: int = Field(8, ge=1, le=256, description="Calls to OpenDota at once in a process.")
    refresh_cooldown: int = Field(
        300, ge=0, description="Seconds between two refreshes of a player that people ask for."
    )
    sync_batch: int = Field(100, ge=1, le=10_000, description="Due players that one minute queues at most.")
    most_tracked: int = Field(50_000, ge=1, description="Players kept fresh at most; more are refused.")
    rules_free: int = Field(10, ge=0, le=1000, description="Trend rules that a user of the free tier may have.")
    rules_premium: int = Field(100, ge=0, le=1000, description="Trend rules that a user of the premium tier may have.")
    keep_match_months: int | None = Field(
        None, ge=1, description="Full months of matches that are kept; unset keeps all."
    )
    minimum_games: int = Field(30, ge=1, description="Games in both windows before a hero's change is tested.")
    recordings: Path | None = Field(
        None, description="Folder of recorded answers that the sandbox serves; unset looks beside the checkout."
    )
    sandbox_players: int = Field(50, ge=1, le=100_000, description="Players that the sandbox makes up.")
    sandbox_seed: int = Field(20, ge=0, le=2**53, description="The sandbox's world follows from this number.")
    sandbox_minute_limit: int | None = Field(60, ge=1, description="The sandbox's calls a minute; 'null' for none.")
    sandbox_day_limit: int | None = Field(3000, ge=1, description="The sandbox's calls a day; 'null' for none.")
