"""Settings of the wine pack."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WineSettings(BaseSettings):
    """Bounds of the catalogue's imports and of its search."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_WINE_", env_file=".env", extra="ignore")

    import_batch: int = Field(
        500, ge=1, le=10_000, description="Rows of a file of the catalogue that one transaction takes in."
    )
    import_mb: int = Field(4_000, ge=1, le=100_000, description="Megabytes that a file of the catalogue may have.")
    search_seconds: float = Field(5.0, gt=0, le=60, description="Seconds that a search over wines may take.")
    import_vintages: int = Field(300, ge=1, le=1_000, description="Vintages that one wine of a file may have.")
