"""The limits of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.api_rate_limits",
        """
        select endpoint, requests_made, window_start, window_seconds from core.api_rate_limits
        where user_id = $1 order by endpoint
        """,
    ),
)
