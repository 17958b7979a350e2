"""Settings of rows kept fresh."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class FreshSettings(BaseSettings):
    """Settings of the rounds that refresh what is due."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_FRESH_", env_file=".env", extra="ignore")

    batch: int = Field(50, ge=1, le=1000, description="Keys that a round claims at a time.")
    round_seconds: float = Field(50.0, ge=0, le=200, description="Seconds after which a round claims no more keys.")
    turn_seconds: float = Field(
        10.0, ge=0, le=200, description="Seconds after which one of several rounds is handed on to any worker."
    )
    key_seconds: float = Field(60.0, gt=0, le=90, description="Seconds that the refresh of one key may take.")
