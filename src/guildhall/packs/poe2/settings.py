"""Settings of the poe2 pack."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Poe2Settings(BaseSettings):
    """Bounds of what people may send, the market, and the application at Grinding Gear Games."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_POE2_", env_file=".env", extra="ignore")

    code_kb: int = Field(
        400, ge=16, le=8_000, description="Thousands of characters that a Path of Building code may have."
    )
    build_kb: int = Field(
        2_500, ge=64, le=50_000, description="Kilobytes that a Path of Building code may unpack to; more is a 413."
    )
    scout_url: str = Field(
        "https://api.poe2scout.com", pattern=r"^https?://", description="Base address of poe2scout's API."
    )
    scout_contact: str | None = Field(
        None,
        min_length=3,
        max_length=200,
        description="Mail address or site of who runs this, for poe2scout's people; unset asks it nothing.",
    )
    scout_realm: str = Field("poe2", pattern=r"^[a-z0-9-]{1,40}$", description="The realm whose leagues are followed.")
    scout_minute_limit: int = Field(40, ge=0, le=6000, description="Calls to poe2scout a minute; 0 sets none.")
    scout_day_limit: int = Field(20_000, ge=0, description="Calls to poe2scout a UTC day; 0 sets none.")
    scout_reserve: float = Field(
        0.25, ge=0, lt=1, description="Share of these limits that background work leaves to people who wait."
    )
    scout_deadline_seconds: float = Field(15.0, gt=0, le=120, description="Seconds that one call to it may take.")
    scout_concurrency: int = Field(4, ge=1, le=64, description="Calls to poe2scout at once in a process.")
    market_leagues: list[str] = Field(
        [], max_length=50, description="Leagues that are followed beside the current ones, as a JSON list."
    )
    market_leagues_most: int = Field(12, ge=1, le=100, description="Leagues that are followed at most.")
    market_price_hours: int = Field(
        24, ge=1, le=720, description="Hours after which the last price of a currency no longer counts as its price."
    )
    market_low_volume: int = Field(
        10, ge=0, le=1_000_000, description="Trades or offers below which a price is marked as standing on few."
    )
    market_candles_most: int = Field(400, ge=7, le=4000, description="Days or weeks that one answer has at most.")
    market_backfill_days: int = Field(
        14, ge=0, le=1000, description="Days of prices by the hour that a backfill fetches if it is not told."
    )
    keep_price_months: int | None = Field(
        13, ge=1, le=1200, description="Full months of prices by the hour that are kept; 'null' keeps all. Days stay."
    )
    sandbox_seed: int = Field(20, ge=0, le=2**53, description="The sandbox's market follows from this number.")
    client_id: str | None = Field(
        None,
        min_length=1,
        max_length=255,
        description="Client id of the application at Grinding Gear Games; unset, nobody signs in with Path of Exile.",
    )
    client_secret: SecretStr | None = Field(None, description="Its secret; unset is a public client.")
    sign_in_url: str = Field(
        "https://www.pathofexile.com", pattern=r"^https?://", description="Where Path of Exile signs people in."
    )
    api_url: str = Field(
        "https://api.pathofexile.com", pattern=r"^https?://", description="The address of Path of Exile's API."
    )
    scopes: list[str] = Field(
        ["account:profile", "account:leagues", "account:characters"],
        min_length=1,
        max_length=50,
        description="What is asked for there, as a JSON list. With oauth:revoke, if the application has it, tokens are "
        "revoked there when somebody unlinks.",
    )
    refresh_days: float | None = Field(
        None,
        gt=0,
        le=3650,
        description="Days after a sign-in until the link ends, whatever is refreshed; unset: 90 with a secret, 7 "
        "without.",
    )
    ending_days: float = Field(
        7, ge=0, le=90, description="Days before the end of a link at which its user is asked to sign in again."
    )
    revoked_keep_days: float = Field(
        7,
        ge=0,
        le=365,
        description="Days after which everything of somebody is deleted who has revoked our access at Path of Exile, "
        "and has not signed in again.",
    )
    ggg_reserve: float = Field(
        0.4, ge=0, lt=1, description="Share of the API's limits that background work leaves to people who wait."
    )
    ggg_deadline_seconds: float = Field(10, gt=0, le=60, description="Seconds that the API has for an answer.")
    ggg_concurrency: int = Field(8, ge=1, le=100, description="Calls to the API at once in a process.")
    refresh_lease_seconds: float = Field(
        30, ge=12, le=600, description="Seconds that one process has for refreshing a token alone."
    )
    refresh_margin_seconds: float = Field(
        300, ge=1, le=86_400, description="Seconds before its end at which an access token is refreshed."
    )
