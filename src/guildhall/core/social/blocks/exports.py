"""The blocks of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

# Not who blocks the person.
EXPORTS = (
    Export(
        "core.blocks",
        "select blocked_id, created_at from core.blocks where user_id = $1 order by created_at, blocked_id",
    ),
)
