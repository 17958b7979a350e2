"""The keys of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.fresh_rows",
        """
        select name, key, kept_since, asked_at, due_at, refreshed_at, failures, gone_at
        from core.fresh_rows where user_id = $1 order by name, key
        """,
    ),
)
