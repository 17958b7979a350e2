"""Messages of ranks."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.dota2.accounts.rules import AccountId


class PlayerRankChanged(Message, frozen=True):
    """A player's medal, stars or place changed; null is uncalibrated."""

    name: ClassVar[str] = "dota2.player_rank_changed"

    account_id: AccountId
    before: int | None
    after: int | None
    leaderboard_before: int | None
    leaderboard_after: int | None
