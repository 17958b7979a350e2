"""Messages of the game's constants."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SyncHeroConstants(Message, frozen=True):
    """Fetch heroes and patches."""

    name: ClassVar[str] = "dota2.sync_hero_constants"
    unique: ClassVar[bool] = True


class RecountMeta(Message, frozen=True):
    """Count the heroes' daily figures anew from a day on, after a patch date became known."""

    name: ClassVar[str] = "dota2.recount_meta"
    timeout: ClassVar[float] = 3600.0

    from_day: str
    """ISO date."""

    def unique_key(self) -> str:
        return f"{self.name}:{self.from_day}"
