"""The personal data of moderation in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export

# Not who has reported the person, or who else is in the log with them.
MODERATION_EXPORTS = (
    Export(
        "core.reports",
        """
        select id, kind, place_id, item_id, reason, status, created_at
        from core.reports where reporter_id = $1 order by id
        """,
    ),
    Export(
        "core.audit_log",
        """
        select id, at, slice, place_id, context, act, reason, actor_id = $1 as done_by_you
        from core.audit_log where actor_id = $1 or subject_id = $1 order by id
        """,
    ),
)
