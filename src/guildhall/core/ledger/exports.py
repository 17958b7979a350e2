"""Accounts of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.ledger_accounts",
        """
        select id, kind, unit, balance, held, floor, ceiling, opened_at, closed_at from core.ledger_accounts
        where user_id = $1 order by id
        """,
    ),
    Export(
        "core.ledger_entries",
        """
        select e.account_id, e.number, p.kind, e.amount, e.balance_after, p.note, p.created_at
        from core.ledger_accounts a
        join core.ledger_entries e on e.account_id = a.id
        join core.ledger_postings p on p.id = e.posting_id
        where a.user_id = $1 order by e.account_id, e.number
        """,
    ),
    Export(
        "core.ledger_postings",
        "select id, kind, note, created_at from core.ledger_postings where user_id = $1 order by id",
    ),
    Export(
        "core.ledger_holds",
        """
        select h.id, h.account_id, h.kind, h.amount, h.state, h.created_at, h.expires_at, h.ended_at
        from core.ledger_accounts a join core.ledger_holds h on h.account_id = a.id
        where a.user_id = $1 order by h.id
        """,
    ),
)
