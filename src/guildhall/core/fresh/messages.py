"""Messages of rows kept fresh."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class RefreshDue(Message, frozen=True):
    """Queue a round of each declaration that has something due."""

    name: ClassVar[str] = "fresh.refresh_due"
    unique: ClassVar[bool] = True


class RefreshKept(Message, frozen=True):
    """Refresh what is due of one declaration; `wanted`: only what somebody waits for."""

    name: ClassVar[str] = "fresh.refresh_kept"
    timeout: ClassVar[float] = 600.0

    declaration: str
    wanted: bool = False

    def unique_key(self) -> str:
        return f"{self.name}:{self.declaration}:{'wanted' if self.wanted else 'due'}"
