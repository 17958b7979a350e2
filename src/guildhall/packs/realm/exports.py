"""What of a person's rows goes into the export of an account."""

from guildhall.core.identity.schemas import Export

_USERS = Export(
    "realm.users",
    """
    select username, avatar_url, badge, level, experience, server_id, message_count, last_login, is_active,
           two_factor_enabled, created_at, updated_at
    from realm.users where id = $1
    """,
)
_SESSIONS = Export(
    "realm.sessions",
    """
    select id, server_id, user_agent, login_at, logout_at, last_activity
    from realm.sessions where user_id = $1 order by login_at, id
    """,
)
_CHANNELS = Export(
    "realm.channels",
    "select id, name, server_id, created_at from realm.channels where created_by = $1 order by id",
)
_CHANNEL_MEMBERS = Export(
    "realm.channel_members",
    "select channel_id, role, joined_at from realm.channel_members where user_id = $1 order by channel_id",
)
# Not who laid a sanction on somebody, who reported them, or who else is in the log with them.
_SANCTIONS = Export(
    "realm.sanctions",
    """
    select id, server_id, channel_id, kind, reason, created_at, until, lifted_at
    from realm.sanctions where user_id = $1 order by id
    """,
)
_REPORTS = Export(
    "realm.reports",
    """
    select id, server_id, message_id, reason, status, created_at
    from realm.reports where reporter_id = $1 order by id
    """,
)
_WORD_FILTERS = Export(
    "realm.word_filters",
    """
    select id, server_id, word, action, created_at
    from realm.word_filters where created_by = $1 order by id
    """,
)
_AUDIT_LOG = Export(
    "realm.audit_log",
    """
    select id, at, server_id, channel_id, guild_id, act, reason, actor_id = $1 as done_by_you
    from realm.audit_log where actor_id = $1 or subject_id = $1 order by id
    """,
)
_PEOPLE = (
    _USERS, _SESSIONS, _CHANNELS, _CHANNEL_MEMBERS, _SANCTIONS, _REPORTS, _WORD_FILTERS, _AUDIT_LOG,
)  # fmt: skip

EXPORTS: tuple[Export, ...] = (*_PEOPLE,)
