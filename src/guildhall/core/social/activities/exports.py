"""The activities of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.activities",
        """
        select id, kind, item_id, visibility, data, created_at
        from core.activities where actor_id = $1 order by id
        """,
    ),
)
