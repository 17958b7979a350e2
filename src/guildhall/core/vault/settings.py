"""Settings of the vault."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class VaultSettings(BaseSettings):
    """The keys that seal tokens at rest."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_", env_file=".env", extra="ignore")

    encryption_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Seals all tokens at rest (openssl rand -base64 32). Needed in production; elsewhere one is made "
        "in the home folder. Lost, it takes every sealed token with it: keep a copy apart from the database's backups.",
    )
    encryption_old_keys: list[SecretStr] = Field(
        [], description="Former keys, as a JSON list: they still open what they sealed until it is sealed anew."
    )
    vault_rotate_batch: int = Field(500, ge=1, le=10_000, description="Rows that a rotation seals anew at a time.")
