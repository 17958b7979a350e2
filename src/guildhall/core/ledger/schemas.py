"""Structs of the ledger."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.core.ledger.ids import AccountId, HoldId, PostingId
from guildhall.ids import UserId

Owner = Literal["person", "thing", "house"]
HoldState = Literal["held", "captured", "released", "expired"]


class Leg(Struct, frozen=True):
    """A part of a posting: what goes into an account (positive), or out of it."""

    account: AccountId
    amount: int


class Posted(Struct, frozen=True):
    """A posting that stands. `again` if it was made before under the same key, and nothing has changed now."""

    id: PostingId
    again: bool


class Outcome(Struct, frozen=True):
    """The answer of the database to a posting: `posted`, `again`, or what was in the way and at which account."""

    outcome: Literal["posted", "again", "unknown", "closed", "low", "full"]
    posting_id: PostingId | None
    account_id: AccountId | None
    free: int | None


class Reserved(Struct, frozen=True):
    """The answer of the database to a reservation. `free` is what was free in the account before it."""

    outcome: Literal["held", "again", "unknown", "closed", "low"]
    hold_id: HoldId | None
    free: int | None


class Captured(Struct, frozen=True):
    """The answer of the database to a capture. `free` is what was free in an account, or what the hold reserved."""

    outcome: Literal[
        "posted", "again", "unknown", "closed", "low", "full", "no_hold", "beyond", "captured", "released", "expired"
    ]
    posting_id: PostingId | None
    account_id: AccountId | None
    free: int | None


class Ended(Struct, frozen=True):
    """The answer of the database to the end of a hold: `ended`, `unknown`, or the state that the hold has already."""

    outcome: Literal["ended", "unknown", "captured", "released", "expired"]
    amount: int | None
    account_id: AccountId | None


class Account(Struct, frozen=True):
    """An account. `balance` has what is `held`; of an account of the house it is 0, see `house_balance`."""

    id: AccountId
    kind: str
    unit: str
    owner: Owner
    user_id: UserId | None
    balance: int
    held: int
    entries: int
    floor: int | None
    ceiling: int | None
    opened_at: datetime
    closed_at: datetime | None

    @property
    def free(self) -> int:
        """Return what can go out now."""
        return self.balance - self.held - (self.floor or 0)


class Entry(Struct, frozen=True):
    """An entry of an account with its posting. `user_id` is who made it: null if nobody, or somebody who has left."""

    posting_id: PostingId
    number: int
    kind: str
    amount: int
    balance_after: int
    user_id: UserId | None
    note: str | None
    created_at: datetime


class Hold(Struct, frozen=True):
    """A part of an account that is reserved, or was."""

    id: HoldId
    account_id: AccountId
    key: str
    kind: str
    amount: int
    state: HoldState
    posting_id: PostingId | None
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None


class Known(Struct, frozen=True):
    """A posting as it stands, to compare another with the same key with."""

    kind: str
    account_ids: list[AccountId]
    amounts: list[int]


class Recount(Struct, frozen=True):
    """The kept figures of an account beside those that its entries and holds give.

    `broken_links` counts entries whose balance is not the balance before them plus their amount.
    """

    id: AccountId
    kind: str
    unit: str
    balance: int
    entries_sum: int
    entries: int
    counted: int
    last_number: int
    broken_links: int
    held: int
    holds_sum: int

    @property
    def sound(self) -> bool:
        """True if all figures agree."""
        return (
            self.balance == self.entries_sum
            and self.entries == self.counted == self.last_number
            and self.broken_links == 0
            and self.held == self.holds_sum
        )


class UnitTotal(Struct, frozen=True):
    """All entries of a unit: their sum, which is 0 unless the ledger is broken; accounts and entries."""

    unit: str
    total: int
    accounts: int
    entries: int


class Expired(Struct, frozen=True):
    """A hold whose time has come."""

    id: HoldId
