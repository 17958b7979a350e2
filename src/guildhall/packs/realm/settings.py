"""Settings of the realm pack."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RealmSettings(BaseSettings):
    """How much may be said, how long it is kept, how many fit in."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_REALM_", env_file=".env", extra="ignore")

    batch_most: int = Field(500, ge=1, le=10_000, description="Messages that are written in one commit at most.")
    waiting_most: int = Field(
        20_000, ge=1, description="Messages that may wait to be written in a process; more are refused with 503."
    )
    send_seconds: float = Field(
        10.0, gt=0, le=120, description="Seconds that a message may wait for a database that is away."
    )
    messages_per_minute: int = Field(
        120, ge=1, description="Messages that one person may send in a minute, in a process; 'burst' may go at once."
    )
    messages_burst: int = Field(20, ge=1, description="Messages that one person may send at once.")
    content_most: int = Field(2000, ge=1, le=4000, description="Characters that a message may have at most.")
    mentions_most: int = Field(20, ge=0, le=100, description="People that one message may mention at most.")
    follow_seconds: float = Field(
        0.3, gt=0, le=10, description="Seconds between two rounds of those who follow the messages: counts, search."
    )
