"""Draws in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.draws",
        """
        select id, purpose, algorithm::int, encode(seed, 'hex') as seed, facts, created_at from core.draws
        where user_id = $1 order by id
        """,
    ),
)
