"""The broadcasts of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.broadcasts",
        """
        select id, type, item_id, title, body, data, happened_at, told, ended_at, outcome
        from core.broadcasts where actor_id = $1 order by id
        """,
    ),
)
