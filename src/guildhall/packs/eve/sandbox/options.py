"""Options of a sandbox."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

MAX_PILOTS = 20_000


@dataclass(frozen=True)
class SandboxOptions:
    """Settings of one sandbox; equal seed, pilots and epoch give byte-identical ESI answers.

    `epoch` is an aware UTC time where the world's clock starts; without it the epoch is the start of the current
    UTC hour and the clock is the real one. `access_seconds` is the life of an access token, `code_seconds` of an
    authorization code, `refresh_days` of a refresh token (None: forever). `redirect_uris` are the registered
    ones; empty takes any. `address` is where clients reach the mounted sandbox ("http://host:1/eve"); without it
    the addresses in SSO metadata and tokens come from each request. `recordings` is a folder of recorded data
    whose types and notifications are added where it exists. `page_rows` replaces the true page sizes.
    `unknown_types` adds notifications whose type the specification does not know, as the true server does;
    `downtime` closes ESI from 11:00 to 11:15 UTC of the world's clock.
    """

    seed: int = 20
    pilots: int = 3
    client_id: str = "guildhall-sandbox"
    client_secret: str = "sandbox-secret-of-nobody"  # noqa: S105 - opens made-up pilots only
    access_seconds: int = 1200
    code_seconds: int = 300
    refresh_days: int | None = None
    rotate: bool = True
    signing: Literal["RS256", "ES256"] = "RS256"
    redirect_uris: tuple[str, ...] = ()
    address: str | None = None
    epoch: datetime | None = None
    recordings: Path | None = None
    limits: bool = True
    page_rows: int | None = None
    unknown_types: bool = True
    downtime: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.pilots <= MAX_PILOTS:
            raise ValueError(f"pilots must be between 0 and {MAX_PILOTS}, not {self.pilots}")
        if self.epoch is not None and self.epoch.utcoffset() is None:
            raise ValueError("epoch must be an aware datetime")
        if self.access_seconds < 1 or self.code_seconds < 1:
            raise ValueError("tokens and codes must live at least a second")
        if self.page_rows is not None and self.page_rows < 1:
            raise ValueError("page_rows must be at least 1")
