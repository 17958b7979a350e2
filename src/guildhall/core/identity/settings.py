"""Settings of accounts and sign-in."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class IdentitySettings(BaseSettings):
    """Accounts, sessions and sign-in."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_IDENTITY_", env_file=".env", extra="ignore")

    jwt_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="Signs access tokens (openssl rand -base64 32). Needed in production; elsewhere one is made in "
        "the home folder.",
    )
    access_minutes: float = Field(15, gt=0, le=60, description="Minutes that an access token is good for.")
    session_days: float = Field(7, gt=0, le=365, description="Days that a session lives without being used.")
