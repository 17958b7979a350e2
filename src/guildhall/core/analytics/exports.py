"""The events of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.analytics_events",
        """
        select id, event_type, event_data, session_id, created_at
        from core.analytics_events where user_id = $1 order by id
        """,
    ),
    Export(
        "core.analytics_outbox",
        """
        select id, event_type, event_data, session_id, created_at
        from core.analytics_outbox where user_id = $1 order by id
        """,
    ),
)
