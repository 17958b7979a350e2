"""Settings of moderation."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ModerationSettings(BaseSettings):
    """None so far: the limits of reports are settings of the slices that take them."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_MODERATION_", env_file=".env", extra="ignore")
