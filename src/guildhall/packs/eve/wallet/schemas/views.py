"""The wallet as its owner sees it."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class WalletDay(Struct, frozen=True):
    """The balance at a time."""

    at: datetime
    balance: Decimal


class Wallet(Struct, frozen=True):
    """The balance, ISK as decimal text, and how it went lately, oldest first."""

    balance: Decimal | None
    history: list[WalletDay]
    as_of: datetime | None
    age: int | None


class JournalEntry(Struct, frozen=True):
    """An entry of the wallet's journal."""

    id: int
    date: datetime
    ref_type: str
    amount: Decimal | None
    balance: Decimal | None
    description: str
    reason: str | None
    first_party_id: int | None
    second_party_id: int | None
    tax: Decimal | None
    context_id: int | None
    context_id_type: str | None


class Journal(Struct, frozen=True):
    """A page of the journal, newest first."""

    items: list[JournalEntry]
    as_of: datetime | None
    age: int | None
    next: str | None = None


class WalletTransaction(Struct, frozen=True):
    """A purchase or a sale."""

    transaction_id: int
    date: datetime
    type_id: int
    type_name: str | None
    location_id: int
    client_id: int
    quantity: int
    unit_price: Decimal
    is_buy: bool
    is_personal: bool
    journal_ref_id: int


class WalletTransactions(Struct, frozen=True):
    """A page of transactions, newest first."""

    items: list[WalletTransaction]
    as_of: datetime | None
    age: int | None
    next: str | None = None
