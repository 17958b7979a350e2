"""Settings of the web process."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """Settings of the web server: address and limits of clients."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_WEB_", env_file=".env", extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    explain_errors: bool = Field(
        False,
        description="Answer a bug with its words and its line of code, as `guildhall dev` does; not in production.",
    )
    body_kb: int = Field(1024, ge=1, description="Kilobytes that a request's body may have; more is a 413.")
    request_seconds: float = Field(30.0, gt=0, le=600, description="Seconds that a request may take; longer is a 503.")
    rate_per_minute: int = Field(
        600, ge=0, description="Requests a minute that one client may make for long; 0 sets no limit."
    )
    rate_burst: int = Field(120, ge=1, description="Requests that one client may make at once.")
    trusted_proxies: list[str] = Field(
        [], description="Addresses or networks of proxies whose X-Forwarded-For is believed, as a JSON list."
    )
    cors_origins: list[str] = Field(
        [], description="Origins whose pages may read answers, as a JSON list; '*' is everyone."
    )
    metrics_token: SecretStr | None = Field(None, description="When set, /metrics requires it as a bearer token.")
    worker_silence: float = Field(
        30.0, ge=6, description="Seconds without a worker's sign of life after which /readyz is unready."
    )
    require_worker: bool = Field(True, description="Whether /readyz requires a running worker.")
    connections: int = Field(
        16_384, ge=1, description="Connections at once; more are answered with a 503, but for /healthz and /readyz."
    )
    connections_per_address: int = Field(
        1024,
        ge=0,
        description="Connections at once of one address (of one /64 network of IPv6), trusted proxies aside; more are "
        "answered with a 429, and 0 sets no limit.",
    )
    header_kb: int = Field(64, ge=8, le=1024, description="Kilobytes that a header block may have; more is a 431.")
    header_fields: int = Field(100, ge=16, le=1000, description="Fields that a header block may have; more is a 431.")
    first_byte_seconds: float = Field(
        20.0, gt=0, le=600, description="Seconds that a new connection may stay silent; then it is closed."
    )
    header_seconds: float = Field(
        10.0, gt=0, le=600, description="Seconds from the first byte of a header block to its last; longer is a 408."
    )
    body_seconds: float = Field(
        25.0, gt=0, le=600, description="Seconds from the header block to the last byte of the body; longer is a 408."
    )
    write_seconds: float = Field(
        30.0, gt=0, le=600, description="Seconds that a client may take nothing of an answer; then it is cut off."
    )
    idle_seconds: float = Field(
        65.0, gt=0, le=3600, description="Seconds that a connection stays open after an answer, for the next request."
    )
