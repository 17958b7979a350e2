"""Orders and facts of the dota2 pack."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from guildhall.core.jobs.messages import Message
from guildhall.packs.dota2.rules.accounts import AccountId


class SyncPlayer(Message, frozen=True):
    """Bring a player's profile, win/loss, matches and heroes up to date.

    `requested` when a person asked: it may use the budget that is kept for people, and has OpenDota look too.
    """

    name: ClassVar[str] = "dota2.sync_player"
    concurrency: ClassVar[int] = 8

    account_id: AccountId
    requested: bool = False

    def unique_key(self) -> str:
        return f"{self.name}:{self.account_id}"


class SyncDuePlayers(Message, frozen=True):
    """Queue the tracked players that have gone stale, stalest first, as many as the budget lets."""

    name: ClassVar[str] = "dota2.sync_due_players"
    unique: ClassVar[bool] = True


class SyncHeroConstants(Message, frozen=True):
    """Fetch heroes and patches."""

    name: ClassVar[str] = "dota2.sync_hero_constants"
    unique: ClassVar[bool] = True


class AnalyseMetaTrends(Message, frozen=True):
    """Add what has changed since the last time to the heroes' daily figures, then judge the trend rules."""

    name: ClassVar[str] = "dota2.analyse_meta_trends"
    unique: ClassVar[bool] = True


class RecountMeta(Message, frozen=True):
    """Count the heroes' daily figures anew from a day on, after a patch date became known."""

    name: ClassVar[str] = "dota2.recount_meta"
    timeout: ClassVar[float] = 3600.0

    from_day: str
    """ISO date."""

    def unique_key(self) -> str:
        return f"{self.name}:{self.from_day}"


class PlayerRankChanged(Message, frozen=True):
    """A player's medal, stars or place changed; null is uncalibrated."""

    name: ClassVar[str] = "dota2.player_rank_changed"

    account_id: AccountId
    before: int | None
    after: int | None
    leaderboard_before: int | None
    leaderboard_after: int | None


class TrendRuleFired(Message, frozen=True):
    """A rule's condition has been met. `change` is a share for win rates, stars for ranks."""

    name: ClassVar[str] = "dota2.trend_rule_fired"

    rule_id: UUID
    kind: str
    subject: int
    """Hero or account."""
    change: float
    fired_at: datetime
