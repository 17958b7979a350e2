"""Messages of the market."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SyncMarket(Message, frozen=True):
    """Look which leagues there are, and keep the prices of the current ones fresh."""

    name: ClassVar[str] = "poe2.sync_market"
    unique: ClassVar[bool] = True

    now: bool = False
    """Have the prices that are due fetched at once, and not within a minute."""

    def unique_key(self) -> str:
        return f"{self.name}:{'now' if self.now else 'due'}"


class BackfillPrices(Message, frozen=True):
    """Fetch the past of a league: on from where it is, until it is done or stopped."""

    name: ClassVar[str] = "poe2.backfill_prices"
    timeout: ClassVar[float] = 600.0
    concurrency: ClassVar[int] = 1

    league: str

    def unique_key(self) -> str:
        return f"{self.name}:{self.league}"


class ContinueBackfills(Message, frozen=True):
    """Let fetches of the past go on whose job has ended without them: after a worker's death, or a dead letter."""

    name: ClassVar[str] = "poe2.continue_backfills"
    unique: ClassVar[bool] = True
