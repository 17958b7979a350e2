"""Messages of rows kept fresh."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class RefreshDue(Message, frozen=True):
    """Queue a round of each declaration that has something due."""

    name: ClassVar[str] = "fresh.refresh_due"
    unique: ClassVar[bool] = True


class RefreshKept(Message, frozen=True):
    """Refresh what is due of one declaration; `wanted`: only what somebody waits for.

    `place` is the round's number among those of the declaration. A round that is handed on has another key in every
    second job, since its own is taken while that runs; `left` are the keys that it may refresh yet.
    """

    name: ClassVar[str] = "fresh.refresh_kept"
    timeout: ClassVar[float] = 600.0

    declaration: str
    wanted: bool = False
    place: int = 0
    second: bool = False
    left: int | None = None

    @property
    def keys(self) -> tuple[str, str]:
        """The unique keys of the jobs of this round, one of which waits or runs while it goes on."""
        return self.unique_key(), self.handed_on(None).unique_key()

    def unique_key(self) -> str:
        key = f"{self.name}:{self.declaration}:{'wanted' if self.wanted else 'due'}"
        return f"{key}:{self.place}:{self.second:d}" if self.place or self.second else key

    def handed_on(self, left: int | None) -> "RefreshKept":
        """Return the message by which this round goes on."""
        return RefreshKept(self.declaration, place=self.place, second=not self.second, left=left)
