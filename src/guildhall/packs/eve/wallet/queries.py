"""The wallet of a character."""

from datetime import datetime
from decimal import Decimal

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.wallet.schemas.views import JournalEntry, WalletDay, WalletTransaction


@rows(WalletDay, "select as_of as at, balance from eve.wallet_balances where character = :character")
def shown_balance(character: CharacterId) -> None: ...


@rows(
    WalletDay,
    """
    select h.at, h.balance
    from (select at, balance from eve.wallet_history where character = :character order by at desc limit :limit) h
    order by h.at
    """,
    proven=("at", "balance"),
)
def balance_history(character: CharacterId, limit: int) -> None: ...


@rows(
    JournalEntry,
    """
    select id, date, ref_type, amount, balance, description, reason, first_party_id, second_party_id, tax, context_id,
           context_id_type
    from eve.wallet_journal
    where character = :character and (:after_date::timestamptz is null or (date, id) < (:after_date, :after))
    order by date desc, id desc
    limit :limit
    """,
    hot=True,
)
def shown_journal(character: CharacterId, after_date: datetime | None, after: int | None, limit: int) -> None: ...


@rows(
    WalletTransaction,
    """
    select w.transaction_id, w.date, w.type_id, t.name as type_name, w.location_id, w.client_id, w.quantity,
           w.unit_price, w.is_buy, w.is_personal, w.journal_ref_id
    from eve.wallet_transactions w
    left join eve.names t on t.id = w.type_id
    where w.character = :character
      and (:after_date::timestamptz is null or (w.date, w.transaction_id) < (:after_date, :after_transaction))
    order by w.date desc, w.transaction_id desc
    limit :limit
    """,
    hot=True,
)
def shown_transactions(
    character: CharacterId, after_date: datetime | None, after_transaction: int | None, limit: int
) -> None: ...


@rows(Decimal, "select balance from eve.wallet_balances where character = :character")
def balance(character: CharacterId) -> None: ...


@command(
    """
    with told as (
        insert into eve.wallet_balances (character, user_id, balance, as_of)
        values (:character, :user, :balance, :as_of)
        on conflict (character) do update set balance = excluded.balance, as_of = excluded.as_of
    )
    insert into eve.wallet_history (character, user_id, at, balance) values (:character, :user, :as_of, :balance)
    on conflict (character, at) do update set balance = excluded.balance
    """,
)
def save_balance(character: CharacterId, user: UserId, balance: Decimal, as_of: datetime) -> None: ...
