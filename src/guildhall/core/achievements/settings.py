"""Settings of achievements."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AchievementsSettings(BaseSettings):
    """Settings of achievements: how many people are looked at together, and what is told of old deeds."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_ACHIEVEMENTS_", env_file=".env", extra="ignore")

    batch: int = Field(500, ge=1, le=5000, description="People whom one transaction looks at.")
    old_deeds: Literal["summary", "none"] = Field(
        "summary",
        description="What people are told of achievements for deeds before these were declared: one notice when all "
        "backfills have ended, or nothing.",
    )
    keep_run_days: int = Field(90, ge=1, le=3650, description="Days for which ended walks over all people are listed.")
    census_hours: int = Field(
        6, ge=1, le=168, description="Hours after which people are counted anew, of whom achievements show a share."
    )
