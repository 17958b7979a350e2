"""Settings of the ledger."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LedgerSettings(BaseSettings):
    """Settings of the ledger of value."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_LEDGER_", env_file=".env", extra="ignore")

    keep_hold_days: int = Field(90, ge=1, le=3650, description="Days for which holds that have ended are kept.")
    check_batch: int = Field(500, ge=1, le=10_000, description="Accounts that one step of the nightly check recounts.")
