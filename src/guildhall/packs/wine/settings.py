"""Settings of the wine pack."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class WineSettings(BaseSettings):
    """Settings of the wine pack: none so far."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_WINE_", env_file=".env", extra="ignore")
