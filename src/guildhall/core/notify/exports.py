"""The personal data of notifications in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export

NOTICE_EXPORTS = (
    Export(
        "core.notification_log",
        """
        select id, character_id, type, title, body, data, status, happened_at, created_at, sent_at, read_at, error
        from core.notification_log where user_id = $1 order by id
        """,
    ),
    Export(
        "core.notification_preferences",
        "select type, channel, enabled, updated_at from core.notification_preferences where user_id = $1 order by 1, 2",
    ),
    Export(
        "core.notification_quiet_hours",
        "select time_zone, starts_at, ends_at, updated_at from core.notification_quiet_hours where user_id = $1",
    ),
    Export(
        "core.notification_webhooks",
        """
        select id, name, host, failures, disabled_at, error, created_at
        from core.notification_webhooks where user_id = $1 order by id
        """,
    ),
    Export(
        "core.notification_deliveries",
        """
        select id, channel, notices, status, attempts, provider_id, error, created_at, tried_at, sent_at
        from core.notification_deliveries where user_id = $1 order by id
        """,
    ),
)
