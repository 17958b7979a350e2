"""Lines of the wallet, as ESI gives them and as they are stored."""

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Money


class JournalEntry(Struct, frozen=True):
    """A line of the journal."""

    id: Id
    date: Instant
    ref_type: str
    description: str
    amount: Money | None = None
    balance: Money | None = None
    reason: str | None = None
    first_party_id: Id | None = None
    second_party_id: Id | None = None
    tax: Money | None = None
    tax_receiver_id: Id | None = None
    context_id: Id | None = None
    context_id_type: str | None = None


class WalletTransaction(Struct, frozen=True):
    """A purchase or a sale."""

    transaction_id: Id
    date: Instant
    type_id: Id
    location_id: Id
    client_id: Id
    quantity: Id
    unit_price: Money
    is_buy: bool
    is_personal: bool
    journal_ref_id: Id
