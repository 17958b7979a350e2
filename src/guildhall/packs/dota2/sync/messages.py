"""Messages of the sync of players."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.dota2.accounts.rules import AccountId


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
