"""The objects of the wallet that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of("wallet_balances", "balance, as_of", "as_of"),
        export_of("wallet_history", "at, balance", "at"),
        export_of(
            "wallet_journal",
            "id, date, ref_type, amount, balance, description, reason, first_party_id, second_party_id, tax, "
            "tax_receiver_id, context_id, context_id_type",
            "date, id",
        ),
        export_of(
            "wallet_transactions",
            "transaction_id, date, type_id, location_id, client_id, quantity, unit_price, is_buy, is_personal, "
            "journal_ref_id",
            "date, transaction_id",
        ),
    ),
)
