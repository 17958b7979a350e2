"""Settings of live push."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RealtimeSettings(BaseSettings):
    """Settings of live events: connections, buffers, timeouts."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_REALTIME_", env_file=".env", extra="ignore")

    connections: int = Field(10_000, ge=1, description="Live connections of a process at most.")
    connections_per_user: int = Field(10, ge=1, le=1000, description="Live connections of one user in a process.")
    topics_per_connection: int = Field(100, ge=1, le=10_000, description="Topics that one connection may follow.")
    frame_bytes: int = Field(
        32_768, ge=1024, le=1_048_576, description="Bytes that one frame of a client may have at most."
    )
    operations_per_second: float = Field(
        50.0, gt=0, description="Operations a second that one connection may ask for in the long run."
    )
    operations_burst: int = Field(200, ge=1, description="Operations that one connection may ask for at once.")
    queue_bytes: int = Field(
        1_048_576,
        ge=16_384,
        description="Bytes that may wait for one reader before it is told to resume from the table.",
    )
    stalled_seconds: float = Field(
        30.0, gt=0, le=600, description="Seconds after which a reader that takes nothing is disconnected."
    )
    heartbeat_seconds: float = Field(
        25.0, gt=0, le=300, description="Seconds between pings; a connection that misses one is closed."
    )
    heartbeat_patience: float = Field(20.0, gt=0, le=300, description="Seconds in which a ping must be answered.")
    sign_in_seconds: float = Field(
        10.0, gt=0, le=120, description="Seconds that a new connection has to say who it is."
    )
    backfill_most: int = Field(
        1000, ge=1, le=100_000, description="Events that a subscription is given at most when it resumes."
    )
    keep_hours: int = Field(24, ge=1, le=720, description="Hours that events of topics are kept for who resumes.")
    ahead_seconds: float = Field(
        5.0, gt=0, le=3600, description="Seconds that the order may be ahead of the clock before /readyz tells of it."
    )
    check_seconds: float = Field(
        2.0, gt=0, le=60, description="Seconds between looks at whether an announcement was missed."
    )
    drain_seconds: float = Field(
        5.0, ge=0, le=60, description="Seconds over which connections are told to leave when the process ends."
    )
    presence_seconds: float = Field(
        30.0, gt=1, le=600, description="Seconds between signs of life that processes give of who is present."
    )
    presence_most: int = Field(
        200, ge=1, le=10_000, description="People on a topic up to which each one's coming and going is told."
    )
    typing_seconds: float = Field(
        3.0, gt=0, le=60, description="Seconds between two signs of typing that are passed on."
    )
