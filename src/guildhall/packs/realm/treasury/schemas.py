"""The treasury of a guild: what goes in and out, and what has."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.names import ClientKey
from guildhall.packs.realm.ids import LedgerEntryId
from guildhall.text import TEXT

EntryKind = Literal["deposit", "withdrawal", "reward", "fee", "import"]
Copper = Annotated[int, Meta(ge=1, le=10**12, description="Copper")]
Note = Annotated[str, Meta(max_length=200, pattern=TEXT, examples=["For the next raid"])]


class CopperRequest(Struct, frozen=True):
    """Copper to put in or to take out."""

    amount: Copper
    client_key: ClientKey
    note: Note | None = None


class GameCopperRequest(Struct, frozen=True):
    """Copper that the game adds (positive) or charges (negative). `user_id` is who earned it, or caused it."""

    amount: Annotated[int, Meta(ge=-(10**12), le=10**12)]
    client_key: ClientKey
    user_id: UserId | None = None
    note: Note | None = None


class LedgerEntry(Struct, frozen=True):
    """A change of a treasury: positive in, negative out; and what was in it then. `user_id` is null when they left
    Guildhall, or when it was nobody in particular.
    """

    id: LedgerEntryId
    number: int
    user_id: UserId | None
    kind: EntryKind
    amount: int
    balance_after: int
    note: str | None
    created_at: datetime


class TreasuryChange(Struct, frozen=True):
    """The result of a change of the treasury. `again` if it was made before and nothing has changed now."""

    entry: LedgerEntry
    balance: int
    again: bool


class Treasury(Struct, frozen=True):
    """A guild's balance, and a page of its ledger, the latest first."""

    balance: int
    items: list[LedgerEntry]
    next: str | None


class GuildCheck(Struct, frozen=True):
    """A comparison of a guild's stored figures with its ledgers.

    `broken_links` counts entries whose balance is not the balance before them plus their amount.
    """

    balance: int
    ledger_sum: int
    last_balance_after: int
    entries: int
    broken_links: int
    experience: int
    experience_sum: int
    member_count: int
    members: int

    @property
    def sound(self) -> bool:
        """True if all figures agree."""
        return (
            self.balance == self.ledger_sum == self.last_balance_after
            and self.broken_links == 0
            and self.experience == self.experience_sum
            and self.member_count == self.members
        )


class GuildChecked(Struct, frozen=True):
    """The numbers, and whether they agree."""

    sound: bool
    check: GuildCheck
