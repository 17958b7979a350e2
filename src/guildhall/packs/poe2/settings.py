"""Settings of the poe2 pack."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Poe2Settings(BaseSettings):
    """Bounds of what people may send."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_POE2_", env_file=".env", extra="ignore")

    code_kb: int = Field(
        400, ge=16, le=8_000, description="Thousands of characters that a Path of Building code may have."
    )
    build_kb: int = Field(
        2_500, ge=64, le=50_000, description="Kilobytes that a Path of Building code may unpack to; more is a 413."
    )
